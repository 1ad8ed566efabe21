import type { WorldClock } from "../clock.ts";
import type { Fault, FaultName } from "../faults.ts";
import { type Random, randomFor } from "../random.ts";
import type {
  EventKind,
  Guest,
  VirtualChange,
  VirtualCluster,
  VirtualEvent,
  VirtualHost,
  VirtualNetwork,
  VirtualRegion,
  VirtualStorage,
} from "./model.ts";
import { VirtualFault } from "./virtual-fault.ts";

/** Hosts that are machines of the World besides: what the virtual World asks of them. */
export interface Hardware {
  powerOn(machine: string): boolean;
  powerOff(machine: string): void;
  shutDown(machine: string, then: "off" | "reboot"): void;
}

/** Everything that a site of hypervisors begins with. */
export interface VirtualSite {
  regions: VirtualRegion[];
  clusters: VirtualCluster[];
  hosts: VirtualHost[];
  guests: Guest[];
  storages: VirtualStorage[];
  networks: VirtualNetwork[];
}

export interface VirtualWorldParts {
  seed: number;
  clock: WorldClock;
  hardware: Hardware;
  /** The faults in force, of the whole World. */
  faults(): readonly Fault[];
  site: VirtualSite;
}

/** Events that are kept. */
const keptEvents = 5_000;
/** What a fault takes from a host's memory, or from a storage. */
const memoryLost = 0.5;

/**
 * Hosts, guests, storages and clusters as they stand, and what is told of them. Faults are laid over and not written in.
 * A method throws VirtualFault `not-found` for an identifier that nothing has.
 */
export class VirtualState {
  readonly clock: WorldClock;
  readonly random: Random;
  readonly hardware: Hardware;
  readonly regions: ReadonlyMap<string, VirtualRegion>;
  readonly clusters: ReadonlyMap<string, VirtualCluster>;
  readonly hosts: ReadonlyMap<string, VirtualHost>;
  readonly guests: Map<string, Guest>;
  readonly storages: ReadonlyMap<string, VirtualStorage>;
  readonly networks: ReadonlyMap<string, VirtualNetwork>;
  readonly events: VirtualEvent[] = [];
  private readonly parts: VirtualWorldParts;
  private readonly listeners = new Set<(change: VirtualChange) => void>();
  private readonly faultListeners = new Set<() => void>();
  private readonly guestsByHost = new Map<string, Set<Guest>>();
  private eventCount = 0;

  constructor(parts: VirtualWorldParts) {
    this.parts = parts;
    this.clock = parts.clock;
    this.hardware = parts.hardware;
    this.random = randomFor(parts.seed, "virtual world");
    const byId = <Item extends { id: string }>(items: Item[]) =>
      new Map(items.map((item) => [item.id, item]));
    const { site } = parts;
    this.regions = byId(site.regions);
    this.clusters = byId(site.clusters);
    this.hosts = byId(site.hosts);
    this.guests = byId(site.guests);
    this.storages = byId(site.storages);
    this.networks = byId(site.networks);
    for (const guest of this.guests.values()) this.residents(guest.host).add(guest);
  }

  // What there is.

  /** Throws VirtualFault `not-found`, as the three after it do. */
  guest(id: string): Guest {
    return this.guests.get(id) ?? missing("guest", id);
  }

  host(id: string): VirtualHost {
    return this.hosts.get(id) ?? missing("host", id);
  }

  cluster(id: string): VirtualCluster {
    return this.clusters.get(id) ?? missing("cluster", id);
  }

  storage(id: string): VirtualStorage {
    return this.storages.get(id) ?? missing("storage", id);
  }

  /** The guests of a host, templates too, in the order in which they came. */
  guestsOn(host: string): Guest[] {
    return [...this.residents(host)];
  }

  hostsOf(cluster: string): VirtualHost[] {
    return [...this.hosts.values()].filter((host) => host.cluster === cluster);
  }

  guestsOf(cluster: string): Guest[] {
    return [...this.guests.values()].filter((guest) => guest.cluster === cluster);
  }

  /** Bytes of memory that a host has now, with the faults laid over it. */
  memoryOf(host: string): number {
    const { memory } = this.host(host);
    return this.fault("memory-lost", host) ? memory * memoryLost : memory;
  }

  /** Bytes of memory that the running guests of a host were given. */
  memoryGiven(host: string): number {
    let sum = 0;
    for (const guest of this.residents(host)) if (guest.power === "on") sum += guest.memory;
    return sum;
  }

  /** The room of a storage and whether it can be reached, with the faults laid over it. */
  storageOf(id: string): { bytes: number; used: number; accessible: boolean } {
    const { bytes, used } = this.storage(id);
    return {
      bytes,
      used: this.fault("storage-full", id) ? bytes : Math.min(used, bytes),
      accessible: this.fault("storage-lost", id) === null,
    };
  }

  /** Whether a guest's tools answer: it runs, has them, has had the time to start them, and no fault lies on it. */
  toolsRun(id: string): boolean {
    const guest = this.guest(id);
    const isUp = guest.power === "on" && guest.guestTools && this.clock.now() >= guest.toolsSince;
    return isUp && this.fault("tools-down", id) === null;
  }

  /** Whether a host's manager hears of it; its guests run on where it does not. */
  isReachable(host: string): boolean {
    return this.host(host).power === "on" && this.fault("host-unreachable", host) === null;
  }

  /** Whether the region that a host stands in gives it power. */
  hasPower(host: string): boolean {
    return !this.faultOver("region-dead", host) && !this.faultOver("region-half-dead", host);
  }

  /** Whether a cluster that votes has more than half of its votes; vSphere has none and always does. */
  isQuorate(cluster: string): boolean {
    if (this.cluster(cluster).platform !== "proxmox") return true;
    if (this.fault("quorum-lost", cluster)) return false;
    const hosts = this.hostsOf(cluster);
    return hosts.filter((host) => this.isReachable(host.id)).length * 2 > hosts.length;
  }

  /** The fault of that name over that thing, if it is in force. */
  fault(name: FaultName, target: string): Fault | null {
    return this.parts.faults().find((fault) => fault.name === name && fault.target === target) ?? null;
  }

  /** The fault of that name over that thing, its host, its cluster or its region. */
  faultOver(name: FaultName, target: string): Fault | null {
    if (this.parts.faults().length === 0) return null;
    const { host, cluster, region } = this.placeOf(target);
    for (const place of [target, host, cluster, region, this.siteOf(region)]) {
      const fault = place === null ? null : this.fault(name, place);
      if (fault) return fault;
    }
    return null;
  }

  /** The region of the World that one of these regions stands in; null: in none. */
  siteOf(region: string): string | null {
    const site = this.regions.get(region)?.site;
    return site === undefined ? region : site;
  }

  /** Where a thing of that identifier is. Throws VirtualFault `not-found`. */
  placeOf(id: string): { name: string; host: string; cluster: string | null; region: string } {
    const guest = this.guests.get(id);
    if (guest) return { ...this.placeOf(guest.host), name: guest.name };
    const host = this.hosts.get(id);
    if (host) {
      const { region } = this.cluster(host.cluster);
      return { name: host.name, host: host.id, cluster: host.cluster, region };
    }
    const cluster = this.clusters.get(id);
    if (cluster) {
      const [first] = this.hostsOf(id);
      return { name: cluster.name, host: first?.id ?? "", cluster: id, region: cluster.region };
    }
    const storage = this.storage(id);
    return { name: storage.name, host: storage.hosts[0] ?? "", cluster: null, region: storage.region };
  }

  // What is told.

  /** Calls `listener` at every change until the function that is returned is called. */
  onChange(listener: (change: VirtualChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls `listener` whenever a fault was laid over one of its things or lifted, until the function returned is called. */
  onFaults(listener: () => void): () => void {
    this.faultListeners.add(listener);
    return () => this.faultListeners.delete(listener);
  }

  announce(change: VirtualChange): void {
    for (const listener of [...this.listeners]) listener(change);
  }

  /** Keeps an event about a guest, host, storage or cluster. */
  note(kind: EventKind, target: string, by: string, words: string, task: string | null = null): void {
    const place = this.guests.has(target) || this.hosts.has(target) ? this.placeOf(target) : null;
    const region = this.regions.has(target) ? target : this.placeOf(target).region;
    this.eventCount += 1;
    this.events.push({
      id: this.eventCount,
      at: this.clock.now(),
      kind,
      region,
      cluster: place?.cluster ?? (this.clusters.has(target) ? target : null),
      host: place?.host ?? null,
      guest: this.guests.has(target) ? target : null,
      by,
      words,
      task,
    });
    if (this.events.length > keptEvents) this.events.splice(0, this.events.length - keptEvents);
    this.announce({ what: "event", id: String(this.eventCount) });
  }

  /** Puts a guest into the World at once, as a restore does at its end. */
  addGuest(guest: Guest): void {
    if (this.guests.has(guest.id)) throw new VirtualFault("invalid", `${guest.id} already exists`);
    this.guests.set(guest.id, guest);
    this.residents(guest.host).add(guest);
    this.changeUse(guest.disks, 1);
    this.announce({ what: "guest", id: guest.id });
  }

  /** Takes a guest out of the World at once. */
  dropGuest(id: string): void {
    const guest = this.guest(id);
    this.guests.delete(id);
    this.residents(guest.host).delete(guest);
    this.changeUse(guest.disks, -1);
    this.announce({ what: "guest", id, gone: true });
  }

  /** Puts a guest on another host at once. */
  place(guest: Guest, host: string): void {
    this.residents(guest.host).delete(guest);
    guest.host = host;
    this.residents(host).add(guest);
    this.announce({ what: "guest", id: guest.id });
  }

  /** Counts bytes of disks in (1) or out (-1) of their storages. */
  changeUse(disks: readonly { storage: string; used: number }[], sign: 1 | -1): void {
    for (const { storage, used } of disks) {
      const held = this.storage(storage);
      held.used = Math.max(0, held.used + sign * used);
      this.announce({ what: "storage", id: storage });
    }
  }

  protected tellOfFaults(): void {
    for (const listener of [...this.faultListeners]) listener();
  }

  protected forgetListeners(): void {
    this.listeners.clear();
    this.faultListeners.clear();
  }

  private residents(host: string): Set<Guest> {
    const known = this.guestsByHost.get(host);
    if (known) return known;
    const made = new Set<Guest>();
    this.guestsByHost.set(host, made);
    return made;
  }
}

function missing(what: string, id: string): never {
  throw new VirtualFault("not-found", `no ${what} ${id}`);
}
