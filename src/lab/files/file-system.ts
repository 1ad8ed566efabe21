import { type Directory, FileError, type FileNode, isThere, type User } from "./node.ts";

/** What visitors may write on one machine, in bytes; beyond it the disk counts as full. */
const quota = 8 * 1024 * 1024;
const linkLimit = 20;

/** Makes an absolute path of one that may be relative to `from`; `.` and `..` are worked out by name. */
export function absolutePath(path: string, from: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${from}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** What a name on the disk stands for, as stat(2) tells it. */
export interface Status {
  kind: FileNode["kind"];
  mode: number;
  owner: number;
  size: number;
  modifiedAt: number;
  target: string | null;
}

/**
 * The files of one lab machine, in memory. It never touches the real disk. Permissions are checked for the user who
 * is named; every failure is a FileError.
 */
export class FileSystem {
  private readonly root: Directory;
  private readonly now: () => number;
  private readonly isFull: () => boolean;
  private written = 0;

  constructor(root: Directory, options: { now: () => number; isFull: () => boolean }) {
    this.root = root;
    this.now = options.now;
    this.isFull = options.isFull;
  }

  /** Looks at a path; null when there is nothing, also when a directory on the way may not be searched. */
  status(path: string, user: User, follow = true): Status | null {
    try {
      const node = this.resolve(path, user, follow);
      return {
        kind: node.kind,
        mode: node.mode,
        owner: node.owner,
        modifiedAt: node.modifiedAt,
        size: sizeOf(node, path),
        target: node.kind === "link" ? node.target : null,
      };
    } catch (error) {
      if (error instanceof FileError) return null;
      throw error;
    }
  }

  /** Whether the user may read, write or execute (search) what is at the path. */
  allows(path: string, user: User, wish: "read" | "write" | "execute"): boolean {
    try {
      return permitted(this.resolve(path, user, true), user, wish);
    } catch (error) {
      if (error instanceof FileError) return false;
      throw error;
    }
  }

  /** The names in a directory, sorted. */
  list(path: string, user: User): string[] {
    const node = this.resolve(path, user, true);
    if (node.kind !== "directory") throw new FileError("ENOTDIR", path);
    if (!permitted(node, user, "read")) throw new FileError("EACCES", path);
    return [...node.entries]
      .filter(([, entry]) => isThere(entry))
      .map(([name]) => name)
      .sort();
  }

  /** Opens for reading: the bytes, or the device that makes them. */
  open(path: string, user: User): Uint8Array | "null" | "zero" | "random" {
    const node = this.resolve(path, user, true);
    if (node.kind === "directory") throw new FileError("EISDIR", path);
    if (!permitted(node, user, "read")) throw new FileError("EACCES", path);
    if (node.kind === "file") return node.content;
    if (node.kind === "made") return new TextEncoder().encode(node.make() ?? "");
    if (node.kind === "device") {
      if (node.device === "full") return "zero";
      return node.device === "block" ? new Uint8Array() : node.device;
    }
    throw new FileError("EINVAL", path);
  }

  /** Prepares a path for writing; the function that is returned appends bytes to it. */
  create(path: string, user: User, mode: "truncate" | "append" | "exclusive"): (bytes: Uint8Array) => void {
    const existing = this.status(path, user);
    if (existing && mode === "exclusive") throw new FileError("EEXIST", path);
    if (!existing) this.put(path, user, this.emptyFile(user));
    const node = this.resolve(path, user, true);
    if (node.kind === "directory") throw new FileError("EISDIR", path);
    if (!permitted(node, user, "write")) throw new FileError("EACCES", path);
    if (node.kind === "device") {
      return () => {
        if (node.device === "full") throw new FileError("ENOSPC", path);
        if (node.device === "block") throw new FileError("EINVAL", path);
      };
    }
    if (node.kind !== "file") throw new FileError("EACCES", path);
    if (mode === "truncate") {
      this.written -= node.content.length;
      node.content = new Uint8Array();
    }
    node.modifiedAt = this.now();
    let buffer = new Uint8Array();
    return (bytes) => {
      if (this.isFull() || this.written + bytes.length > quota) throw new FileError("ENOSPC", path);
      const length = node.content.length + bytes.length;
      // Room to grow is doubled, so that many small writes do not copy the whole file each time.
      if (buffer.length < length || buffer.buffer !== node.content.buffer) {
        buffer = new Uint8Array(length * 2);
        buffer.set(node.content);
      }
      buffer.set(bytes, node.content.length);
      node.content = buffer.subarray(0, length);
      node.modifiedAt = this.now();
      this.written += bytes.length;
    };
  }

  makeDirectory(path: string, user: User, mode = 0o755): void {
    if (this.status(path, user, false)) throw new FileError("EEXIST", path);
    this.put(path, user, {
      kind: "directory",
      mode,
      owner: user.id,
      modifiedAt: this.now(),
      entries: new Map(),
    });
  }

  makeLink(path: string, target: string, user: User): void {
    if (this.status(path, user, false)) throw new FileError("EEXIST", path);
    this.put(path, user, { kind: "link", mode: 0o777, owner: user.id, modifiedAt: this.now(), target });
  }

  changeMode(path: string, mode: number, user: User): void {
    const node = this.resolve(path, user, true);
    if (user.id !== 0 && user.id !== node.owner) throw new FileError("EACCES", path);
    node.mode = mode;
  }

  /** Removes a name; a directory only when it is empty. */
  remove(path: string, user: User): void {
    const node = this.resolve(path, user, false);
    if (node.kind === "directory" && node.entries.size > 0) throw new FileError("ENOTEMPTY", path);
    const { directory, name } = this.parent(path, user);
    if (directory.mode & 0o1000 && user.id !== 0 && user.id !== node.owner)
      throw new FileError("EACCES", path);
    directory.entries.delete(name);
    if (node.kind === "file") this.written = Math.max(0, this.written - node.content.length);
  }

  /** Moves a name within the machine, over a file that is there. */
  rename(from: string, to: string, user: User): void {
    if (to === from || to.startsWith(`${from}/`)) throw new FileError("EINVAL", to);
    const node = this.resolve(from, user, false);
    if (this.status(to, user, false)) this.remove(to, user);
    const source = this.parent(from, user);
    this.put(to, user, node);
    source.directory.entries.delete(source.name);
  }

  private emptyFile(user: User): FileNode {
    return {
      kind: "file",
      mode: 0o644,
      owner: user.id,
      modifiedAt: this.now(),
      content: new Uint8Array(),
    };
  }

  private put(path: string, user: User, node: FileNode): void {
    const { directory, name } = this.parent(path, user);
    if (this.isFull()) throw new FileError("ENOSPC", path);
    directory.entries.set(name, node);
    directory.modifiedAt = this.now();
  }

  /** The directory that holds the path's last name; the user must be allowed to write in it. */
  private parent(path: string, user: User): { directory: Directory; name: string } {
    const cut = path.lastIndexOf("/");
    const name = path.slice(cut + 1);
    const directory = this.resolve(path.slice(0, cut) || "/", user, true);
    if (name === "") throw new FileError("EISDIR", path);
    if (directory.kind !== "directory") throw new FileError("ENOTDIR", path);
    if (!permitted(directory, user, "write")) throw new FileError("EACCES", path);
    return { directory, name };
  }

  private resolve(path: string, user: User, follow: boolean): FileNode {
    let node: FileNode = this.root;
    let remaining = path.split("/").filter((part) => part !== "");
    let here: string[] = [];
    let links = 0;
    while (remaining.length > 0) {
      const [name = "", ...rest] = remaining;
      if (node.kind !== "directory") throw new FileError("ENOTDIR", path);
      if (!permitted(node, user, "execute")) throw new FileError("EACCES", path);
      const next: FileNode | undefined = node.entries.get(name);
      if (!next || !isThere(next)) throw new FileError("ENOENT", path);
      if (next.kind === "link" && (rest.length > 0 || follow)) {
        links += 1;
        if (links > linkLimit) throw new FileError("ELOOP", path);
        remaining = [
          ...absolutePath(next.target, `/${here.join("/")}`)
            .split("/")
            .filter((part) => part !== ""),
          ...rest,
        ];
        node = this.root;
        here = [];
        continue;
      }
      node = next;
      here.push(name);
      remaining = rest;
    }
    return node;
  }
}

/** The kernel's own files say that they are empty, as proc(5) has it. */
function sizeOf(node: FileNode, path: string): number {
  if (node.kind === "file") return node.content.length;
  if (node.kind === "directory") return 4096;
  if (node.kind !== "made" || /^\/(proc|sys)\//.test(path)) return 0;
  return Buffer.byteLength(node.make() ?? "");
}

function permitted(node: FileNode, user: User, wish: "read" | "write" | "execute"): boolean {
  const bit = { read: 4, write: 2, execute: 1 }[wish];
  if (user.id === 0) return wish !== "execute" || node.kind === "directory" || (node.mode & 0o111) !== 0;
  const shift = node.owner === user.id ? 6 : 0;
  return ((node.mode >> shift) & bit) !== 0;
}
