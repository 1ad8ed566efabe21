import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What a program took: wall seconds, CPU seconds of it and its own children (null where /proc does not tell). */
export interface TimedRun {
  seconds: number;
  cpuSeconds: number | null;
  output: string;
}

const ticksPerSecond = 100;

/** CPU seconds of all children that have ended and been waited for, theirs included (proc(5), cutime and cstime). */
export function childrenSeconds(): number | null {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
  } catch {
    return null;
  }
}

/**
 * Runs a program to its end. Throws with its last words when it does not end well within `deadline` milliseconds.
 * Nothing else that this process started may end meanwhile, or its CPU time would be counted too.
 */
export async function timedRun(command: string, words: string[], deadline: number): Promise<TimedRun> {
  const before = childrenSeconds();
  const startedAt = performance.now();
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"], timeout: deadline });
  let output = "";
  let errors = "";
  child.stdout.on("data", (bytes: Buffer) => {
    output += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    errors = (errors + bytes.toString()).slice(-2000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${errors.trim()}`);
  const after = childrenSeconds();
  return { seconds, cpuSeconds: before === null || after === null ? null : after - before, output };
}

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1];
  const high = sorted[Math.floor(middle)];
  if (low === undefined || high === undefined) throw new Error("the median of nothing");
  return (low + high) / 2;
}
