import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ActionContext, Verification } from "../../../../actions/action.ts";
import { withReasons } from "../../../guest-evacuation.ts";
import type { Moved } from "../../../guest-moves.ts";
import { departedWords, namesOf, type Stuck } from "../../../guest-words.ts";
import type { Away } from "../../../guests-away.ts";
import { limitsOf } from "../../../placement-limits.ts";
import { type GuestNow, type HostNow, hostReference, readGuests, readHost } from "../host-reading.ts";
import { readCluster } from "./cluster.ts";
import { moveAll } from "./move-all.ts";
import { type EvacuationParts, type NamedPlan, plan } from "./standing.ts";

/** How the VMs stand that left a host. */
export interface Departed {
  host: HostNow;
  home: GuestNow[];
  /** Where they were sent to, so that they can come back. */
  away: GuestNow[];
  /** Those of them that DRS moves by itself: they may stay where it has placed them. */
  drs: ReadonlySet<string>;
  /** Somebody has moved them on since, or out of the cluster: they are left alone. */
  movedOn: GuestNow[];
  /** How many there are no more. */
  gone: number;
}

/** Reads how they stand now. */
export async function readDeparted(
  { session, system }: EvacuationParts,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
  record: Away,
): Promise<Departed> {
  const host = await readHost(session, hostReference(system, resource).id, signal);
  const cluster = host.parent && (await readCluster(session, host.parent, signal));
  const found = await readGuests(session, [...record.keys()], signal);
  // Agent VMs are vCenter's own to place.
  const guests = found.filter(({ isAgent }) => !isAgent);
  const isHome = (guest: GuestNow) => guest.host === host.id;
  const isAway = (guest: GuestNow) => {
    const sentTo = record.get(guest.id) ?? null;
    if (isHome(guest) || guest.host === null) return false;
    return sentTo === null ? cluster?.hosts.includes(guest.host) === true : guest.host === sentTo;
  };
  const away = guests.filter(isAway);
  return {
    ...{ host, away },
    home: guests.filter(isHome),
    drs: new Set(away.flatMap(({ id }) => (cluster?.movesItself(id) === true ? [id] : []))),
    movedOn: guests.filter((guest) => !isHome(guest) && !isAway(guest)),
    gone: record.size - found.length,
  };
}

/** Whether the ceilings of the environment hold, and whether what DRS moves by itself is left to it. */
interface ReturnWish {
  withinLimits: boolean;
  leaveToDrs: boolean;
}

/** Plans the way back: what has room, and what has not, with why. */
export async function planReturn(
  parts: EvacuationParts,
  context: Pick<ActionContext, "resource" | "signal">,
  { host, away, drs }: Departed,
  { withinLimits, leaveToDrs }: ReturnWish,
): Promise<NamedPlan> {
  const guests = leaveToDrs ? away.filter(({ id }) => !drs.has(id)) : away;
  if (guests.length === 0 || !host.parent) return { moves: [], unplaced: [] };
  const cluster = await readCluster(parts.session, host.parent, context.signal);
  const limits = limitsOf(parts, context.resource, withinLimits);
  return plan(parts, { guests, cluster, hosts: [host.id], limits }, context.signal);
}

/** Brings back what has room there; what somebody has moved on is left. */
export async function bringBack(
  parts: EvacuationParts,
  context: ActionContext,
  record: Away,
  options: ReturnWish & { limit: number; stopped(): boolean },
): Promise<Moved> {
  const departed = await readDeparted(parts, context, record);
  const { moves } = await planReturn(parts, context, departed, options);
  return moveAll(parts, context, moves, options);
}

/** Whether all are back that could be asked to come back. */
export async function back(
  parts: EvacuationParts,
  context: Pick<ActionContext, "resource" | "signal">,
  record: Away,
  refused: readonly Stuck[] = [],
): Promise<Verification> {
  const departed = await readDeparted(parts, context, record);
  const { home, away, drs, movedOn, gone } = departed;
  const data = { back: home.length, away: away.length, leftToDrs: drs.size, movedOn: movedOn.length, gone };
  const words = backWords(departed);
  if (away.length === drs.size) return { proven: true, text: words, data };
  return { proven: false, text: withReasons(words, away, refused), data };
}

/** How many are home, and what is not: by its own doing, by somebody's, or by that of DRS. */
export function backWords({ away, drs, ...departed }: Departed): LocalText {
  const words = departedWords({ ...departed, away: away.filter(({ id }) => !drs.has(id)) });
  const placed = away.filter(({ id }) => drs.has(id));
  if (placed.length === 0) return words;
  const names = namesOf(placed);
  return text(
    `${words.en} Left where DRS has placed them: ${names}.`,
    `${words.fr} Laissées là où DRS les a placées : ${names}.`,
  );
}
