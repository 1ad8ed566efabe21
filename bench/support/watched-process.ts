import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { processSeconds } from "./browser.ts";

const lookEvery = 50;

/** A program under way whose lines are counted, and what it has taken so far. */
export class WatchedProcess {
  readonly child: ChildProcess;
  lines = 0;
  /** The last line, as ASCII. */
  last = "";
  /** The most memory that it had at once, MiB. */
  peak = 0;
  readonly #ended: Promise<number | null>;
  readonly #startedAt = performance.now();
  #seconds = 0;
  /** The end of what it wrote to its standard error. */
  #complaint = "";

  constructor(command: string, words: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(command, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    if (!this.child.stdout) throw new Error("a pipe was asked for");
    this.child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
      this.#complaint = (this.#complaint + piece).slice(-500);
    });
    let begun = "";
    this.child.stdout.setEncoding("latin1").on("data", (piece: string) => {
      // A peer may say hundreds of MiB: its lines are counted without being kept.
      for (let at = piece.indexOf("\n"); at >= 0; at = piece.indexOf("\n", at + 1)) this.lines += 1;
      const end = piece.lastIndexOf("\n");
      const before = end > 0 ? piece.lastIndexOf("\n", end - 1) : -1;
      if (end >= 0) this.last = (before < 0 ? begun : "") + piece.slice(before + 1, end);
      begun = (end >= 0 ? "" : begun) + piece.slice(end + 1);
    });
    this.#ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code) => {
        this.#seconds = (performance.now() - this.#startedAt) / 1000;
        resolve(code);
      });
    });
    void this.#look();
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** CPU seconds so far; 0 where /proc does not tell. */
  async cpu(): Promise<number> {
    return (await processSeconds(this.child.pid)) ?? 0;
  }

  /** Resident memory now, MiB. */
  resident(): Promise<number> {
    return this.#memory("VmRSS");
  }

  /** Waits for its end and gives the wall seconds. Throws when it does not end well in `limit` milliseconds. */
  async end(limit: number): Promise<number> {
    const late = AbortSignal.timeout(limit);
    const stop = () => this.child.kill("SIGKILL");
    late.addEventListener("abort", stop);
    const code = await this.#ended;
    late.removeEventListener("abort", stop);
    if (code !== 0)
      throw new Error(`${this.child.spawnargs.join(" ")} ended with ${code}: ${this.#complaint}`);
    return this.#seconds;
  }

  /** Waits until something of it holds. Throws when it ended before, or after `limit` milliseconds. */
  async until(holds: () => boolean, limit: number): Promise<void> {
    const end = performance.now() + limit;
    while (!holds()) {
      if (this.isOver || performance.now() > end) {
        throw new Error(`waited in vain for ${this.child.spawnargs.join(" ")}: ${this.#complaint}`);
      }
      await setTimeout(lookEvery);
    }
  }

  async stop(): Promise<void> {
    if (this.isOver) return;
    this.child.kill("SIGTERM");
    const late = globalThis.setTimeout(() => this.child.kill("SIGKILL"), 5000);
    await this.#ended;
    clearTimeout(late);
  }

  async #look(): Promise<void> {
    while (!this.isOver) {
      this.peak = Math.max(this.peak, await this.#memory("VmHWM"));
      await setTimeout(lookEvery);
    }
  }

  async #memory(field: string): Promise<number> {
    const words = await readFile(`/proc/${this.child.pid}/status`, "utf8").catch(() => "");
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(words)?.[1] ?? 0) / 1024;
  }
}
