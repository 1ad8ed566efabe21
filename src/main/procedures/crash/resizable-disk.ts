import { execFileSync } from "node:child_process";
import { statfsSync } from "node:fs";

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
    const { blocks, bfree, bsize } = statfsSync(this.#folder);
    this.#resize(`${Math.max(1, blocks - bfree) * bsize}`);
    this.#isFull = true;
  }

  free(): void {
    if (this.#isFull) this.#resize(`${this.#roomy}m`);
    this.#isFull = false;
  }

  #resize(size: string): void {
    execFileSync("/bin/mount", ["-o", `remount,size=${size}`, this.#folder], { stdio: "ignore" });
  }
}
