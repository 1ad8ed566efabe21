import { secondInWords } from "../../../../shared/amount-words.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionContext, Settlement } from "../../../actions/action.ts";
import { referenceXml, serviceInstance } from "../client/session.ts";
import { children, type Reference, timeAt } from "../client/values.ts";
import { VimFault } from "../client/vim-fault.ts";
import { readEvent, type VimEvent } from "../history/events.ts";
import { runningTask, type VsphereActionParts, vmReference } from "./task.ts";

/** The events by which vCenter records that something was begun on a VM, or could not be. */
export interface PowerRecord {
  begun: string;
  failed: string;
}

/** What vCenter has not recorded after so many milliseconds did not get to it. */
const recordedWithin = 120_000;
const noNames: ReadonlyMap<string, string> = new Map();

const notRecorded = text(
  "vCenter has recorded nothing of it since, and nothing of it is queued.",
  "vCenter n'en a rien enregistré depuis, et rien n'en est en file d'attente.",
);
const stillOpen = text(
  "vCenter has recorded nothing of it yet; it may still be about to.",
  "vCenter n'en a encore rien enregistré ; cela peut encore venir.",
);

/** The time of the server's own clock, by which it records: epoch milliseconds, null when it does not tell. */
export async function serverTime(
  { session }: VsphereActionParts,
  signal: AbortSignal,
): Promise<number | null> {
  return timeAt(await session.call({ method: "CurrentTime", on: serviceInstance, signal }), "returnval");
}

/**
 * Whether something whose answer was lost was begun, by what vCenter itself has recorded since (EventManager.QueryEvents).
 * `operation` is the `descriptionId` of the task that it would be, `since` a time of the server's clock. Null when its
 * records cannot be read.
 */
export async function settledByRecord(
  parts: VsphereActionParts,
  context: ActionContext,
  record: PowerRecord,
  operation: string,
  since: unknown,
): Promise<Settlement | null> {
  if (typeof since !== "number") return null;
  const { session } = parts;
  const { signal } = context;
  const vm = vmReference(parts.system, context.resource);
  try {
    const events = await eventsSince(parts, vm, since, signal);
    const of = (among: readonly VimEvent[]) =>
      among.find(({ reason }) => reason === record.failed) ??
      among.find(({ reason }) => reason === record.begun);
    const found = of(events.filter((event) => !isOfAnother(event, session.user)));
    if (found) return byEvent(found, found.reason === record.begun);
    const another = of(events);
    if (another) return byAnother(another);
    const now = await serverTime(parts, signal);
    const isOver = now !== null && now - since > recordedWithin;
    if (!isOver || (await runningTask(parts, vm, [operation], signal))) {
      return { effect: "unknown", text: stillOpen, data: {} };
    }
    return { effect: "did-not-happen", text: notRecorded, data: { since } };
  } catch (error) {
    if (error instanceof VimFault) return null;
    throw error;
  }
}

/** An event without a user may be ours. */
function isOfAnother({ by }: VimEvent, user: string | null): boolean {
  return by !== null && user !== null && by.toLowerCase() !== user.toLowerCase();
}

function byEvent({ reason, at }: VimEvent, isBegun: boolean): Settlement {
  const time = secondInWords(at);
  const words = text(`vCenter recorded ${reason} at ${time}.`, `vCenter a enregistré ${reason} à ${time}.`);
  return { effect: isBegun ? "happened" : "did-not-happen", text: words, data: { event: reason, at } };
}

function byAnother({ reason, at }: VimEvent): Settlement {
  const time = secondInWords(at);
  const words = text(
    `vCenter recorded ${reason} at ${time}, by another user.`,
    `vCenter a enregistré ${reason} à ${time}, par un autre utilisateur.`,
  );
  return { effect: "unknown", text: words, data: { event: reason, at } };
}

/** The newest first. Events of another type are few on one VM; a filter by type is spelt otherwise by each version. */
async function eventsSince(
  { session }: VsphereActionParts,
  vm: Reference,
  since: number,
  signal: AbortSignal,
): Promise<VimEvent[]> {
  const { eventManager } = await session.content(signal);
  if (!eventManager) throw new VimFault("MethodNotFound", session.name);
  const entity = `<entity>${referenceXml("entity", vm)}<recursion>self</recursion></entity>`;
  const time = `<time><beginTime>${new Date(since).toISOString()}</beginTime></time>`;
  const response = await session.call({
    method: "QueryEvents",
    on: eventManager,
    parameters: `<filter>${entity}${time}</filter>`,
    signal,
  });
  return children(response, "returnval")
    .flatMap((element) => readEvent(element, noNames) ?? [])
    .filter(({ at }) => at >= since)
    .sort((one, other) => other.at - one.at);
}
