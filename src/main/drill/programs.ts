import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A program that a drill runs, and what it says line by line on its standard output. */
export interface DrillProgram {
  onLine(listener: (line: string) => void): void;
  /** Gives it an empty line on its standard input. */
  nudge(): void;
  exited: Promise<void>;
  /** Ends it in order, and by force where it does not end; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts one of the built programs with these words. */
export type StartProgram = (program: string, words: readonly string[]) => DrillProgram;

/** The lab's built program. */
export function labProgram(): string {
  return built("lab.js");
}

/** The built program of the command line. */
export function commandProgram(): string {
  return built("cli.js");
}

/** A built program lies beside the one that runs, one folder up from a shared chunk. */
function built(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, name), join(here, "..", name)];
  return candidates.find((path) => existsSync(path)) ?? join(here, name);
}

/** Milliseconds that a program has to end in order. */
const patience = 10_000;

/** Starts a program on the Node that runs this one; it ends with this one, by its standard input. */
export const startNodeProgram: StartProgram = (program, words) => {
  const child = spawn(process.execPath, [program, ...words], { stdio: ["pipe", "pipe", "inherit"] });
  // It may be gone before it reads.
  child.stdin.on("error", () => undefined);
  const lines = createInterface({ input: child.stdout });
  const { promise: exited, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.once("error", () => resolve());
  return {
    onLine: (listener) => void lines.on("line", listener),
    nudge: () => void child.stdin.write("\n"),
    exited,
    async stop() {
      child.stdin.end();
      const late = setTimeout(() => child.kill("SIGKILL"), patience);
      await exited;
      clearTimeout(late);
    },
  };
};
