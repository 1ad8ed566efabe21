import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./engine-process.ts", import.meta.url));

/**
 * Kills a console (SIGKILL) halfway through a run of `steps` steps and starts another: milliseconds from its spawn until
 * the next step has taken effect. Throws unless every step took effect, in order, and none twice.
 */
export async function resumeAfterKill(folder: string, steps: number): Promise<number> {
  const log = join(folder, "effects.log");
  const first = start(folder, steps, log);
  const half = Math.floor(steps / 2);
  await until(() => effects(log).length >= half, first);
  first.kill("SIGKILL");
  await once(first, "exit");
  const before = effects(log).length;
  const began = performance.now();
  const second = start(folder, steps, log);
  await until(() => effects(log).length > before, second);
  const took = performance.now() - began;
  const [code] = second.exitCode === null ? await once(second, "exit") : [second.exitCode];
  const done = effects(log);
  const whole = done.every((host, index) => host === `h${index}`) && done.length === steps;
  if (code !== 0 || !whole)
    throw new Error(`the run was not resumed as it should be: ${code}, ${done.length}`);
  return took;
}

function start(folder: string, steps: number, log: string): ChildProcess {
  return spawn(process.execPath, [script, folder, String(steps), log], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function effects(log: string): string[] {
  return existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(0, -1) : [];
}

async function until(holds: () => boolean, child: ChildProcess): Promise<void> {
  const end = Date.now() + 300_000;
  while (!holds()) {
    if (child.exitCode !== null || Date.now() > end) throw new Error("the console ended before its time");
    await pause(2);
  }
}
