import type { HostRoom, PlacementLimits } from "../../../../../shared/placement.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import { type BoundGuest, type MovePlan, planByRules } from "../../../guest-plan.ts";
import type { GuestNow, HostNow } from "../host-reading.ts";
import type { ClusterNow } from "./cluster.ts";
import type { Incompatible } from "./compatibility.ts";

/** What a host bears now: bytes and vCPUs of the VMs that are on. */
export interface Load {
  memory: number;
  vcpus: number;
}

export interface PlanInput {
  guests: readonly GuestNow[];
  /** The hosts that they may go to. */
  hosts: readonly HostNow[];
  cluster: ClusterNow;
  load: ReadonlyMap<string, Load>;
  /** The host of each VM that runs. */
  places: ReadonlyMap<string, string>;
  limits: PlacementLimits;
  /** What vCenter says against a VM on a host. */
  incompatible?: Incompatible;
}

/**
 * Finds a host for each VM, by room, reachable storage and networks, devices of its host, and the rules of the cluster that
 * bind. VMs that are to be together go together, those that are to be apart to different hosts.
 */
export function planMoves(input: PlanInput): MovePlan {
  const { together, apart } = input.cluster;
  return planByRules({
    guests: input.guests.map((guest) => boundGuest(guest, input)),
    rooms: input.hosts.map((host) => roomOf(host, input.load.get(host.id))),
    ...{ together, apart },
    limits: input.limits,
    words: { noCommonHost, apart: apartWords },
  });
}

/** Whether a host takes VMs now. */
export function accepts({ connection, power, maintenance }: HostNow): boolean {
  return connection === "connected" && power !== "poweredOff" && power !== "standBy" && maintenance !== true;
}

function roomOf(host: HostNow, load: Load | undefined): HostRoom {
  const { id, name, memory, cores } = host;
  return {
    ...{ id, name, memory, cores, accepts: accepts(host) },
    memoryUsed: load?.memory ?? 0,
    vcpusUsed: load?.vcpus ?? 0,
  };
}

function boundGuest(guest: GuestNow, input: PlanInput): BoundGuest {
  const { id, name } = guest;
  const { hosts, why } = boundsOf(guest, input);
  // One that is off takes nothing of a host.
  const isOn = guest.power === "poweredOn";
  return {
    ...{ id, name, mayGoTo: hosts, pinned: why },
    memory: isOn ? guest.memory : 0,
    vcpus: isOn ? guest.vcpus : 0,
  };
}

/** Where one VM may go by itself, and why it may go nowhere. */
function boundsOf(guest: GuestNow, input: PlanInput): { hosts: string[]; why: LocalText | null } {
  if (guest.template) return { hosts: [], why: isTemplate };
  if (guest.pinned && guest.power === "poweredOn") return { hosts: [], why: guest.pinned };
  const steps: [(host: HostNow) => boolean, LocalText][] = [
    [accepts, noHost],
    [(host) => guest.datastores.every((id) => host.datastores.includes(id)), localDisk],
    [(host) => guest.networks.every((id) => host.networks.includes(id)), noNetwork],
    ...rulesFor(guest, input),
  ];
  const against = input.incompatible?.get(guest.id);
  const [firstAgainst] = against?.values() ?? [];
  if (against && firstAgainst) steps.push([({ id }) => !against.has(id), sentence(firstAgainst)]);
  let hosts = [...input.hosts];
  for (const [fits, why] of steps) {
    hosts = hosts.filter(fits);
    if (hosts.length === 0) return { hosts: [], why };
  }
  return { hosts: hosts.map(({ id }) => id), why: null };
}

function rulesFor(guest: GuestNow, input: PlanInput): [(host: HostNow) => boolean, LocalText][] {
  const { cluster, places, guests } = input;
  const moving = new Set(guests.map(({ id }) => id));
  const elsewhere = (vms: readonly string[]) =>
    new Set(vms.filter((vm) => vm !== guest.id && !moving.has(vm)).flatMap((vm) => places.get(vm) ?? []));
  const steps: [(host: HostNow) => boolean, LocalText][] = [];
  for (const { name, vms, allowed, forbidden } of cluster.hostRules) {
    if (!vms.has(guest.id)) continue;
    steps.push([({ id }) => (allowed?.has(id) ?? true) && !forbidden.has(id), ruleWords(name)]);
  }
  for (const { name, vms } of cluster.apart.filter((rule) => rule.vms.includes(guest.id))) {
    const taken = elsewhere(vms);
    steps.push([({ id }) => !taken.has(id), apartWords(name)]);
  }
  for (const { name, vms } of cluster.together.filter((rule) => rule.vms.includes(guest.id))) {
    const wanted = elsewhere(vms);
    if (wanted.size > 0) steps.push([({ id }) => wanted.has(id), ruleWords(name)]);
  }
  return steps;
}

function sentence(why: LocalText): LocalText {
  return text(
    `vCenter would not let it go to any other host: ${why.en}.`,
    `vCenter ne la laisserait aller sur aucun autre hôte : ${why.fr}.`,
  );
}

const isTemplate = text("It is a template.", "C'est un modèle.");
const noHost = text("No other host takes VMs now.", "Aucun autre hôte n'accepte de VM actuellement.");
const localDisk = text(
  "Its disks are on storage that no other host reaches; it has to be migrated with its disks.",
  "Ses disques sont sur un stockage qu'aucun autre hôte n'atteint ; elle doit être migrée avec ses disques.",
);
const noNetwork = text(
  "No other host that reaches its disks has all of its networks.",
  "Aucun autre hôte atteignant ses disques ne dispose de tous ses réseaux.",
);
const noCommonHost = text(
  "A rule keeps it together with other VMs, and no host takes all of them.",
  "Une règle la maintient avec d'autres VM, et aucun hôte ne peut toutes les accueillir.",
);

function ruleWords(name: string): LocalText {
  return text(
    `The rule ${name} lets it run on none of the other hosts.`,
    `La règle ${name} ne lui permet aucun des autres hôtes.`,
  );
}

function apartWords(name: string): LocalText {
  return text(
    `The rule ${name} keeps it apart from VMs on every other host.`,
    `La règle ${name} la sépare de VM présentes sur tous les autres hôtes.`,
  );
}
