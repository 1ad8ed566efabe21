import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { RunState } from "../../src/shared/run.ts";
import { chainOf, engineConsole } from "./engine-console.ts";

/*
 * A console in a process of its own, to be killed: goes on with the run in its folder, or begins one. Words: the folder,
 * how many steps, and the file that each effect is noted in.
 */
const [folder = "", steps = "0", log = ""] = process.argv.slice(2);
const hasHappened = (host: string) => existsSync(log) && readFileSync(log, "utf8").split("\n").includes(host);
const { engine, close } = engineConsole(folder, (host) => appendFileSync(log, `${host}\n`), { hasHappened });
const open = engine.runs().find(({ endedAt }) => endedAt === null);
const id = open?.id ?? (await engine.start({ plan: chainOf(Number(steps)), reason: "", confirmation: "" }));
if (open) await engine.takeOver(id);
const limit = AbortSignal.timeout(300_000);
let run = await engine.settled(id, limit);
// A step that was asked for right before the kill, and of which the far side knows nothing, is for a person to try again.
for (let lost = failedIn(run); lost && !limit.aborted; lost = failedIn(run)) {
  await engine.retry(id, lost.node, "the far side does not know of it");
  run = await engine.settled(id, limit);
}
await close();
process.exit(run.status === "completed" ? 0 : 1);

function failedIn({ steps: known }: RunState) {
  return known.find(({ state }) => state === "failed");
}
