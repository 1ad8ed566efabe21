import type { CapacityRules } from "../../shared/estate-capacity.ts";
import type { Guest, HostRoom, PlacementLimits } from "../../shared/placement.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Group } from "./groups.ts";
import type { HostRecord, VmRecord } from "./records.ts";

/** A VM that is on, with the name of its host. */
export interface Bound extends Guest {
  from: string;
}

/** What a cluster bears now, worked out once for every question about it. */
export interface ClusterLoad {
  group: Group;
  limits: PlacementLimits;
  wanted: number;
  /** Hosts that serve, and what they bear. */
  rooms: HostRoom[];
  /** The VMs that are on, by host. */
  guests: Map<string, Bound[]>;
  /** Those that are on hosts which do not serve, or on none that is known: they need a place already. */
  stranded: Bound[];
  out: HostRecord[];
  apart: { off: number; templates: number };
  /** Why it cannot be judged, in words; null: everything is known. */
  unknown: LocalText | null;
}

export function clusterLoad(group: Group, rules: CapacityRules): ClusterLoad {
  const load: ClusterLoad = {
    group,
    limits: { memoryRatio: rules.memoryRatio, vcpuPerCore: rules.vcpuPerCore ?? null },
    wanted: rules.spareHosts,
    rooms: [],
    guests: new Map(),
    stranded: [],
    out: [],
    apart: { off: 0, templates: 0 },
    unknown: null,
  };
  const untold: HostRecord[] = [];
  let untoldVms = 0;
  /** `down`: nobody can say of the VMs of a host that does not answer whether they are on; they are taken to be. */
  const bound = (vms: readonly VmRecord[], from: string, down = false): Bound[] =>
    vms.flatMap((vm) => {
      if (vm.fresh && vm.state === "template") load.apart.templates += 1;
      else if (vm.fresh && vm.state === "off") load.apart.off += 1;
      else if (!vm.fresh || vm.vcpus === null || vm.memory === null || (vm.state === "unknown" && !down))
        untoldVms += 1;
      else {
        const { id, name, memory, vcpus } = vm;
        return [{ id, name, memory, vcpus, from, mayGoTo: null, pinned: null }];
      }
      return [];
    });
  for (const host of group.hosts) {
    const own = bound(group.vms.get(host.id) ?? [], host.name, host.standing === "unreachable");
    load.guests.set(host.id, own);
    if (host.standing === "unknown") untold.push(host);
    else if (host.standing === "serving") load.rooms.push(roomOf(host, own));
    else {
      load.out.push(host);
      load.stranded.push(...own);
    }
  }
  load.stranded.push(...bound(group.vms.get("") ?? [], ""));
  load.unknown = whyUnknown(untold, untoldVms);
  return load;
}

function roomOf({ id, name, memory, cores }: HostRecord, guests: readonly Bound[]): HostRoom {
  const room = {
    id,
    name,
    memory: memory ?? 0,
    cores: cores ?? 0,
    memoryUsed: 0,
    vcpusUsed: 0,
    accepts: true,
  };
  for (const guest of guests) {
    room.memoryUsed += guest.memory;
    room.vcpusUsed += guest.vcpus;
  }
  return room;
}

function whyUnknown(hosts: readonly HostRecord[], vms: number): LocalText | null {
  if (hosts.length === 0 && vms === 0) return null;
  const names = namesOf(hosts.map(({ name }) => name));
  const [s, e] = [vms === 1 ? "" : "s", vms === 1 ? "was" : "were"];
  const ofVms = text(
    `${vms} VM${s} ${e} not read lately, or without figures`,
    vms === 1
      ? "1 VM n'a pas été relue récemment, ou l'a été sans chiffres"
      : `${vms} VM n'ont pas été relues récemment, ou l'ont été sans chiffres`,
  );
  if (hosts.length === 0) return sentence(ofVms);
  const ofHosts = text(
    `${names.en} ${hosts.length === 1 ? "was" : "were"} not read lately, or without figures`,
    hosts.length === 1
      ? `${names.fr} n'a pas été relu récemment, ou l'a été sans chiffres`
      : `${names.fr} n'ont pas été relus récemment, ou l'ont été sans chiffres`,
  );
  return sentence(vms === 0 ? ofHosts : text(`${ofHosts.en}; ${ofVms.en}`, `${ofHosts.fr} ; ${ofVms.fr}`));
}

function sentence({ en, fr }: LocalText): LocalText {
  return text(`It cannot be told: ${en}.`, `On ne peut pas le dire : ${fr}.`);
}

/** How many names are told one by one. */
const mostNames = 3;

/** Names in a row: the first three, and how many more there are. */
export function namesOf(names: readonly string[]): LocalText {
  const [told, more] = [names.slice(0, mostNames), names.length - mostNames];
  if (more > 0) return text(`${told.join(", ")} and ${more} more`, `${told.join(", ")} et ${more} de plus`);
  const [last = "", before] = [told.at(-1), told.slice(0, -1).join(", ")];
  return before === "" ? text(last, last) : text(`${before} and ${last}`, `${before} et ${last}`);
}
