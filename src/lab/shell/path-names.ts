import { absolutePath, type FileSystem } from "../files/file-system.ts";
import { FileError, type User } from "../files/node.ts";
import { matchesPattern } from "./pattern.ts";

/** The paths that fit a pattern, sorted; none when nothing fits (POSIX.1-2024, 2.14.3). */
export function pathsMatching(pattern: string, directory: string, files: FileSystem, user: User): string[] {
  const rooted = pattern.startsWith("/");
  let found = [rooted ? "/" : ""];
  for (const part of pattern.split("/").filter((piece) => piece !== "")) {
    const plain = part.replace(/\\(.)/g, "$1");
    found = found.flatMap((base) => {
      const join = (name: string) => `${base}${base === "" || base.endsWith("/") ? "" : "/"}${name}`;
      const magic = /[*?[]/.test(part.replace(/\\./g, ""));
      if (!magic) return files.status(absolutePath(join(plain), directory), user) ? [join(plain)] : [];
      return namesIn(absolutePath(base === "" ? "." : base, directory), files, user)
        .filter((name) => !name.startsWith(".") || part.startsWith("."))
        .filter((name) => matchesPattern(name, part))
        .map(join);
    });
  }
  return found.filter((path) => path !== "" && path !== "/").sort();
}

function namesIn(path: string, files: FileSystem, user: User): string[] {
  try {
    return files.list(path, user);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}
