import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runUpdates } from "../src/main/contract/run-updates.ts";
import { Journal } from "../src/main/journal/journal.ts";
import type { Plan } from "../src/shared/plan.ts";
import { alone, compared, type Row } from "./row.ts";
import { chainOf, engineConsole } from "./support/engine-console.ts";
import { resumeAfterKill } from "./support/killed-run.ts";

const steps = 2000;
/** The step's intent with the request and the end of the step before; the action's intent; its result; its proof. */
const flushesPerStep = 4;
const peer = "four flushes of the journal alone";
/** Milliseconds: a run of so many steps, on a slow disk. */
const limit = 300_000;

/**
 * What the engine adds to a step: a plan of 2,000 actions that do nothing, one after the other, with every event of run
 * and action on disk before the next, while a window follows it. Then how long a console takes to read such a run back
 * from the journal, and how long after a kill halfway the next one has the next step done.
 */
export default async function engine(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "passerelle-bench-engine-"));
  try {
    const { overheads, whole, id, told } = await measured(folder, chainOf(steps));
    const floor = flushes(join(folder, "floor"));
    const began = performance.now();
    const again = engineConsole(folder);
    const reading = performance.now() - began;
    if (again.engine.run(id).status !== "completed") throw new Error("the run is not read back as it was");
    await again.close();
    const killed = join(folder, "killed");
    mkdirSync(killed, { mode: 0o700 });
    const resumed = await resumeAfterKill(killed, steps);
    return [
      compared(
        "engine overhead per step, median",
        "ms",
        percentile(overheads, 0.5),
        percentile(floor, 0.5),
        peer,
      ),
      compared(
        "engine overhead per step, 95 of 100",
        "ms",
        percentile(overheads, 0.95),
        percentile(floor, 0.95),
        peer,
      ),
      alone("a plan of 2,000 steps, whole run", "s", whole / 1000),
      alone("the run read back from the journal", "ms", reading),
      alone("killed halfway: spawn to the next step's effect", "s", resumed / 1000),
      alone("a window that follows it: updates a second", "/s", told.count / (whole / 1000)),
      alone("a window that follows it: bytes of an update, median", "B", percentile(told.bytes, 0.5)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds that the flushes of a step take with nothing around them, on the same disk right afterwards. */
function flushes(folder: string): number[] {
  mkdirSync(folder, { mode: 0o700 });
  const journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
  const event = { type: "bench.event", subject: null, task: null, data: { words: "x".repeat(500) } };
  const times = Array.from({ length: 300 }, () => {
    const began = performance.now();
    for (let flush = 0; flush < flushesPerStep; flush += 1) journal.write(event);
    return performance.now() - began;
  });
  journal.close();
  return times;
}

async function measured(
  folder: string,
  plan: Plan,
): Promise<{ overheads: number[]; whole: number; id: string; told: { count: number; bytes: number[] } }> {
  const stamps: number[] = [];
  const { engine, close } = engineConsole(folder, () => stamps.push(performance.now()));
  const began = performance.now();
  const id = await engine.start({ plan, reason: "", confirmation: "" });
  const looking = new AbortController();
  const bytes: number[] = [];
  const following = (async () => {
    const updates = runUpdates(
      (changed) => engine.onChange(changed),
      () => engine.frame(id),
      { drained: async () => {} },
      looking.signal,
    );
    for await (const update of updates) bytes.push(JSON.stringify(update).length);
  })();
  const run = await engine.settled(id, AbortSignal.timeout(limit));
  const whole = performance.now() - began;
  looking.abort();
  await following;
  if (run.status !== "completed") throw new Error(`the run is ${run.status}`);
  await close();
  // From one effect to the next there is nothing but the engine, the runner and the disk.
  const overheads = stamps.slice(1).map((stamp, index) => stamp - (stamps[index] ?? stamp));
  return { overheads, whole, id, told: { count: bytes.length, bytes } };
}

function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? 0;
}
