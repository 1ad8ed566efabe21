import { execFileSync } from "node:child_process";
import { statfsSync } from "node:fs";

/** How often a size is tried that something is written past. */
const most = 50;

/** A mounted tmpfs that is made as small as what is in it, and roomy again. Takes root on Linux. */
export class ResizableDisk {
  readonly #folder: string;
  readonly #roomy: number;
  #isFull = false;

  /** `roomy`: megabytes while it is not full. */
  constructor(folder: string, roomy: number) {
    this.#folder = folder;
    this.#roomy = roomy;
  }

  /** Leaves not one free page. */
  fill(): void {
    this.#isFull = true;
    for (let tries = 1; ; tries += 1) {
      const { blocks, bfree, bsize } = statfsSync(this.#folder);
      try {
        this.#resize(`${Math.max(1, blocks - bfree) * bsize}`);
        return;
      } catch (thrown) {
        // More was written in between, and a disk does not get smaller than what is on it.
        if (tries === most) throw thrown;
      }
    }
  }

  free(): void {
    if (this.#isFull) this.#resize(`${this.#roomy}m`);
    this.#isFull = false;
  }

  #resize(size: string): void {
    execFileSync("/bin/mount", ["-o", `remount,size=${size}`, this.#folder], { stdio: "ignore" });
  }
}
