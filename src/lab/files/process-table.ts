import type { Directory } from "./node.ts";

export interface RunningProgram {
  number: number;
  name: string;
  words: readonly string[];
  user: string;
  startedAt: number;
}

const firstNumber = 2000;
const lastNumber = 32_000;

/** The programs that run on a machine: gives them their numbers and shows them under /proc. */
export class ProcessTable {
  readonly running = new Map<number, RunningProgram>();
  private readonly directory: Directory;
  private readonly now: () => number;
  private last = firstNumber;

  constructor(directory: Directory, now: () => number) {
    this.directory = directory;
    this.now = now;
  }

  /** Enters a program; the number that is returned takes it out again with `end`. */
  start(words: readonly string[], user: string): number {
    do this.last = this.last >= lastNumber ? firstNumber : this.last + 1;
    while (this.running.has(this.last));
    const number = this.last;
    const name = (words[0] ?? "").split("/").at(-1) ?? "";
    const startedAt = this.now();
    this.running.set(number, { number, name, words, user, startedAt });
    const file = (content: string) => ({
      kind: "made" as const,
      mode: 0o444,
      owner: 0,
      modifiedAt: startedAt,
      make: () => content,
    });
    this.directory.entries.set(String(number), {
      kind: "directory",
      mode: 0o555,
      owner: 0,
      modifiedAt: startedAt,
      entries: new Map([
        ["comm", file(`${name.slice(0, 15)}\n`)],
        ["cmdline", file(`${words.join("\0")}\0`)],
      ]),
    });
    return number;
  }

  end(number: number): void {
    this.running.delete(number);
    this.directory.entries.delete(String(number));
  }
}
