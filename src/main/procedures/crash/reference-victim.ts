import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { OpsError } from "../../../shared/errors.ts";
import type { Operators } from "../../../shared/people.ts";
import { planSchema } from "../../../shared/plan.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { RunState } from "../../../shared/run.ts";
import { requestText } from "../../people/approval.ts";
import { KeptKeys } from "../../people/kept-keys.ts";
import { PeopleDesk } from "../../people/people-desk.ts";
import { runPeople } from "../../people/run-people.ts";
import { openCrashConsole } from "./crash-console.ts";
import { farHost } from "./far-actions.ts";

/*
 * A console without a window that goes the way of a reference plan, or takes it over where one before it was killed, and
 * ends once the run has. Words: the data folder, the far side's log, the files of the plan and of the second person's key,
 * how far the wall clock is off in milliseconds, the number of the event after which it kills itself (0: never), and
 * the gate at which everything is taken back (none when empty).
 */
const [folder = "", far = "", planFile = "", keyFile = "", offset = "0", last = "0", refusedAt = ""] =
  process.argv.slice(2);
const plan = planSchema.parse(JSON.parse(readFileSync(planFile, "utf8")));
const key = JSON.parse(readFileSync(keyFile, "utf8")) as { file: string; line: string };
const operators: Operators = {
  ada: { name: "Ada", keys: [], accounts: ["operator-a"] },
  bruno: { name: "Bruno", keys: [key.line], accounts: [] },
};
let desk: PeopleDesk | null = null;
/** What the waits of the plan look at reads as they want it, each time anew. */
const wanted = new Map(
  plan.nodes.flatMap((node) =>
    node.kind === "wait" && node.wait.kind === "until" ? [[node.wait.resource.id, node.wait] as const] : [],
  ),
);
const now = () => Date.now() + Number(offset);

const { engine, close } = openCrashConsole({
  folder,
  far,
  now,
  resource,
  people: (record) => {
    desk = new PeopleDesk({
      operators: () => operators,
      account: "operator-a",
      keys: new KeptKeys("/nonexistent"),
      record,
      agentSocket: () => null,
    });
    return runPeople(desk);
  },
  onHead: (head) => {
    process.stdout.write(`head ${head}\n`);
    if (Number(last) > 0 && head >= Number(last)) process.kill(process.pid, "SIGKILL");
  },
});
await engine.takeOverAll(Number.POSITIVE_INFINITY);
const known = engine.runs()[0]?.id;
const run = known ?? (await engine.start({ plan, reason: "reference", confirmation: plan.procedure }));
await attend(run);
await close();
process.exit(0);

function resource(id: string): Resource {
  const at = now();
  const read = {
    ...farHost(id),
    seenAt: at,
    sources: { far: { health: "ok", seenAt: at, error: null } },
  } as const;
  const wait = wanted.get(id);
  if (wait === undefined || wait.comparison !== "is") return read;
  return { ...read, facts: { [wait.fact]: { value: wait.value, source: "far", at } } };
}

/** Is the person at the console, with a second one beside them. */
async function attend(id: string): Promise<void> {
  for (;;) {
    const state = await engine.settled(id, AbortSignal.timeout(10_000));
    if (state.endedAt !== null) return;
    await decide(state).catch(tooLate);
    await pause(1);
  }
}

async function decide({ id, steps, status, planHash, rollingBack }: RunState): Promise<void> {
  if (status === "paused") await engine.resume(id, "go on");
  for (const { node, state, blockedBy } of steps) {
    if (state === "failed" && rollingBack) await engine.skip(id, node, "has no way back");
    else if (state === "failed") await engine.retry(id, node, "again");
    if (state !== "waiting" || blockedBy?.kind !== "gate" || rollingBack) continue;
    if (node === refusedAt) return engine.rollBack(id, "not now");
    const request = requestText(await engine.gates.ask(id, node, null));
    const way = { kind: "key", key: key.file, passphrase: "" } as const;
    const signed = await desk?.sign({
      request,
      operator: "bruno",
      verdict: "approve",
      way,
      signal: AbortSignal.timeout(10_000),
    });
    const signature = signed?.signature;
    await engine.approve(id, node, { accept: true, planHash, reason: "", signature, operator: "bruno" });
  }
}

/** What was looked at may have moved on meanwhile: then the person looks again. */
function tooLate(thrown: unknown): void {
  const code = thrown instanceof OpsError ? thrown.code : "";
  if (code !== "run.not-possible" && code !== "run.ended") throw thrown;
}
