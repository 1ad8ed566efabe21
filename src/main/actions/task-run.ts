import type { GuardVerdict, Probe } from "../../shared/action.ts";
import { OpsError, toOpsError } from "../../shared/errors.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import type { Resource } from "../../shared/resource.ts";
import { text } from "../../shared/text.ts";
import { canonicalHash } from "../journal/chain.ts";
import type { Action, ActionContext, Applied, Guard, Verification } from "./action.ts";
import { asData, bounded, type Intent, type Origin, type Result } from "./action-events.ts";
import { cancelled, guarded, impossible, notOffered, unavailable, unknownResource } from "./faults.ts";
import { askGuards, firstRefusal } from "./guards.ts";
import { within } from "./patience.ts";
import type { ActionRegistry } from "./registry.ts";
import type { ResourceLocks } from "./resource-locks.ts";

type Plain = NewJournalEvent["data"];

const nothingChanged = text(
  "Cancelled before anything was sent; nothing was changed.",
  "Annulée avant tout envoi ; rien n'a été modifié.",
);

/** One action to be run on one resource. */
export interface Work {
  task: string;
  action: string;
  verb: "apply" | "undo";
  resource: string;
  input: Record<string, unknown>;
  /** The input as the journal may have it. */
  journalled: { input: Plain; redacted: boolean };
  reason: string;
  /** Why it must not start although all else allows it (a confirmation that does not fit). */
  objection: OpsError | null;
  /** For an undo: the task that is undone and what its probe had seen. */
  undoes: { task: string; probe: Probe } | null;
  /** For a step of a procedure's run. */
  origin: StepOrigin | null;
}

/** The step that a task is of, and its run's last word before the effect. */
export interface StepOrigin extends Origin {
  /** Called right before what cannot be taken back; throws OpsError when the run is no longer this console's. */
  check(): void;
}

/** What a run needs of the runner. */
export interface RunParts {
  registry: ActionRegistry;
  guards: readonly Guard[];
  locks: ResourceLocks;
  resource(id: string): Resource | null;
  now(): number;
  grace: number;
  /** Writes an event of the task and takes it into its state. Rejects when it is not on disk. */
  record(event: NewJournalEvent): Promise<void>;
  /** The same for what has happened already: the state knows it at once, the disk as soon as it can. */
  keep(event: NewJournalEvent): Promise<void>;
  contextOf(work: Work, resource: Resource, signal: AbortSignal): ActionContext;
}

/**
 * Runs one action on one resource through guards, probe, intent, apply, result and verify, in this order, each
 * step journalled before the next. Never throws: every end is an event. The caller looks at the task's state.
 */
export async function runTask(parts: RunParts, work: Work, signal: AbortSignal): Promise<void> {
  let locked: string | null = null;
  try {
    signal.throwIfAborted();
    const resource = parts.resource(work.resource);
    if (resource === null) return await refuse(parts, work, unknownResource(work.resource));
    const action = parts.registry.find(work.action, resource);
    if (action === null) return await refuse(parts, work, notOffered(resource.name));
    const holder = { task: work.task, title: action.title, since: parts.now() };
    if (parts.locks.take(resource.id, holder) === null) locked = resource.id;
    const guards = [...parts.locks.guards(work.task, work.origin?.run ?? null), ...parts.guards];
    const verdicts = await askGuards(guards, action, resource);
    const stop = objectionTo(work, action, resource, verdicts);
    if (stop !== null) return await refuse(parts, work, stop, verdicts);
    await carryOut(parts, work, action, resource, verdicts, signal);
  } catch (thrown) {
    await parts.keep(failure(work, thrown, signal));
  } finally {
    if (locked !== null) parts.locks.release(locked, work.task);
  }
}

/** Nothing was sent when this is called; it says whether that was wished. */
function failure(work: Work, thrown: unknown, signal: AbortSignal): NewJournalEvent {
  const error = reasonFor(thrown, signal);
  if (error.code === "action.cancelled") {
    return event(work, "action.cancelled", { text: nothingChanged });
  }
  return event(work, "action.failed", { error: error.toWire() });
}

function objectionTo(
  work: Work,
  action: Action,
  resource: Resource,
  verdicts: readonly GuardVerdict[],
): OpsError | null {
  if (work.objection !== null) return work.objection;
  const greyed = work.verb === "apply" ? (action.unavailable?.(resource) ?? null) : null;
  if (greyed !== null) return unavailable(greyed);
  const refusal = firstRefusal(verdicts, work.reason);
  return refusal && guarded(refusal.guard, refusal.text, refusal.opensWithReason === true);
}

async function carryOut(
  parts: RunParts,
  work: Work,
  action: Action,
  resource: Resource,
  guards: GuardVerdict[],
  signal: AbortSignal,
): Promise<void> {
  const context = parts.contextOf(work, resource, signal);
  const probe =
    work.undoes?.probe ?? (await within(signal, parts.grace, () => action.probe(context, work.input)));
  if (work.verb === "apply" && probe.state === "done") {
    return parts.keep(event(work, "action.already-done", { probe: boundedProbe(probe) }));
  }
  if (work.verb === "apply" && probe.state === "impossible") {
    return refuse(parts, work, impossible(probe.text), guards, probe);
  }
  signal.throwIfAborted();
  const { input, redacted } = work.journalled;
  const intent: Intent = {
    action: action.id,
    verb: work.verb,
    title: action.title,
    resourceName: resource.name,
    inputHash: canonicalHash(input),
    input,
    redacted,
    risk: action.risk,
    effect: action.effect,
    probe: boundedProbe(probe),
    guards,
    reason: work.reason,
    undoes: work.undoes?.task ?? null,
  };
  work.origin?.check();
  await parts.record(event(work, "action.intent", intent));
  await takeEffect(parts, work, action, resource, probe, signal);
}

/** From the intent on: whatever is thrown here becomes a result, never a claim that nothing was begun. */
async function takeEffect(
  parts: RunParts,
  work: Work,
  action: Action,
  resource: Resource,
  probe: Probe,
  signal: AbortSignal,
): Promise<void> {
  let committed = false;
  const context: ActionContext = {
    ...parts.contextOf(work, resource, signal),
    committed: () => {
      // A run that was given up must not send anything any more.
      signal.throwIfAborted();
      work.origin?.check();
      committed = true;
    },
  };
  const finish = (result: Result) => parts.keep(event(work, "action.result", result));
  let done: { applied: Applied; seen: Verification | null };
  try {
    done = await within(signal, parts.grace, async () => {
      if (work.verb === "apply")
        return { applied: await action.apply(context, work.input, probe), seen: null };
      if (action.undo === undefined) throw notOffered(resource.name);
      return { applied: { data: {} }, seen: await action.undo(context, work.input, probe) };
    });
  } catch (thrown) {
    const error = reasonFor(thrown, signal);
    const unsent = error.code === "action.cancelled" ? "cancelled" : "failed";
    return finish({ outcome: committed ? "unknown" : unsent, data: {}, error: error.toWire() });
  }
  const { applied } = done;
  await finish({ outcome: "applied", data: bounded(applied.data), error: null });
  try {
    const seen =
      done.seen ??
      (await within(signal, parts.grace, () => action.verify(context, work.input, probe, applied)));
    await parts.keep(event(work, "action.verified", { ...seen, data: bounded(seen.data) }));
  } catch (thrown) {
    await parts.keep(event(work, "action.unproven", { error: reasonFor(thrown, signal).toWire() }));
  }
}

async function refuse(
  parts: RunParts,
  work: Work,
  error: OpsError,
  guards: GuardVerdict[] = [],
  probe: Probe | null = null,
): Promise<void> {
  const data = { error: error.toWire(), guards, probe: probe && boundedProbe(probe) };
  await parts.keep(event(work, "action.refused", data));
}

/** What stopped the work: the reason of the abort when it was told to stop, else its own error. */
function reasonFor(thrown: unknown, signal: AbortSignal): OpsError {
  if (signal.aborted) return signal.reason instanceof OpsError ? signal.reason : cancelled();
  return toOpsError(thrown, "actions");
}

function boundedProbe(probe: Probe): Probe {
  return { ...probe, observed: bounded(probe.observed) };
}

function event(work: Work, type: string, data: object): NewJournalEvent {
  return { type, subject: work.resource, task: work.task, data: asData(data) };
}
