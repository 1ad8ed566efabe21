import { setTimeout as pause } from "node:timers/promises";
import { OpsError } from "../../../shared/errors.ts";
import type { RunSummary } from "../../../shared/procedure-calls.ts";
import type { RunState } from "../../../shared/run.ts";
import { isRefused, openCrashConsole } from "./crash-console.ts";
import { Dice } from "./dice.ts";
import { farHost } from "./far-actions.ts";
import { randomPlan } from "./random-plan.ts";

/*
 * A console without a window: takes over what one before it left behind, then runs random procedures one after the
 * other until it is killed. Words: the data folder, the seed, how far the wall clock is off in milliseconds, `run` or
 * `finish` (to bring what is open to its end, begin nothing new, and stop), and the far side's log.
 */
const [folder = "", seed = "0", offset = "0", mode = "run", log = ""] = process.argv.slice(2);
const dice = new Dice(Number(seed));
const now = () => Date.now() + Number(offset);

const { engine, close } = openCrashConsole({
  folder,
  far: log,
  now,
  resource: farHost,
  onHead: (head) => process.stdout.write(`head ${head}\n`),
});
process.stdout.write("ready\n");

await engine.takeOverAll(Number.POSITIVE_INFINITY);
for (const run of engine.runs()) if (isOpen(run)) await attend(run.id);
while (mode !== "finish") {
  const plan = randomPlan(dice.below(2 ** 31));
  const run = await engine.start({ plan, reason: "because", confirmation: "" }).catch(refused);
  if (run !== null) await attend(run);
}
await close();
process.exit(0);

function isOpen({ endedAt, status }: RunSummary): boolean {
  return endedAt === null && status !== "unknown-effect";
}

/** Is the person at the console: decides whatever a run asks, until it has ended or nobody can tell what happened. */
async function attend(id: string): Promise<void> {
  for (;;) {
    const limit = AbortSignal.timeout(dice.chance(0.1) ? 20 : 10_000);
    const run = await engine.settled(id, limit);
    if (run.endedAt !== null) return;
    if (run.status === "unknown-effect" && !(await madeUpFor(run).catch(tooLate))) return;
    await decide(run, limit.aborted).catch(tooLate);
    await pause(1);
  }
}

/** What was looked at may have moved on meanwhile, or the disk is full: then the person looks again. */
function tooLate(thrown: unknown): boolean {
  const code = thrown instanceof OpsError ? thrown.code : "";
  if (code !== "run.not-possible" && code !== "run.ended" && !isRefused(thrown)) throw thrown;
  return true;
}

/** Waits a little where the journal cannot be written: the disk is full. */
async function refused(thrown: unknown): Promise<null> {
  if (!isRefused(thrown)) throw thrown;
  await pause(20);
  return null;
}

/** Now and then has a step of unknown effect compensated and goes on without it; false where it is left as it is. */
async function madeUpFor({ id, steps, plan }: RunState): Promise<boolean> {
  const step = steps.find(({ state }) => state === "unknown-effect");
  const node = plan.nodes.find((one) => one.id === step?.node);
  const other = node?.kind === "action" && node.compensate?.kind === "action";
  if (step === undefined || !other || dice.chance(0.5)) return false;
  await engine.compensate(id, step.node, "nobody can tell");
  return true;
}

async function decide(run: RunState, tooLong: boolean): Promise<void> {
  const { id } = run;
  if (run.status === "paused") await engine.resume(id, "go on");
  else if (tooLong && !run.rollingBack) await engine.rollBack(id, "enough");
  for (const step of run.steps) {
    if (step.state === "waiting" && step.blockedBy?.kind === "gate") {
      await engine.approve(id, step.node, { accept: true, planHash: run.planHash, reason: "" });
    }
    if (step.state === "compensated" && step.blockedBy?.kind === "person") {
      await engine.skip(id, step.node, "made up for");
      return;
    }
    if (step.state !== "failed" || step.blockedBy?.kind !== "person") continue;
    const node = run.plan.nodes.find((one) => one.id === step.node);
    const other = node?.kind === "action" && node.compensate?.kind === "action";
    if (other && !run.rollingBack && dice.chance(0.2)) {
      await engine.compensate(id, step.node, "to be sure").catch(tooLate);
      return;
    }
    if (dice.chance(0.6)) await engine.retry(id, step.node, "again");
    else if (dice.chance(0.7)) await engine.skip(id, step.node, "not needed");
    else if (!run.rollingBack) await engine.rollBack(id, "no use");
    else await engine.skip(id, step.node, "cannot be taken back");
    return;
  }
}
