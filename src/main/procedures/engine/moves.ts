import { type LocalText, text } from "../../../shared/text.ts";
import type { FoldedNode, FoldedRun } from "./folded-run.ts";
import { Capacity, isContainer, isThrough, isUnexpanded, type Judge, readinessOf } from "./readiness.ts";
import type { FinalStatus, StepEnded } from "./run-events.ts";

/** What is to be done next about a run. */
export type Move =
  | { kind: "begin"; node: FoldedNode }
  | { kind: "expand"; node: FoldedNode }
  | { kind: "end"; node: FoldedNode; outcome: StepEnded["outcome"]; text: LocalText | null }
  | { kind: "undo"; node: FoldedNode }
  | { kind: "finish"; status: FinalStatus; text: LocalText };

/** What the fold alone does not know. */
export interface Surroundings {
  judge: Judge;
  /** Whether what a wait waits for was read since it began; then the words for it. */
  isSeen(node: FoldedNode): LocalText | null;
  /** The engine's clock, epoch milliseconds. */
  now: number;
}

/** The next moves of a run, and when to look again at the latest (null: when something happens). */
export function nextMoves(run: FoldedRun, around: Surroundings): { moves: Move[]; wakeAt: number | null } {
  if (run.end !== null) return { moves: [], wakeAt: null };
  if (run.cancelled !== null) return { moves: winding(run) ?? [cancelledEnd(run)], wakeAt: null };
  if (run.rollingBack !== null) return { moves: winding(run) ?? rollBack(run), wakeAt: null };
  const moves: Move[] = [];
  const wakes: number[] = [];
  const capacity = new Capacity(run);
  for (const found of run.nodes.values()) {
    if (found.compensating !== null && found.undoing.state === "none") {
      if (run.paused === null && found.state !== "running") moves.push({ kind: "undo", node: found });
      continue;
    }
    const move =
      found.state === "running" ? ending(run, found, around, wakes) : beginning(run, found, around, wakes);
    if (move === null) continue;
    if (move.kind === "begin" && (run.paused !== null || capacity.take(found) !== null)) continue;
    if (move.kind === "expand" && run.paused !== null) continue;
    moves.push(move);
  }
  if (moves.length === 0 && [...run.nodes.values()].every(isThrough)) moves.push(completion(run));
  return { moves, wakeAt: wakes.length === 0 ? null : Math.min(...wakes) };
}

/** When a failed step is tried again by itself; null when a person has to decide. */
export function retryAt(run: FoldedRun, found: FoldedNode): number | null {
  if (run.rollingBack !== null || run.cancelled !== null || found.compensating !== null) return null;
  const { node, doing, triesInRow } = found;
  if (node.kind !== "action" || node.retry === null || node.action.effect !== "convergent") return null;
  if (found.state !== "failed" || triesInRow > node.retry.times || doing.endedAt === null) return null;
  // What the probe names as in the way does not go by itself: a person should hear of it at once.
  if (doing.impossible) return null;
  return doing.endedAt + node.retry.delay * (1 + 0.2 * spread(node.id, doing.attempts));
}

/** When a step must have ended by its own limit and those of what it is in; null when there is none. */
export function deadlineOf(run: FoldedRun, found: FoldedNode): number | null {
  const limits: number[] = [];
  for (let one: FoldedNode | undefined = found; one !== undefined; ) {
    const { timeout, parent }: FoldedNode["node"] = one.node;
    if (timeout !== null && one.doing.startedAt !== null) limits.push(one.doing.startedAt + timeout);
    one = parent === null ? undefined : run.nodes.get(parent);
  }
  return limits.length === 0 ? null : Math.min(...limits);
}

function beginning(run: FoldedRun, found: FoldedNode, around: Surroundings, wakes: number[]): Move | null {
  if (found.state === "failed") {
    const due = retryAt(run, found);
    if (due === null) return null;
    if (due <= around.now) return { kind: "begin", node: found };
    wakes.push(due);
    return null;
  }
  if (found.state !== "pending") return null;
  const readiness = readinessOf(run, found, around.judge);
  if (readiness.kind === "left-out") return { kind: "end", node: found, outcome: "left-out", text: null };
  return readiness.kind === "ready" ? { kind: "begin", node: found } : null;
}

function ending(run: FoldedRun, found: FoldedNode, around: Surroundings, wakes: number[]): Move | null {
  const { node } = found;
  if (node.kind === "action") return null;
  const end = (outcome: StepEnded["outcome"], words: LocalText | null): Move => ({
    kind: "end",
    node: found,
    outcome,
    text: words,
  });
  if (isUnexpanded(run, found)) return { kind: "expand", node: found };
  const below = run.children.get(node.id) ?? [];
  if (isContainer(found) && below.every(isThrough)) return end("verified", null);
  if (node.kind === "wait") {
    const seen = node.wait.kind === "for" ? isOver(found, around.now) : around.isSeen(found);
    if (seen !== null) return end("verified", seen);
  }
  if (node.kind === "gate") {
    const decided = decision(found, around.now);
    if (decided !== null) return end(decided.outcome, decided.text);
  }
  const deadline = deadlineOf(run, found);
  const busy = isContainer(found) && below.some((one) => one.state === "running");
  if (deadline !== null && deadline <= around.now && !busy) return end("failed", tookTooLong);
  for (const at of [deadline, found.until]) if (at !== null && at > around.now) wakes.push(at);
  return null;
}

function isOver(found: FoldedNode, now: number): LocalText | null {
  return found.until !== null && found.until <= now ? text("It has waited.", "L'attente est finie.") : null;
}

function decision(
  found: FoldedNode,
  now: number,
): { outcome: "verified" | "failed"; text: LocalText } | null {
  if (found.node.kind !== "gate") return null;
  if (found.refusal !== null) {
    const { by, reason } = found.refusal;
    const words = text(`Refused by ${by}: ${reason}`, `Refusée par ${by} : ${reason}`);
    return { outcome: "failed", text: words };
  }
  const counted = found.approvals;
  if (counted.length > 0) {
    const by = counted.join(", ");
    return { outcome: "verified", text: text(`Approved by ${by}.`, `Approuvée par ${by}.`) };
  }
  if (found.until !== null && found.until <= now) return { outcome: "failed", text: expired };
  return null;
}

/** Before a run is rolled back or ends early: what only waits is stopped, what acts comes to its end. */
function winding(run: FoldedRun): Move[] | null {
  const running = [...run.nodes.values()].filter((one) => one.state === "running");
  if (running.length === 0) return null;
  const idle = running.filter((one) => one.node.kind !== "action");
  return idle.map((node) => ({ kind: "end", node, outcome: "interrupted", text: null }));
}

function cancelledEnd(run: FoldedRun): Move {
  const unknown = [...run.nodes.values()].some((one) => one.state === "unknown-effect");
  const { by, reason } = run.cancelled ?? { by: run.actor, reason: "" };
  const why = reason === "" ? "" : `: ${reason}`;
  const pourquoi = reason === "" ? "" : ` : ${reason}`;
  return {
    kind: "finish",
    status: unknown ? "unknown-effect" : "failed",
    text: text(`Cancelled by ${by}${why}`, `Annulée par ${by}${pourquoi}`),
  };
}

/** Compensations in reverse order of what took effect, one after the other. */
function rollBack(run: FoldedRun): Move[] {
  const nodes = [...run.nodes.values()];
  if (run.paused !== null || nodes.some((one) => one.state === "unknown-effect")) return [];
  for (const id of [...run.effects].reverse()) {
    const found = run.nodes.get(id);
    if (found === undefined || !hasWayBack(found)) continue;
    if (found.undoing.state === "none") return [{ kind: "undo", node: found }];
    if (found.undoing.state === "failed" || found.undoing.state === "unknown-effect") return [];
  }
  const kept = run.effects.flatMap((id) => {
    const found = run.nodes.get(id);
    return found === undefined || found.undoing.state === "verified" ? [] : [found.node.title];
  });
  if (kept.length === 0) {
    const words = text(
      "Everything that had been done was taken back.",
      "Tout ce qui avait été fait a été défait.",
    );
    return [{ kind: "finish", status: "rolled-back", text: words }];
  }
  const words = text(
    `Rolled back as far as it goes; not taken back: ${kept.map((one) => `"${one.en}"`).join(", ")}.`,
    `Défaite autant que possible ; reste en place : ${kept.map((one) => `« ${one.fr} »`).join(", ")}.`,
  );
  return [{ kind: "finish", status: "failed", text: words }];
}

/** Whether the plan says how what a step has done is taken back. */
export function hasWayBack({ node }: FoldedNode): boolean {
  return node.kind === "action" && node.compensate !== null;
}

function completion(run: FoldedRun): Move {
  const skipped = [...run.nodes.values()].filter((one) => one.skippedBy === "person");
  if (skipped.length === 0) {
    const words = text("Every step is proven.", "Chaque étape est prouvée.");
    return { kind: "finish", status: "completed", text: words };
  }
  const words = text(
    `Every step is proven but ${skipped.length} that a person skipped.`,
    `Chaque étape est prouvée, sauf ${skipped.length} qu'une personne a passées.`,
  );
  return { kind: "finish", status: "completed-with-skips", text: words };
}

const tookTooLong = text(
  "It took longer than it may; nothing more is waited for.",
  "Elle a dépassé sa durée permise ; on n'attend plus rien.",
);
const expired = text("Nobody approved it in time.", "Personne ne l'a approuvée à temps.");

/** A number from 0 to 1 that is always the same for the same attempt. */
function spread(id: string, attempt: number): number {
  let sum = attempt;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return sum / 997;
}
