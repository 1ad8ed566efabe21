import type { JournalEvent } from "../../../shared/journal.ts";
import { taskEventTypes } from "../../actions/action-events.ts";
import { foldTasks } from "../../actions/task-fold.ts";
import { Journal } from "../../journal/journal.ts";
import type { FoldedRun } from "../engine/folded-run.ts";
import { runEventTypes } from "../engine/run-events.ts";
import { foldRun } from "../engine/run-fold.ts";
import { FarSide } from "./far-side.ts";

export interface Verdict {
  events: number;
  effects: number;
  runs: Record<string, number>;
  takenOver: number;
  /** What must never be, in words; empty when all is well. */
  faults: string[];
}

/**
 * Holds what the journal in a folder says against what the far side's own log, a file, says. `seen` is the newest event that a
 * console had reported as written before it was killed.
 */
export async function judge(folder: string, farLog: string, seen: number): Promise<Verdict> {
  const far = new FarSide(farLog);
  const journal = Journal.open({ folder, actor: "judge", workstation: "bridge.example" });
  try {
    const faults: string[] = [];
    const chain = await journal.verify();
    if (!chain.intact) faults.push(`the chain is broken at ${chain.brokenAt}: ${chain.fault}`);
    if (chain.events < seen) faults.push(`event ${seen} was written and is lost; ${chain.events} are left`);
    const runs = runsIn(journal.ofTypes(runEventTypes, 1));
    const tasks = journal.ofTypes(taskEventTypes, 1);
    const counts = new Map<string, number>();
    for (const { kind, mark } of far.effects())
      counts.set(`${kind} ${mark}`, (counts.get(`${kind} ${mark}`) ?? 0) + 1);
    faults.push(...sentTwice(counts, tasks), ...withoutIntent(counts, tasks));
    for (const run of runs) faults.push(...untrue(run, counts));
    const ends: Record<string, number> = {};
    for (const run of runs) {
      const end = endOf(run);
      ends[end] = (ends[end] ?? 0) + 1;
      if (end === "open") faults.push(`run ${run.id} has neither ended nor stands at an unknown effect`);
    }
    const takenOver = journal.ofTypes(["run.taken"], 1).length;
    return { events: chain.events, effects: far.effects().length, runs: ends, takenOver, faults };
  } finally {
    journal.close();
  }
}

function runsIn(events: readonly JournalEvent[]): FoldedRun[] {
  const byRun = new Map<string, JournalEvent[]>();
  for (const event of events) {
    const id = event.task ?? "";
    byRun.set(id, [...(byRun.get(id) ?? []), event]);
  }
  return [...byRun.values()].flatMap((own) => foldRun(own) ?? []);
}

function endOf(run: FoldedRun): string {
  if (run.end !== null) return run.end.status;
  const states = [...run.nodes.values()].map(({ state }) => state);
  return states.includes("unknown-effect") ? "unknown-effect" : "open";
}

/** Effects that may only be sent once for one intent, and were sent more often than there are intents that may be. */
function sentTwice(counts: ReadonlyMap<string, number>, tasks: readonly JournalEvent[]): string[] {
  const faults: string[] = [];
  const folded = foldTasks(tasks);
  const intents = new Map<string, { once: boolean; count: number; sent: number }>();
  for (const { intent, state } of folded.values()) {
    if (intent === null) continue;
    const key = `${intent.verb === "undo" ? "undone" : "done"} ${String(intent.input.mark)}`;
    const known = intents.get(key) ?? { once: false, count: 0, sent: 0 };
    known.once ||= intent.effect === "once";
    known.count += 1;
    if (state === "verified" || state === "unknown-effect") known.sent += 1;
    intents.set(key, known);
  }
  for (const [key, { once, count, sent }] of intents) {
    const done = counts.get(key) ?? 0;
    if (done > count) faults.push(`${key}: sent ${done} times for ${count} intents`);
    if (once && done > 1) faults.push(`${key}: may be sent once and was sent ${done} times`);
    if (once && sent > 1) faults.push(`${key}: ${sent} attempts of a once effect may have been sent`);
  }
  return faults;
}

/** Effects on the far side that no intent in the journal accounts for. */
function withoutIntent(counts: ReadonlyMap<string, number>, tasks: readonly JournalEvent[]): string[] {
  const intended = new Set<string>();
  for (const { type, data } of tasks) {
    if (type !== "action.intent" || typeof data.input !== "object" || data.input === null) continue;
    const mark = "mark" in data.input ? String(data.input.mark) : "";
    intended.add(`${data.verb === "undo" ? "undone" : "done"} ${mark}`);
  }
  return [...counts.keys()].filter((key) => !intended.has(key)).map((key) => `${key}: no intent was written`);
}

/** Steps that a run calls verified or taken back, and that the far side knows nothing of. */
function untrue(run: FoldedRun, counts: ReadonlyMap<string, number>): string[] {
  const faults: string[] = [];
  for (const { node, doing, undoing } of run.nodes.values()) {
    if (node.kind !== "action") continue;
    const mark = String(node.action.input.mark);
    const done = counts.get(`done ${mark}`) ?? 0;
    if (doing.state === "verified" && done === 0) faults.push(`${mark}: called verified, never done`);
    const back =
      node.compensate?.kind === "action" ? `done ${String(node.compensate.action.input.mark)}` : null;
    if (undoing.state === "verified" && !counts.has(back ?? `undone ${mark}`))
      faults.push(`${mark}: called taken back, never undone`);
  }
  return faults;
}
