import type { PlacementLimits } from "../../../../../shared/placement.ts";
import type { LocalText } from "../../../../../shared/text.ts";
import type { ActionContext } from "../../../../actions/action.ts";
import type { Move } from "../../../guest-moves.ts";
import type { MovePlan } from "../../../guest-plan.ts";
import type { Stuck } from "../../../guest-words.ts";
import { noLimits, type WithCapacityRules } from "../../../placement-limits.ts";
import type { Held } from "../../records.ts";
import {
  type GuestNow,
  type HostNow,
  hostReference,
  readGuests,
  readHost,
  readHosts,
} from "../host-reading.ts";
import type { VsphereActionParts } from "../task.ts";
import { type ClusterNow, readCluster } from "./cluster.ts";
import { askCompatibility } from "./compatibility.ts";
import { accepts, type Load, planMoves } from "./plan.ts";

export interface EvacuationParts extends VsphereActionParts, WithCapacityRules {
  /** Everything that is known of the inventory. */
  inventory(): Iterable<Held>;
}

/** Which VMs of a host are meant. */
export interface Wish {
  poweredOff: boolean;
  /** Whether those that DRS moves by itself are left to it. */
  leaveToDrs: boolean;
}

/** A host with its VMs as they are now, read on their own. */
export interface Standing {
  host: HostNow;
  cluster: ClusterNow | null;
  guests: GuestNow[];
  /** Those that are to leave. */
  leaving: GuestNow[];
  /** Those that are left to DRS. */
  left: GuestNow[];
}

/** Reads a host, its cluster and its VMs. Throws `vsphere.object-gone`, and what the session throws. */
export async function readStanding(
  { session, system }: EvacuationParts,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
  { poweredOff, leaveToDrs }: Wish,
): Promise<Standing> {
  const host = await readHost(session, hostReference(system, resource).id, signal);
  const cluster = host.parent && (await readCluster(session, host.parent, signal));
  const listed = await readGuests(session, host.vms, signal);
  // One that has left since the host was read is where it says itself.
  const guests = listed.filter((guest) => guest.host === null || guest.host === host.id);
  const mine = guests.filter(
    ({ power, template, isAgent }) => !isAgent && (power === "poweredOn" || (poweredOff && !template)),
  );
  const isLeft = ({ id }: GuestNow) => leaveToDrs && cluster?.movesItself(id) === true;
  return {
    ...{ host, cluster, guests },
    leaving: mine.filter((guest) => !isLeft(guest)),
    left: mine.filter(isLeft),
  };
}

export interface NamedPlan {
  moves: Move[];
  unplaced: { vm: string; name: string; why: LocalText; bound: boolean }[];
}

interface PlanWish {
  guests: readonly GuestNow[];
  cluster: ClusterNow;
  hosts: readonly string[];
  limits: PlacementLimits;
}

/** Plans where VMs go among hosts of a cluster, by what is known of how full these are and what vCenter says against it. */
export async function plan(
  parts: EvacuationParts,
  { guests, cluster, limits, ...wish }: PlanWish,
  signal: AbortSignal,
): Promise<NamedPlan> {
  const hosts = await readHosts(parts.session, wish.hosts, signal);
  const { load, places } = loadOf(parts.inventory(), new Set(guests.map(({ id }) => id)));
  const incompatible = await askCompatibility(
    parts,
    guests.map(({ id }) => id),
    hosts.filter(accepts).map(({ id }) => id),
    signal,
  );
  const made = planMoves({ guests, hosts, cluster, load, places, limits, incompatible });
  return named(made, guests, hosts);
}

/** The VMs that are left to DRS and that it cannot move either while they run: their host, or a rule, keeps them. */
export async function keptFromDrs(
  parts: EvacuationParts,
  { host, cluster, leaving, left }: Standing,
  signal: AbortSignal,
): Promise<Stuck[]> {
  if (!cluster || left.length === 0) return [];
  const others = cluster.hosts.filter((id) => id !== host.id);
  const hosts = await readHosts(parts.session, others, signal);
  // Whatever leaves with them is on its way too, as far as rules go.
  const guests = [...left, ...leaving];
  const { load, places } = loadOf(parts.inventory(), new Set(guests.map(({ id }) => id)));
  const made = planMoves({ guests, hosts, cluster, load, places, limits: noLimits });
  const { unplaced } = named(made, guests, hosts);
  return unplaced.filter(({ vm, bound }) => bound && left.some(({ id }) => id === vm));
}

function named(
  { moves, unplaced }: MovePlan,
  guests: readonly GuestNow[],
  hosts: readonly HostNow[],
): NamedPlan {
  const nameOf = (among: readonly { id: string; name: string }[], id: string) =>
    among.find((one) => one.id === id)?.name ?? id;
  return {
    moves: moves.map(({ vm, to }) => ({ vm, to, name: nameOf(guests, vm), toName: nameOf(hosts, to) })),
    unplaced: unplaced.map((one) => ({ ...one, name: nameOf(guests, one.vm) })),
  };
}

/** What each host bears without the VMs that move, and where each VM runs. */
export function loadOf(inventory: Iterable<Held>, moving: ReadonlySet<string>) {
  const load = new Map<string, Load>();
  const places = new Map<string, string>();
  for (const held of inventory) {
    // Rules bind what runs; what is off bears on no host either.
    if (held.is !== "vm" || held.host === null || held.power !== "poweredOn") continue;
    places.set(held.id, held.host);
    if (moving.has(held.id)) continue;
    const { memory, vcpus } = load.get(held.host) ?? { memory: 0, vcpus: 0 };
    load.set(held.host, { memory: memory + (held.memory ?? 0), vcpus: vcpus + (held.cpus ?? 0) });
  }
  return { load, places };
}
