import type { JournalEvent } from "../../../shared/journal.ts";
import type { PlanNode } from "../../../shared/plan.ts";
import { type LocalText, sameText } from "../../../shared/text.ts";
import {
  canCompensate,
  type Effort,
  type FoldedNode,
  type FoldedRun,
  isEarned,
  isMadeUpFor,
  mayRepeat,
  standingOf,
} from "./folded-run.ts";
import { handOverRequest, handOverText } from "./hand-over.ts";
import { type Phase, type RunEventData, type RunEventType, runEventSchemas } from "./run-events.ts";
import { closedGate, isSecondPerson } from "./second-person.ts";
import { taskOf } from "./step-words.ts";

/** What the fold reads of an event. */
export type RunEvent = Pick<JournalEvent, "type" | "task" | "data" | "actor">;

/** Folds the events of one run, oldest first; null when its beginning cannot be read. Never throws. */
export function foldRun(events: Iterable<RunEvent>): FoldedRun | null {
  let run: FoldedRun | null = null;
  for (const event of events) {
    if (run === null) run = begin(event);
    else applyEvent(run, event);
  }
  return run;
}

/** The run that a `run.started` event begins; null for anything else. */
export function begin(event: RunEvent): FoldedRun | null {
  if (event.type !== "run.started" || event.task === null) return null;
  const data = runEventSchemas["run.started"].safeParse(event.data).data;
  if (data === undefined) return null;
  const { plan, reason, confirmed, fence, time, pra = null, rights } = data;
  return freshRun({
    id: event.task,
    actor: event.actor,
    plan,
    reason,
    confirmed,
    pra,
    fence,
    startedAt: time,
    ...(rights && { rights }),
  });
}

/** A run of which nothing has begun. */
export function freshRun(
  start: Pick<
    FoldedRun,
    "id" | "actor" | "plan" | "reason" | "confirmed" | "pra" | "fence" | "startedAt" | "rights"
  >,
): FoldedRun {
  const run: FoldedRun = {
    ...start,
    time: start.startedAt,
    nodes: new Map(),
    children: new Map(),
    expanded: new Set(),
    leftOut: start.plan.leftOut,
    paused: null,
    rollingBack: null,
    noReturn: null,
    cancelled: null,
    end: null,
    effects: [],
    notes: [],
    leader: start.actor,
    answers: { by: start.actor, at: start.startedAt },
    handOver: null,
  };
  for (const node of start.plan.nodes) addNode(run, node, start.startedAt);
  return run;
}

/**
 * Takes one event into a run. An event that does not fit, or cannot be read, never makes a state better than it was: a
 * step is verified only by the end of its newest attempt, or by a person's word.
 */
export function applyEvent(run: FoldedRun, event: RunEvent): void {
  if (event.task !== run.id || !isRunEvent(event.type)) return;
  const judged = judges[event.type] as (run: FoldedRun, data: unknown, actor: string) => void;
  const parsed = runEventSchemas[event.type].safeParse(event.data);
  if (!parsed.success) return;
  run.time = Math.max(run.time, parsed.data.time);
  judged(run, parsed.data, event.actor);
}

function isRunEvent(type: string): type is RunEventType {
  return Object.hasOwn(runEventSchemas, type);
}

/** More requests than anybody answers; those that are older count no more. */
const requestsKept = 50;

type Judge<Type extends RunEventType> = (run: FoldedRun, data: RunEventData<Type>, actor: string) => void;

const judges: { [Type in RunEventType]: Judge<Type> } = {
  "run.started": () => {},
  "run.taken": (run, { fence }) => {
    run.fence = Math.max(run.fence, fence);
  },
  "run.expanded": (run, { node, items, nodes, leftOut, time }) => {
    const container = run.nodes.get(node);
    if (container?.node.kind !== "forEach" || run.expanded.has(node) || run.end !== null) return;
    const below = descendants(run, node);
    if (below.some((one) => one.doing.attempts > 0)) return;
    for (const one of below) run.nodes.delete(one.node.id);
    for (const one of below) run.children.delete(one.node.id);
    run.children.set(node, []);
    run.expanded.add(node);
    container.node = { ...container.node, forEach: { ...container.node.forEach, items } };
    run.leftOut = [...run.leftOut.filter(({ id }) => !id.startsWith(`${node}[`)), ...leftOut];
    for (const one of nodes) if (!run.nodes.has(one.id)) addNode(run, one, time);
  },
  "run.step-intent": (run, { node: id, phase, attempt, time }) => {
    const found = run.nodes.get(id);
    if (found === undefined || found.node.kind !== "action") return;
    if (!beginEffort(found, phase, attempt, time)) return;
    // What has begun something after its end had not ended.
    run.end = null;
    if (phase === "do") passPoint(run, found, attempt, time);
    const effort = phase === "do" ? found.doing : found.undoing;
    effort.task = taskOf(run.id, id, phase, attempt);
  },
  "run.step-begun": (run, { node: id, attempt, until, time }) => {
    const found = run.nodes.get(id);
    if (found === undefined || found.node.kind === "action" || found.state !== "pending") return;
    if (run.end !== null) return;
    if (!beginEffort(found, "do", attempt, time)) return;
    found.until = until;
    passPoint(run, found, attempt, time);
  },
  "run.step-ended": endStep,
  "run.approval-asked": (run, { node: id, request, to }) => {
    const found = run.nodes.get(id);
    if (found?.node.kind !== "gate" || found.state !== "running") return;
    found.requests = [...found.requests, { request, to }].slice(-requestsKept);
  },
  "run.gate-approved": (run, { node: id, planHash, by, approval, pass }) => {
    const found = run.nodes.get(id);
    if (found?.node.kind !== "gate" || found.state !== "running" || planHash !== run.plan.hash) return;
    const alone = found.node.gate.approvers === 1 || (pass !== undefined && approval !== undefined);
    if (!alone && !isSecondPerson(run, found, approval)) return;
    if (!found.approvals.includes(by)) found.approvals.push(by);
  },
  "run.gate-refused": (run, { node: id, by, reason }) => {
    const found = run.nodes.get(id);
    if (found?.node.kind === "gate" && found.state === "running") found.refusal = { by, reason };
  },
  "run.noted": (run, { time, node, by, text, attachment }) => {
    run.notes.push({ at: time, by, node, text, attachment });
  },
  "run.handed-over": (run, { to, reason, time }) => {
    if (run.end !== null) return;
    run.handOver = { request: handOverRequest(run, { to, reason, at: time }), signed: null };
    run.leader = to;
    run.answers = { by: to, at: time };
  },
  "run.hand-over-signed": (run, { time, signed }) => {
    const { handOver } = run;
    if (handOver === null || handOver.signed !== null || signed.operator !== handOver.request.to) return;
    if (handOverText(signed.request) !== handOverText(handOver.request)) return;
    run.handOver = { ...handOver, signed: { at: time, by: signed } };
  },
  "run.retried": (run, { node: id, time }) => {
    const found = run.nodes.get(id);
    if (found === undefined || run.end !== null) return;
    if (found.undoing.state === "failed") {
      found.undoing = { ...found.undoing, state: "none" };
      move(found, standingOf(found), time);
    } else if (mayRepeat(run, found)) {
      run.effects = run.effects.filter((effect) => effect !== id);
      reopen(found, time);
    }
  },
  "run.skipped": (run, { node: id, reason, time }) => {
    const found = run.nodes.get(id);
    if (found === undefined || run.end !== null) return;
    if (run.rollingBack !== null && found.doing.state === "verified") {
      if (found.undoing.state === "verified" || found.undoing.state === "running") return;
      found.undoing = { ...found.undoing, state: "skipped", reason: sameText(reason) };
      move(found, "verified", time);
    } else if (closedGate(run, found) === null) skip(run, found, "person", sameText(reason), time);
  },
  "run.compensating": (run, { node: id, reason }) => {
    const found = run.nodes.get(id);
    if (found === undefined || run.end !== null || !canCompensate(run, found)) return;
    found.compensating = reason;
  },
  "run.adopted": (run, { node: id, reason, time }) => {
    const found = run.nodes.get(id);
    if (found === undefined || run.end !== null) return;
    const words = sameText(reason);
    if (found.undoing.state === "failed" || found.undoing.state === "unknown-effect") {
      found.undoing = { ...found.undoing, state: "verified", endedAt: time, reason: words };
      move(found, "compensated", time);
    } else if (
      ["pending", "failed", "unknown-effect"].includes(found.state) &&
      closedGate(run, found) === null
    ) {
      found.doing = { ...found.doing, state: "verified", endedAt: time, reason: words };
      takeEffect(run, found);
      passPoint(run, found, found.doing.attempts, time);
      move(found, "verified", time);
    }
  },
  "run.paused": (run, { reason, time }) => {
    if (run.end === null) run.paused = { reason, since: time };
  },
  "run.resumed": (run, { time }, actor) => {
    run.paused = null;
    run.answers = { by: actor, at: time };
  },
  "run.rolling-back": (run, { reason, time }, actor) => {
    if (run.end !== null || run.rollingBack !== null || run.noReturn !== null) return;
    run.rollingBack = { reason, since: time };
    run.answers = { by: actor, at: time };
    run.paused = null;
  },
  "run.cancelled": (run, { reason, time }, actor) => {
    if (run.end === null) run.cancelled = { reason, by: actor, since: time };
  },
  "run.ended": (run, { status, text, time }) => {
    if (run.end !== null && run.end.status !== "unknown-effect") return;
    if (!isEarned(run, status)) return;
    run.end = { status, text, at: time };
    run.paused = null;
  },
};

function endStep(run: FoldedRun, data: RunEventData<"run.step-ended">): void {
  const found = run.nodes.get(data.node);
  if (found === undefined) return;
  const { phase, attempt, outcome, text, error, time } = data;
  const before = found.state;
  if (outcome === "left-out") {
    if (phase === "do") skip(run, found, "condition", text, time);
    return;
  }
  const effort = phase === "do" ? found.doing : found.undoing;
  const open = effort.state === "running" || effort.state === "unknown-effect";
  // A step that could not even be begun (no such resource any more) fails with the attempt that it would have been.
  const unbegun = effort.state === "none" && outcome === "failed" && attempt === effort.attempts + 1;
  if (!unbegun && (!open || attempt !== effort.attempts)) return;
  if (unbegun) effort.attempts = attempt;
  effort.endedAt = time;
  // What went wrong, rather than what was found when it was looked at afterwards.
  effort.reason = outcome === "failed" && error !== null ? error.message : text;
  effort.impossible = error?.code === "action.impossible";
  // Its only try was found impossible or refused by a guard, and nothing was sent.
  const unsent = effort.impossible || error?.code.startsWith("action.guard-") === true;
  const sole = run.noReturn?.node === data.node && run.noReturn.attempt === attempt;
  if (phase === "do" && outcome === "failed" && unsent && sole) run.noReturn = null;
  effort.task = data.task ?? effort.task;
  if (phase === "do") found.triesInRow += 1;
  if (outcome === "interrupted") {
    effort.state = "none";
    if (phase === "do") found.triesInRow -= 1;
    move(found, phase === "do" ? "pending" : standingOf(found), time);
  } else if (outcome === "verified" || outcome === "already-done") {
    effort.state = "verified";
    const madeUpFor = found.undoing.state === "verified";
    if (phase === "do" && outcome === "verified" && !madeUpFor) takeEffect(run, found);
    move(found, phase === "do" ? "verified" : "compensated", time);
  } else {
    effort.state = outcome;
    move(found, outcome, time);
  }
  // What became of the step is learned late: how its compensation stands is not changed by that.
  if (phase === "do" && found.undoing.state !== "none") move(found, before, time);
  const settled = run.end?.status === "unknown-effect" && [...run.nodes.values()].every(isKnown);
  // It had been cancelled with an effect that nobody knew; now that is known, and it is over all the same.
  if (run.end !== null && settled) run.end = { ...run.end, status: "failed" };
}

/** Notes the first time that a point of no return begins. */
function passPoint(run: FoldedRun, { node }: FoldedNode, attempt: number, time: number): void {
  if (node.pointOfNoReturn) run.noReturn ??= { node: node.id, attempt, at: time };
}

function isKnown({ state }: FoldedNode): boolean {
  return state !== "unknown-effect" && state !== "running";
}

function takeEffect(run: FoldedRun, found: FoldedNode): void {
  if (found.node.kind !== "action" || found.changed) return;
  found.changed = true;
  run.effects.push(found.node.id);
}

/** An intent counts even where it should not have been: what may have been sent must be accounted for. */
function beginEffort(found: FoldedNode, phase: Phase, attempt: number, time: number): boolean {
  const effort = phase === "do" ? found.doing : found.undoing;
  if (attempt <= effort.attempts) return false;
  effort.attempts = attempt;
  effort.state = "running";
  effort.startedAt = time;
  effort.endedAt = null;
  effort.task = null;
  effort.reason = null;
  effort.impossible = false;
  found.skippedBy = null;
  move(found, "running", time);
  return true;
}

function reopen(found: FoldedNode, time: number): void {
  found.doing = { ...found.doing, state: "none" };
  found.undoing = { ...found.undoing, state: "none" };
  found.compensating = null;
  found.changed = false;
  found.triesInRow = 0;
  found.approvals = [];
  found.requests = [];
  found.refusal = null;
  found.until = null;
  move(found, "pending", time);
}

/** Skips a node with all below it that has not begun; what is under way, or has taken effect, stays what it is. */
function skip(
  run: FoldedRun,
  found: FoldedNode,
  by: "condition" | "person",
  reason: LocalText | null,
  time: number,
): void {
  const open = isMadeUpFor(run, found) ? [found.state] : ["pending", "failed", "unknown-effect"];
  const skippable = by === "condition" ? ["pending"] : open;
  const container = found.node.kind === "forEach" || found.node.kind === "procedure";
  if (!skippable.includes(found.state) && !(container && by === "person" && found.state === "running"))
    return;
  for (const one of [found, ...descendants(run, found.node.id)]) {
    if (one !== found && !["pending", "failed"].includes(one.state)) continue;
    one.skippedBy = by;
    one.compensating = null;
    one.undoing = { ...one.undoing, state: "none" };
    one.doing = { ...one.doing, state: "skipped", reason, endedAt: time };
    move(one, "skipped", time);
  }
}

/** All nodes inside a container, at every depth. */
export function descendants(run: FoldedRun, id: string): FoldedNode[] {
  return (run.children.get(id) ?? []).flatMap((child) => [child, ...descendants(run, child.node.id)]);
}

function move(found: FoldedNode, state: FoldedNode["state"], time: number): void {
  if (found.state !== state) found.since = time;
  found.state = state;
}

function addNode(run: FoldedRun, node: PlanNode, time: number): void {
  const none = (): Effort => ({
    state: "none",
    attempts: 0,
    task: null,
    startedAt: null,
    endedAt: null,
    reason: null,
    impossible: false,
  });
  const folded: FoldedNode = {
    node,
    state: "pending",
    since: time,
    doing: none(),
    undoing: none(),
    compensating: null,
    changed: false,
    until: null,
    skippedBy: null,
    triesInRow: 0,
    approvals: [],
    requests: [],
    refusal: null,
  };
  run.nodes.set(node.id, folded);
  if (node.parent === null) return;
  const siblings = run.children.get(node.parent);
  if (siblings === undefined) run.children.set(node.parent, [folded]);
  else siblings.push(folded);
}
