import type { ResourceKind } from "../../shared/resource.ts";
import type { ThingKind } from "../../shared/topology.ts";
import { Groups } from "../inventory/groups.ts";
import type { ThingRecord } from "./records.ts";

/** A network, or a storage that is named but not known. */
export interface NamedThing {
  id: string;
  kind: Extract<ThingKind, "network" | "volume">;
  name: string;
  site: string | null;
}

/** What VMs are stored on or join: a resource, or what they name alone. */
export type Needed = ThingRecord | NamedThing;

/** Which of several names of one machine stands for all of them, where no hypervisor tells of it. */
const kindOrder: readonly ResourceKind[] = ["host", "vm", "node"];
/** One machine has few names; what says that it has more is not believed to be one. */
const mostNames = 16;

/**
 * All that stands in topologies, with what is next to what: kept change by change, so that a question costs what its
 * answer is long.
 */
export class Neighbours {
  readonly #records = new Map<string, ThingRecord>();
  readonly #bySite = new Groups<string>();
  readonly #byParent = new Groups<string>();
  readonly #byMachine = new Groups<string>();
  /** Hosts by their site and name. */
  readonly #byName = new Groups<string>();
  /** Storages by their system and name, and the VMs that name them. */
  readonly #storages = new Groups<string>();
  readonly #stored = new Groups<string>();
  readonly #joined = new Groups<string>();

  put(record: ThingRecord): void {
    const { id, site, parent, kind, hypervisor } = record;
    this.#records.set(id, record);
    this.#bySite.put(id, site === null || kind === "site" ? [] : [site]);
    this.#byParent.put(id, parent === null ? [] : [parent]);
    this.#byMachine.put(id, record.identifiers);
    this.#byName.put(id, kind === "host" ? [nameOf(record)] : []);
    const isStorage = kind === "volume" && hypervisor !== null;
    this.#storages.put(id, isStorage ? [keyOf(hypervisor, record.name)] : []);
    this.#stored.put(id, hypervisor === null ? [] : record.storages.map((name) => keyOf(hypervisor, name)));
    this.#joined.put(
      id,
      record.networks.map((name) => networkOf(record, name).id),
    );
  }

  remove(id: string): boolean {
    for (const groups of [
      this.#bySite,
      this.#byParent,
      this.#byMachine,
      this.#byName,
      this.#storages,
      this.#stored,
      this.#joined,
    ])
      groups.put(id, []);
    return this.#records.delete(id);
  }

  get(id: string): ThingRecord | undefined {
    return this.#records.get(id);
  }

  /** What stands at a site, each machine once. */
  at(site: string): ThingRecord[] {
    return this.#all(this.#bySite.members(site)).filter((record) => this.isOwn(record));
  }

  /** Whether a record stands for its machine by itself. */
  isOwn(record: ThingRecord): boolean {
    return this.standsFor(record) === record;
  }

  /** The record that stands for a machine: what a hypervisor tells of it, where only one does. */
  standsFor(record: ThingRecord): ThingRecord {
    if (record.hypervisor !== null) return record;
    const names = this.#namesOf(record);
    const told = names.filter(({ hypervisor }) => hypervisor !== null);
    if (told.length > 1) return record;
    return (
      told[0] ??
      this.#hostByName(names) ??
      names.reduce((best, each) => (precedes(each, best) ? each : best), record)
    );
  }

  /** The other names of what stands for its machine. */
  also(record: ThingRecord): ThingRecord[] {
    const alike = isNameless(record) ? this.#all(this.#byName.members(nameOf(record))) : [];
    return [...new Set([record, ...alike].flatMap((each) => this.#namesOf(each)))]
      .filter((each) => each !== record && this.standsFor(each) === record)
      .sort((one, other) => (precedes(one, other) ? -1 : 1));
  }

  /** What a thing is in or runs on, under any of its names: a host's cluster, a VM's host, a node's cluster. */
  above(record: ThingRecord): ThingRecord[] {
    const found = new Set<ThingRecord>();
    for (const { parent } of [record, ...this.also(record)]) {
      const holder = parent === null ? undefined : this.#records.get(parent);
      if (!holder || holder.kind === "site") continue;
      const own = this.standsFor(holder);
      if (own !== record) found.add(own);
    }
    return [...found];
  }

  /** What is in a thing or runs on it, under any of its names. */
  below(record: ThingRecord): ThingRecord[] {
    const found = new Set<ThingRecord>();
    for (const { id } of [record, ...this.also(record)]) {
      for (const held of this.#all(this.#byParent.members(id))) found.add(this.standsFor(held));
    }
    found.delete(record);
    return [...found];
  }

  /** What a VM is stored on, and the networks that it joins. */
  needs(vm: ThingRecord): Needed[] {
    return [
      ...vm.storages.map((name) => this.#storageOf(vm, name)),
      ...vm.networks.map((name) => networkOf(vm, name)),
    ];
  }

  /** The VMs that are stored on a storage or join a network. */
  users(needed: Needed): ThingRecord[] {
    if (!isRecord(needed) && needed.kind === "network") return this.#all(this.#joined.members(needed.id));
    const key = isRecord(needed) ? keyOf(needed.hypervisor ?? "", needed.name) : storedKeyOf(needed.id);
    return this.#all(this.#stored.members(key)).filter((vm) =>
      vm.storages.some((name) => name === needed.name && this.#storageOf(vm, name).id === needed.id),
    );
  }

  /** What is only named, by its identifier; null when no VM names it. */
  named(id: string): NamedThing | null {
    const [kind, , system, name] = id.split("\n");
    if (system === undefined || name === undefined) return null;
    const members = kind === "network" ? this.#joined.members(id) : this.#stored.members(keyOf(system, name));
    for (const vm of this.#all(members)) {
      const found = this.needs(vm).find((needed) => needed.id === id);
      if (found && !isRecord(found)) return found;
    }
    return null;
  }

  /** Of several storages of one name: the one on the VM's host, else the only one that the VM can mean. */
  #storageOf(vm: ThingRecord, name: string): Needed {
    const candidates = this.#all(this.#storages.members(keyOf(vm.hypervisor ?? "", name)));
    const local = candidates.filter(({ parent }) => parent !== null && parent === vm.parent);
    const shared = candidates.filter(
      ({ parent }) => this.#records.get(parent ?? "")?.kind !== "host" || parent === vm.parent,
    );
    const near = shared.filter(({ site }) => site === vm.site);
    for (const choice of [local, shared, near]) if (choice[0] && choice.length === 1) return choice[0];
    return namedThing("volume", vm, name);
  }

  /** A host of a hypervisor that tells nothing by which machines are told apart but the name. */
  #hostByName(names: readonly ThingRecord[]): ThingRecord | null {
    const hosts = names.filter(({ kind }) => kind === "host");
    const alike = new Set(hosts.flatMap((host) => this.#all(this.#byName.members(nameOf(host)))));
    const [found, ...others] = [...alike].filter(isNameless);
    return found && others.length === 0 ? found : null;
  }

  #namesOf(record: ThingRecord): ThingRecord[] {
    if (record.identifiers.length === 0) return [record];
    const names = new Set([record]);
    // What is added while the names are gone through is gone through as well.
    for (const { identifiers } of names) {
      for (const identifier of identifiers) {
        for (const other of this.#byMachine.members(identifier)) {
          const known = this.#records.get(other);
          if (known) names.add(known);
          if (names.size > mostNames) return [record];
        }
      }
    }
    return [...names];
  }

  #all(ids: readonly string[]): ThingRecord[] {
    return ids.flatMap((id) => this.#records.get(id) ?? []);
  }
}

/** Whether it is a resource. */
export function isRecord(thing: Needed): thing is ThingRecord {
  return "hypervisor" in thing;
}

/** Whether a hypervisor tells of a host, and nothing by which its machine is known for sure. */
function isNameless({ kind, hypervisor, identifiers }: ThingRecord): boolean {
  return kind === "host" && hypervisor !== null && identifiers.length === 0;
}

function nameOf({ site, nameKey }: ThingRecord): string {
  return `${site ?? ""}\n${nameKey}`;
}

function networkOf(vm: ThingRecord, name: string): NamedThing {
  return namedThing("network", vm, name);
}

/** Networks of one name at two sites are two networks. */
function namedThing(kind: NamedThing["kind"], vm: ThingRecord, name: string): NamedThing {
  return { id: [kind, vm.site ?? "", vm.hypervisor ?? "", name].join("\n"), kind, name, site: vm.site };
}

function storedKeyOf(id: string): string {
  const [, , system = "", name = ""] = id.split("\n");
  return keyOf(system, name);
}

function keyOf(system: string, name: string): string {
  return `${system}\n${name}`;
}

function precedes(one: ThingRecord, other: ThingRecord): boolean {
  const order = kindOrder.indexOf(one.kind) - kindOrder.indexOf(other.kind);
  return order < 0 || (order === 0 && one.id < other.id);
}
