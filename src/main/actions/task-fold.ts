import type { TaskState } from "../../shared/action.ts";
import type { WireError } from "../../shared/errors.ts";
import type { JournalEvent } from "../../shared/journal.ts";
import { type LocalText, text } from "../../shared/text.ts";
import {
  alreadyDoneSchema,
  cancelledSchema,
  failedSchema,
  type Intent,
  intentSchema,
  type Origin,
  type Requested,
  refusedSchema,
  requestedSchema,
  resultSchema,
  settledSchema,
  unprovenSchema,
  verifiedSchema,
} from "./action-events.ts";

/** What the fold reads of an event; `sequence` is 0 for one that is not on disk yet. */
export type TaskEvent = Pick<
  JournalEvent,
  "type" | "subject" | "task" | "data" | "at" | "actor" | "sequence"
>;

/**
 * A task as the journal alone knows it. `running` means: asked for, and nothing sent. Once there is an intent the
 * state is `unknown-effect` until a result, a proof or a settlement says otherwise.
 */
export interface FoldedTask {
  id: string;
  parent: string | null;
  resource: string | null;
  actor: string;
  requested: Requested | null;
  intent: Intent | null;
  intents: number;
  /** Whether the result of the newest intent is known. */
  answered: boolean;
  state: TaskState;
  startedAt: number;
  changedAt: number;
  outcome: LocalText | null;
  error: WireError | null;
  firstSequence: number;
}

/** The identifier of the n-th task (from 0) of a bulk. */
export function childId(parent: string, index: number): string {
  return `${parent}.${index + 1}`;
}

/** The identifier of the one task that an attempt at a step of a run has, whoever looks for it. */
export function taskOfStep({ run, step, attempt }: Origin): string {
  return `${run}/${step}/${attempt}`;
}

/** The bulk that a task belongs to, null for a task on its own or of a run's step. */
function parentOf(id: string): string | null {
  if (id.includes("/")) return null;
  const dot = id.lastIndexOf(".");
  return dot === -1 ? null : id.slice(0, dot);
}

const accepted = text(
  "It was accepted; its effect is not proven yet.",
  "Elle a été acceptée ; son effet n'est pas encore prouvé.",
);
const sent = text(
  "It may have been sent; its effect is not known.",
  "Elle a peut-être été envoyée ; son effet n'est pas connu.",
);

/** Folds events, oldest first, into tasks. A bulk's own state is that of its request: its tasks speak for it. */
export function foldTasks(events: Iterable<TaskEvent>): Map<string, FoldedTask> {
  const tasks = new Map<string, FoldedTask>();
  for (const event of events) {
    if (event.task === null) continue;
    const known = tasks.get(event.task);
    const next = foldEvent(known ?? begin(event, event.task), event);
    tasks.set(event.task, next);
    for (const child of newChildren(next, known)) tasks.set(child.id, child);
    if (event.type === "action.cancelled" && next.requested?.bulk === true) cancelRest(tasks, next, event);
  }
  return tasks;
}

/** One step of the fold; events that do not fit, or cannot be read, never make a state better than it was. */
export function foldEvent(task: FoldedTask, event: TaskEvent): FoldedTask {
  const next = judge(task, event);
  return next === null ? task : { ...task, ...next, changedAt: event.at };
}

function judge(task: FoldedTask, event: TaskEvent): Partial<FoldedTask> | null {
  const data = event.data;
  if (event.type === "action.requested") {
    const requested = task.requested === null ? read(requestedSchema, data) : null;
    return requested === null ? null : { requested };
  }
  if (event.type === "action.intent") {
    const intent = read(intentSchema, data) ?? task.intent;
    const intents = task.intents + 1;
    return { intent, intents, answered: false, state: "unknown-effect", outcome: sent, error: null };
  }
  if (task.state === "running") return beforeIntent(event);
  return task.state === "unknown-effect" ? afterIntent(task, event) : null;
}

function beforeIntent({ type, data }: TaskEvent): Partial<FoldedTask> | null {
  if (type === "action.refused") {
    const refused = read(refusedSchema, data);
    return { state: "refused", error: refused?.error ?? null, outcome: refused?.error.message ?? null };
  }
  if (type === "action.already-done") {
    return { state: "already-done", outcome: read(alreadyDoneSchema, data)?.probe.text ?? null };
  }
  if (type === "action.cancelled") {
    return { state: "cancelled", outcome: read(cancelledSchema, data)?.text ?? null };
  }
  if (type === "action.failed") {
    const error = read(failedSchema, data)?.error ?? null;
    return { state: "failed", error, outcome: error?.message ?? null };
  }
  return null;
}

function afterIntent(task: FoldedTask, { type, data }: TaskEvent): Partial<FoldedTask> | null {
  if (type === "action.result") {
    const result = task.answered ? null : read(resultSchema, data);
    if (result === null) return null;
    const { error } = result;
    const outcome = error?.message ?? null;
    if (result.outcome === "applied") return { answered: true, outcome: accepted };
    if (result.outcome === "unknown") return { answered: true, error, outcome: outcome ?? sent };
    return { answered: true, state: result.outcome, error, outcome };
  }
  if (type === "action.verified") {
    const verified = read(verifiedSchema, data);
    if (verified === null) return null;
    const outcome = verified.text;
    if (verified.proven) return { state: "verified", outcome, error: null };
    // What can be applied again has failed; whether what must not be happened at all is still to be settled, unless
    // the far side has shown that it did not.
    const failed = verified.disproven || task.intent?.effect === "convergent";
    return { state: failed ? "failed" : "unknown-effect", outcome };
  }
  if (type === "action.unproven") {
    const error = read(unprovenSchema, data)?.error ?? null;
    return error === null ? null : { error, outcome: error.message };
  }
  if (type === "action.settled") {
    const settled = read(settledSchema, data);
    if (settled === null) return null;
    const outcome = settled.text;
    if (settled.effect === "unknown") return { outcome };
    const happened = settled.effect === "happened";
    const wanted = task.intent?.verb !== "undo";
    return happened === wanted ? { state: "verified", outcome, error: null } : { state: "failed", outcome };
  }
  return null;
}

function begin(event: TaskEvent, id: string): FoldedTask {
  return {
    id,
    parent: parentOf(id),
    resource: event.subject,
    actor: event.actor,
    requested: null,
    intent: null,
    intents: 0,
    answered: false,
    state: "running",
    startedAt: event.at,
    changedAt: event.at,
    outcome: null,
    error: null,
    firstSequence: event.sequence,
  };
}

/** A bulk's request brings all of its tasks into being. */
function newChildren(task: FoldedTask, before: FoldedTask | undefined): FoldedTask[] {
  const requested = task.requested;
  if (requested === null || !requested.bulk || (before?.requested ?? null) !== null) return [];
  return requested.resources.map((resource, index) => ({
    ...task,
    id: childId(task.id, index),
    parent: task.id,
    resource: resource.id,
    requested: { ...requested, bulk: false, resources: [resource] },
  }));
}

function cancelRest(tasks: Map<string, FoldedTask>, parent: FoldedTask, event: TaskEvent): void {
  for (const index of parent.requested?.resources.keys() ?? []) {
    const child = tasks.get(childId(parent.id, index));
    if (child !== undefined) tasks.set(child.id, foldEvent(child, event));
  }
}

function read<T>(
  schema: { safeParse(data: unknown): { success: boolean; data?: T } },
  data: unknown,
): T | null {
  return schema.safeParse(data).data ?? null;
}
