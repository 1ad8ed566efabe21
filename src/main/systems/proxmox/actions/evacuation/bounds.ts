import type { LocalText } from "../../../../../shared/text.ts";
import { readGuestConfig } from "../../guest-details.ts";
import type { GuestRow } from "../../records.ts";
import { askConditions, type MigrateConditions } from "../migrate-conditions.ts";
import type { ProxmoxActionParts } from "../task.ts";
import { wouldFailBack } from "./affinity.ts";
import { type ClusterNow, mayRun, serviceOf } from "./cluster-now.ts";
import {
  apartWords,
  boundToDevice,
  gaveUp,
  isBarred,
  isoWords,
  isTemplate,
  localDisks,
  noHost,
  noStorage,
  restartOnly,
  ruleWords,
  wouldComeBack,
} from "./evacuation-words.ts";

/** What may be done to move guests. */
export interface MoveWish {
  /** Whether disks that are on the node alone are copied. */
  localDisks: boolean;
  /** Whether containers that run are stopped and started again elsewhere. */
  containers: boolean;
}

/** The nodes that a guest may go to by itself, and why it may go nowhere. */
export interface Bounds {
  nodes: string[];
  why: LocalText | null;
}

type Step = [fits: (node: string) => boolean, why: LocalText];

const deadline = 20_000;

/**
 * Asks a guest's node what it is bound by (its config, and for VMs `GET …/migrate`, which changes nothing), and says which
 * of `nodes` it may go to. Throws OpsErrors.
 */
export async function readBounds(
  parts: ProxmoxActionParts,
  guest: GuestRow,
  cluster: ClusterNow,
  { nodes, wish, moving }: { nodes: readonly string[]; wish: MoveWish; moving: ReadonlySet<number> },
  signal: AbortSignal,
): Promise<Bounds> {
  const { client } = parts;
  const nowhere = (why: LocalText): Bounds => ({ nodes: [], why });
  if (guest.template) return nowhere(isTemplate);
  const isOn = mayRun(guest);
  if (guest.kind === "lxc" && isOn && !wish.containers) return nowhere(restartOnly);
  if (serviceOf(cluster, guest.id)?.state === "error") return nowhere(gaveUp);
  const at = { node: guest.node, guest: guest.kind, vmid: guest.id };
  const [config, said] = await Promise.all([
    client.call({ request: "guestConfig", at, signal, deadline }).then(readGuestConfig),
    askConditions(parts, { at }, signal),
  ]);
  if (said && said.localResources.length > 0) return nowhere(boundToDevice(said.localResources));
  if (said && isOn && said.localDiscs.length > 0) return nowhere(isoWords(said.localDiscs));
  const isLocal =
    said && guest.kind === "qemu" ? said.localDisks.length > 0 : isOnLocal(config.storages, guest, cluster);
  if (isLocal && !wish.localDisks) return nowhere(localDisks);
  const steps: Step[] = [
    [() => true, noHost],
    [
      (node) => config.storages.every((name) => hasStorage(cluster, name, node)),
      noStorage(config.storages.join(", ")),
    ],
    ...(isOn ? haSteps(guest, cluster, moving) : []),
    [(node) => !isBarredFrom(said, node), isBarred],
  ];
  let left = [...nodes];
  for (const [fits, why] of steps) {
    left = left.filter(fits);
    if (left.length === 0) return nowhere(why);
  }
  return { nodes: left, why: null };
}

/** Storages that are missing there are judged by the cluster's own list, which is told for every version. */
function isBarredFrom(said: MigrateConditions | null, node: string): boolean {
  const why = said?.refused.get(node);
  if (why) return why.resources.length > 0 || why.rules.length > 0;
  // The list has none while a VM runs on version 8.
  return said !== null && said.allowed !== null && said.allowed.length > 0 && !said.allowed.includes(node);
}

function hasStorage({ storages }: ClusterNow, name: string, node: string): boolean {
  return storages.some((row) => row.name === name && row.node === node && row.status === "available");
}

function isOnLocal(names: readonly string[], { node }: GuestRow, { storages }: ClusterNow): boolean {
  return storages.some((row) => row.node === node && names.includes(row.name) && !row.shared);
}

/** What HA's rules leave to a guest that runs. */
function haSteps(guest: GuestRow, cluster: ClusterNow, moving: ReadonlySet<number>): Step[] {
  if (!serviceOf(cluster, guest.id)) return [];
  const { affinities, guests } = cluster;
  const isHeld = cluster.ha.maintenance.has(guest.node);
  const steps: Step[] = [];
  for (const rule of affinities.nodes.filter((each) => each.guests.has(guest.id))) {
    if (rule.strict) steps.push([(node) => rule.priorities.has(node), ruleWords(rule.name)]);
    // HA brings nothing back to a node that it keeps in maintenance.
    const comesBack = (node: string) => !isHeld && wouldFailBack(rule, guest.id, guest.node, node);
    steps.push([(node) => !comesBack(node), wouldComeBack(rule.name)]);
  }
  const placesOf = (vms: readonly string[]) => {
    const ids = new Set(vms.map(Number));
    const others = guests.filter(({ id }) => ids.has(id) && id !== guest.id && !moving.has(id));
    return new Set(others.filter(mayRun).map(({ node }) => node));
  };
  for (const { name, vms } of affinities.apart.filter((rule) => rule.vms.includes(String(guest.id)))) {
    const taken = placesOf(vms);
    steps.push([(node) => !taken.has(node), apartWords(name)]);
  }
  for (const { name, vms } of affinities.together.filter((rule) => rule.vms.includes(String(guest.id)))) {
    const wanted = placesOf(vms);
    if (wanted.size > 0) steps.push([(node) => wanted.has(node), ruleWords(name)]);
  }
  return steps;
}
