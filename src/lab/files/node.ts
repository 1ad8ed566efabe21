/** Who a process runs as. */
export interface User {
  name: string;
  id: number;
  home: string;
}

export const rootUser: User = { name: "root", id: 0, home: "/root" };

interface Attributes {
  /** Permission bits, as in chmod(2). */
  mode: number;
  owner: number;
  modifiedAt: number;
}

export type FileNode =
  | (Attributes & { kind: "file"; content: Uint8Array })
  | (Attributes & { kind: "made"; make: () => string | null })
  | (Attributes & { kind: "device"; device: "null" | "zero" | "full" | "random" | "block" })
  | (Attributes & { kind: "link"; target: string })
  | (Attributes & {
      kind: "directory";
      entries: Map<string, FileNode>;
      /** For a directory that comes and goes: whether it is there now. */
      present?: () => boolean;
    });

export type Directory = Extract<FileNode, { kind: "directory" }>;

/** Whether there is such a file now; what the machine makes may come and go. */
export function isThere(node: FileNode): boolean {
  if (node.kind === "made") return node.make() !== null;
  return node.kind !== "directory" || (node.present?.() ?? true);
}

const reasons = {
  ENOENT: "No such file or directory",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EACCES: "Permission denied",
  EEXIST: "File exists",
  ENOTEMPTY: "Directory not empty",
  ENOSPC: "No space left on device",
  ELOOP: "Too many levels of symbolic links",
  EROFS: "Read-only file system",
  EINVAL: "Invalid argument",
} as const;

/** A file operation that failed, with the words that strerror(3) has for it. */
export class FileError extends Error {
  readonly code: keyof typeof reasons;
  readonly path: string;

  constructor(code: keyof typeof reasons, path: string) {
    super(reasons[code]);
    this.code = code;
    this.path = path;
  }
}
