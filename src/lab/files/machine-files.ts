import type { MachineView } from "../world/view.ts";
import { FileSystem } from "./file-system.ts";
import type { Directory, FileNode } from "./node.ts";
import { procFiles } from "./proc-files.ts";
import { ProcessTable } from "./process-table.ts";
import { isOnDisk, kernelsOf, systemFiles } from "./system-files.ts";

/** Words that never change, or that are made at every reading; null while there is no such file. */
type Content = string | (() => string | null);

/** A file as the lists below give it: its words, fixed or made at every reading, and its permission bits. */
export interface GivenFile {
  content: Content;
  mode?: number;
}

const directories: [path: string, mode: number, owner: number][] = [
  ["/root", 0o700, 0],
  ["/home", 0o755, 0],
  ["/home/ops", 0o750, 1000],
  ["/tmp", 0o1777, 0],
  ["/var/tmp", 0o1777, 0],
  ["/var/log", 0o755, 0],
  ["/run/systemd/system", 0o755, 0],
  ["/run/user/1000", 0o700, 1000],
  ["/dev/shm", 0o1777, 0],
  ["/usr/local/bin", 0o755, 0],
  ["/opt", 0o755, 0],
  ["/srv", 0o755, 0],
  ["/mnt", 0o755, 0],
  ["/sys/class", 0o755, 0],
];
const links: [path: string, target: string][] = [
  ["/bin", "/usr/bin"],
  ["/sbin", "/usr/sbin"],
  ["/lib", "/usr/lib"],
  ["/var/run", "/run"],
  ["/etc/os-release", "/usr/lib/os-release"],
  ["/etc/mtab", "/proc/mounts"],
  ["/dev/stdin", "/proc/self/fd/0"],
];

/** Builds the tree that a visitor of the machine sees; `programs` are the full paths of what can be run. */
export function machineFiles(
  view: MachineView,
  programs: Iterable<string>,
): { files: FileSystem; processes: ProcessTable } {
  const bootedAt = view.machine.bootedAt;
  const directory = (mode: number, owner: number): Directory => ({
    kind: "directory",
    mode,
    owner,
    modifiedAt: bootedAt,
    entries: new Map(),
  });
  const root = directory(0o755, 0);

  const reach = (path: string): Directory => {
    let here = root;
    for (const name of path.split("/").filter((part) => part !== "")) {
      const next: FileNode = here.entries.get(name) ?? directory(0o755, 0);
      here.entries.set(name, next);
      if (next.kind !== "directory") throw new RangeError(`${path} is not a directory`);
      here = next;
    }
    return here;
  };
  const put = (path: string, node: FileNode) => {
    const cut = path.lastIndexOf("/");
    reach(path.slice(0, cut)).entries.set(path.slice(cut + 1), node);
  };
  const attributes = (mode: number) => ({ mode, owner: 0, modifiedAt: bootedAt });

  for (const [path, mode, owner] of directories) Object.assign(reach(path), { mode, owner });
  for (const [path, target] of links) put(path, { kind: "link", ...attributes(0o777), target });
  for (const path of programs) {
    put(path, { kind: "file", ...attributes(0o755), content: new TextEncoder().encode("\u007fELF") });
  }
  for (const [path, file] of Object.entries({ ...procFiles(view), ...systemFiles(view) })) {
    const mode = file.mode ?? (path.startsWith("/proc/") || path.startsWith("/sys/") ? 0o444 : 0o644);
    const { content } = file;
    if (typeof content === "function") put(path, { kind: "made", ...attributes(mode), make: content });
    else put(path, { kind: "file", ...attributes(mode), content: new TextEncoder().encode(content) });
  }
  for (const kernel of kernelsOf(view)) {
    reach(`/usr/lib/modules/${kernel}`).present = () => isOnDisk(view, kernel);
  }
  for (const device of ["null", "zero", "full"] as const) {
    put(`/dev/${device}`, { kind: "device", ...attributes(0o666), device });
  }
  put("/dev/urandom", { kind: "device", ...attributes(0o666), device: "random" });
  put("/dev/random", { kind: "device", ...attributes(0o666), device: "random" });
  for (const disk of view.machine.disks) {
    put(`/dev/${disk.device}`, { kind: "device", ...attributes(0o660), device: "block" });
  }
  for (const array of view.machine.arrays) {
    put(`/dev/${array.device}`, { kind: "device", ...attributes(0o660), device: "block" });
  }
  return {
    files: new FileSystem(root, { now: () => view.now(), isFull: () => view.diskIsFull() }),
    processes: new ProcessTable(reach("/proc"), () => view.now()),
  };
}
