import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const mount = (folder: string, megabytes: number) =>
  execFileSync("/bin/mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0700`, "tmpfs", folder], {
    stdio: "ignore",
  });

/** Whether this process may mount a file system of its own: root on Linux, and not in every container. */
export function canMountDisks(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), "passerelle-mount-"));
  try {
    mount(folder, 1);
    unmountDisk(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

/** Mounts an empty file system of so many megabytes on a folder. */
export function mountSmallDisk(folder: string, megabytes: number): void {
  mount(folder, megabytes);
}

export function unmountDisk(folder: string): void {
  execFileSync("/bin/umount", [folder], { stdio: "ignore" });
}

/** Writes into a file until not one byte more fits on its disk. */
export function fillUp(file: string): void {
  const descriptor = openSync(file, "a");
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (;;) writeSync(descriptor, Buffer.alloc(size));
      } catch {
        // Full for this size; try a smaller one.
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
