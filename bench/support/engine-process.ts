import { appendFileSync } from "node:fs";
import { chainOf, engineConsole } from "./engine-console.ts";

/*
 * A console in a process of its own, to be killed: goes on with the run in its folder, or begins one. Words: the folder,
 * how many steps, and the file that each effect is noted in.
 */
const [folder = "", steps = "0", log = ""] = process.argv.slice(2);
const { engine, close } = engineConsole(folder, (host) => appendFileSync(log, `${host}\n`));
const open = engine.runs().find(({ endedAt }) => endedAt === null);
const id = open?.id ?? (await engine.start({ plan: chainOf(Number(steps)), reason: "", confirmation: "" }));
if (open) await engine.takeOver(id);
const run = await engine.settled(id, AbortSignal.timeout(300_000));
await close();
process.exit(run.status === "completed" ? 0 : 1);
