import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plan } from "../../../shared/plan.ts";
import { makeKey } from "../../people/testing/keys.ts";
import { earlierSteps } from "./earlier-steps.ts";
import { FarSide } from "./far-side.ts";
import type { Way } from "./reference-plans.ts";
import { judge } from "./verdict.ts";

const victim = fileURLToPath(new URL("./reference-victim.ts", import.meta.url));
/** Milliseconds that one life may take. */
const lifeLimit = 60_000;
const anHour = 3_600_000;

/** One way through the plan, with the console killed at one event. */
export interface Kill {
  way: Way;
  /** The number of the event right after which it is killed; 0: never. */
  at: number;
  /** An empty folder of its own; it is gone afterwards unless something is wrong. */
  folder: string;
}

export interface KillResult {
  /** False where the run had come to its end before: its writer puts several events down at once. */
  killed: boolean;
  events: number;
  effects: number;
  takenOver: number;
  /** The end that the run came to. */
  end: string;
  faults: string[];
}

/**
 * Goes a way through the reference plan with a console that is killed (SIGKILL) right after an event was flushed, and another
 * that takes over, its wall clock an hour back after every third event; then judges journal and far side.
 */
export async function killAt({ way, at, folder }: Kill): Promise<KillResult> {
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const [far, plan, key] = ["far.log", "plan.json", "key.json"].map((name) => join(folder, name));
  if (far === undefined || plan === undefined || key === undefined) throw new Error("no folder");
  writeFileSync(plan, JSON.stringify(way.plan));
  writeFileSync(key, JSON.stringify(makeKey()), { mode: 0o600 });
  const life = (clock: number, last: number) =>
    live([data, far, plan, key, String(clock), String(last), way.refusedAt ?? ""]);
  const faults: string[] = [];
  const first = await life(0, at);
  const killed = first.signal === "SIGKILL";
  const overBefore = first.code === 0 && first.newest < at;
  if (at > 0 && !killed && !overBefore)
    faults.push(`the console was not killed: ${first.code} ${first.complaints}`);
  const second = killed ? await life(at % 3 === 0 ? -anHour : 0, 0) : first;
  if (second.code !== 0)
    faults.push(`the last console did not come to its end: ${second.code} ${second.complaints}`);
  const verdict = await judge(data, far, Math.max(first.newest, second.newest));
  faults.push(...verdict.faults, ...outOfOrder(way.plan, new FarSide(far)));
  const end = Object.keys(verdict.runs).join(", ");
  const { events, effects, takenOver } = verdict;
  if (faults.length === 0) rmSync(folder, { recursive: true, force: true });
  return { killed, events, effects, takenOver, end, faults };
}

/** Effects that came before those of a step which the plan puts before theirs. */
function outOfOrder(plan: Plan, far: FarSide): string[] {
  const faults: string[] = [];
  const done = new Set<string>();
  const before = earlierSteps(plan);
  for (const { kind, mark } of far.effects()) {
    if (kind === "undone") continue;
    for (const earlier of before.get(mark) ?? [])
      if (!done.has(earlier)) faults.push(`${mark} was done before ${earlier}`);
    done.add(mark);
  }
  return faults;
}

async function live(words: string[]) {
  const child = spawn(process.execPath, [victim, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    said = (said + piece).slice(-200);
  });
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    complaints = (complaints + piece).slice(-2000);
  });
  const timer = setTimeout(() => child.kill("SIGTERM"), lifeLimit);
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  clearTimeout(timer);
  const heads = [...said.matchAll(/head (\d+)\n/g)].map(([, head]) => Number(head));
  return { code, signal, complaints, newest: heads.at(-1) ?? 0 };
}
