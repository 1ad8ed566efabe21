import type { HostRoom, PlacementLimits } from "../../../../../shared/placement.ts";
import type { LocalText } from "../../../../../shared/text.ts";
import type { ActionContext } from "../../../../actions/action.ts";
import type { Move } from "../../../guest-moves.ts";
import { type BoundGuest, planByRules } from "../../../guest-plan.ts";
import type { WithCapacityRules } from "../../../placement-limits.ts";
import { type GuestRow, type NodeRow, readNodeDetails } from "../../records.ts";
import { isGone } from "../guest.ts";
import { nodeGone, nodeOf } from "../node-words.ts";
import type { ProxmoxActionParts } from "../task.ts";
import { type MoveWish, readBounds } from "./bounds.ts";
import { type ClusterNow, mayRun, readClusterNow } from "./cluster-now.ts";
import { apartWords, noCommonHost } from "./evacuation-words.ts";

export interface EvacuationParts extends ProxmoxActionParts, WithCapacityRules {}

/** A node with its guests as they are now. */
export interface Standing {
  node: NodeRow;
  cluster: ClusterNow;
  /** Those that are to leave: what may run and, if wanted, what is off; no templates. */
  leaving: GuestRow[];
}

/** Guests that are asked for what binds them at a time. */
const askedAtOnce = 6;
const deadline = 20_000;

/** Reads a node and its cluster. Throws `proxmox.gone` for a node that is in the cluster no more, and what the client throws. */
export async function readStanding(
  { client, known, system }: ProxmoxActionParts,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
  { poweredOff }: { poweredOff: boolean },
): Promise<Standing> {
  const name = nodeOf(system, resource);
  const cluster = await readClusterNow({ client, major: known.major }, signal);
  const node = cluster.nodes.find((each) => each.name === name);
  if (!node) throw nodeGone(client.name, name);
  const leaving = cluster.guests.filter(
    (guest) => guest.node === name && !guest.template && (poweredOff || mayRun(guest)),
  );
  return { node, cluster, leaving };
}

export interface NamedPlan {
  moves: Move[];
  unplaced: { vm: string; name: string; why: LocalText }[];
}

/** Whether a node takes guests now. */
export function accepts({ ha }: ClusterNow, { name, online, maintenance }: NodeRow): boolean {
  return online && !maintenance && !ha.maintenance.has(name);
}

/** Plans where guests go among some nodes, by room, storages, devices, and the rules of HA. Throws OpsErrors. */
export async function plan(
  parts: ProxmoxActionParts,
  input: {
    guests: readonly GuestRow[];
    cluster: ClusterNow;
    nodes: readonly NodeRow[];
    wish: MoveWish;
    limits: PlacementLimits;
  },
  signal: AbortSignal,
): Promise<NamedPlan> {
  const { client, now } = parts;
  const { guests, cluster, nodes, wish, limits } = input;
  const moving = new Set(guests.map(({ id }) => id));
  const names = nodes.filter((node) => accepts(cluster, node)).map(({ name }) => name);
  const rooms = await Promise.all(
    nodes.map(async (node) => {
      if (!names.includes(node.name)) return roomOf(node, cluster, moving, null);
      const status = await client.call({ request: "nodeStatus", at: { node: node.name }, signal, deadline });
      return roomOf(node, cluster, moving, readNodeDetails(status, now()).cores);
    }),
  );
  const bound: BoundGuest[] = [];
  const queue = [...guests];
  const lane = async () => {
    for (let guest = queue.shift(); guest; guest = queue.shift()) {
      const options = { nodes: names, wish, moving };
      const bounds = await readBounds(parts, guest, cluster, options, signal).catch((error: unknown) => {
        // Deleted or moved while it was asked for: it does not leave from here.
        if (isGone(error)) return null;
        throw error;
      });
      if (bounds) bound.push(boundGuest(guest, bounds.nodes, bounds.why));
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, lane));
  const made = planByRules({
    guests: bound.sort((one, other) => Number(one.id) - Number(other.id)),
    rooms,
    together: cluster.affinities.together,
    apart: cluster.affinities.apart,
    limits,
    words: { noCommonHost, apart: apartWords },
  });
  const nameOf = (vm: string) => bound.find(({ id }) => id === vm)?.name ?? vm;
  return {
    moves: made.moves.map(({ vm, to }) => ({ vm, to, name: nameOf(vm), toName: to })),
    unplaced: made.unplaced.map(({ vm, why }) => ({ vm, why, name: nameOf(vm) })),
  };
}

function boundGuest(guest: GuestRow, mayGoTo: readonly string[], pinned: LocalText | null): BoundGuest {
  // One that is off takes nothing of a node.
  const isOn = mayRun(guest);
  return {
    ...{ id: String(guest.id), name: guest.name, mayGoTo, pinned },
    memory: isOn ? (guest.memory ?? 0) : 0,
    vcpus: isOn ? (guest.cpus ?? 0) : 0,
  };
}

/** `cores` are physical ones; null: as many as the cluster's list has, which are threads. */
function roomOf(
  node: NodeRow,
  cluster: ClusterNow,
  moving: ReadonlySet<number>,
  cores: number | null,
): HostRoom {
  const staying = cluster.guests.filter(
    (guest) => guest.node === node.name && mayRun(guest) && !guest.template && !moving.has(guest.id),
  );
  return {
    ...{ id: node.name, name: node.name, accepts: accepts(cluster, node) },
    memory: node.memory ?? 0,
    cores: cores ?? node.cpus ?? 0,
    memoryUsed: staying.reduce((sum, { memory }) => sum + (memory ?? 0), 0),
    vcpusUsed: staying.reduce((sum, { cpus }) => sum + (cpus ?? 0), 0),
  };
}
