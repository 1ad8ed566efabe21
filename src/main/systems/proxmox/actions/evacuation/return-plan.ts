import type { ActionContext, Verification } from "../../../../actions/action.ts";
import { withReasons } from "../../../guest-evacuation.ts";
import type { Move, Moved } from "../../../guest-moves.ts";
import { departedWords, type Stuck } from "../../../guest-words.ts";
import type { Away } from "../../../guests-away.ts";
import { limitsOf } from "../../../placement-limits.ts";
import type { GuestRow, NodeRow } from "../../records.ts";
import type { MoveWish } from "./bounds.ts";
import type { ClusterNow } from "./cluster-now.ts";
import { movingStates } from "./move-guest.ts";
import { moveAll } from "./moves.ts";
import { type EvacuationParts, plan, readStanding } from "./standing.ts";

/** How the guests stand that left a node. */
export interface Departed {
  host: NodeRow;
  cluster: ClusterNow;
  home: GuestRow[];
  /** Where they were sent to, so that they can come back. */
  away: GuestRow[];
  /** Somebody has moved them on since: they are left alone. */
  movedOn: GuestRow[];
  /** How many there are no more. */
  gone: number;
}

export interface ReturnOptions {
  limit: number;
  withinLimits: boolean;
  wish: MoveWish;
  ending: AbortSignal;
}

/** Reads how they stand now. */
export async function readDeparted(
  parts: EvacuationParts,
  context: Pick<ActionContext, "resource" | "signal">,
  record: Away,
): Promise<Departed> {
  const { node: host, cluster } = await readStanding(parts, context, { poweredOff: true });
  const guests = cluster.guests.filter(({ id }) => record.has(String(id)));
  // One that is still on its way from here is not back yet.
  const isLeaving = ({ id, lock }: GuestRow) =>
    lock === "migrate" || movingStates.test(cluster.ha.services.get(id)?.state ?? "");
  const isHome = (guest: GuestRow) => guest.node === host.name && !isLeaving(guest);
  const isAway = (guest: GuestRow) => {
    const sentTo = record.get(String(guest.id)) ?? null;
    return !isHome(guest) && (sentTo === null || guest.node === sentTo || guest.node === host.name);
  };
  return {
    ...{ host, cluster },
    home: guests.filter(isHome),
    away: guests.filter(isAway),
    movedOn: guests.filter((guest) => !isHome(guest) && !isAway(guest)),
    gone: record.size - guests.length,
  };
}

/** Plans the way back: what has room, and what has not, with why. Throws OpsErrors. */
export function planReturn(
  parts: EvacuationParts,
  { host, cluster, away }: Departed,
  { wish, withinLimits }: Pick<ReturnOptions, "wish" | "withinLimits">,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
): Promise<{ moves: Move[]; unplaced: Stuck[] }> {
  const limits = limitsOf(parts, resource, withinLimits);
  return plan(parts, { guests: away, cluster, nodes: [host], wish, limits }, signal);
}

/** Brings back what has room there; what somebody has moved on is left. */
export async function bringBack(
  parts: EvacuationParts,
  context: ActionContext,
  record: Away,
  options: ReturnOptions,
): Promise<Moved> {
  const departed = await readDeparted(parts, context, record);
  const { moves } = await planReturn(parts, departed, options, context);
  return moveAll(parts, context, departed.cluster, moves, options);
}

/** Whether all are back that could be asked to come back. */
export async function back(
  parts: EvacuationParts,
  context: Pick<ActionContext, "resource" | "signal">,
  record: Away,
  refused: readonly Stuck[] = [],
): Promise<Verification> {
  const departed = await readDeparted(parts, context, record);
  const { home, away, movedOn, gone } = departed;
  const data = { back: home.length, away: away.length, movedOn: movedOn.length, gone };
  const words = departedWords(departed);
  if (away.length === 0) return { proven: true, text: words, data };
  return { proven: false, text: withReasons(words, away, refused), data };
}
