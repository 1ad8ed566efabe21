import type { Guest, VirtualCluster, VirtualHost, VirtualStorage } from "../../../world/virtual/model.ts";
import type { VirtualWorld } from "../../../world/virtual/virtual-world.ts";
import type { World } from "../../../world/world.ts";
import { fingerprint } from "../../amt/certificate.ts";
import type { ClusterCredentials } from "../access/credentials.ts";
import { Tickets } from "../access/tickets.ts";
import { Users } from "../access/users.ts";
import { died } from "../api/failure.ts";
import { Consoles } from "../consoles/consoles.ts";
import { Archives, archiveName } from "./archives.ts";
import { Backups } from "./backups.ts";
import { GuestConfigs } from "./guest-config.ts";
import { HighAvailability } from "./high-availability.ts";
import { Migrations } from "./migrations.ts";
import { NodeLogs } from "./node-logs.ts";
import { Operations } from "./operations.ts";
import { Replication } from "./replication.ts";
import { contentsOf } from "./storages.ts";
import { PveTasks } from "./tasks.ts";

/** Nights of which archives are kept from before the lab began, and the hour at which they were made. */
const nights = 3;
const day = 86_400_000;
const backupHour = 3;
/** The share of a guest's data that is left of it in an archive. */
const compressed = 0.4;

/** One cluster of Proxmox VE: the World's guests, hosts and storages as it knows them, and what it alone knows. */
export class PveCluster {
  readonly virtual: VirtualWorld;
  readonly cluster: VirtualCluster;
  /** 8 or 9; they differ in what some calls are named and take. */
  readonly major: number;
  readonly version: string;
  readonly users: Users;
  readonly tickets = new Tickets();
  readonly tasks: PveTasks;
  readonly configs: GuestConfigs;
  readonly archives = new Archives();
  readonly replication: Replication;
  readonly highAvailability: HighAvailability;
  readonly logs: NodeLogs;
  readonly operations: Operations;
  readonly migrations: Migrations;
  readonly backups: Backups;
  readonly consoles: Consoles;
  /** The nodes' certificates, as PEM, and their SHA-256. */
  readonly certificates: ReadonlyMap<string, string>;
  readonly fingerprints: ReadonlyMap<string, string>;
  private readonly stopFollowing: () => void;
  private areExpired = false;
  private readonly powers = new Map<string, VirtualHost["power"]>();

  constructor(
    world: World,
    cluster: VirtualCluster,
    { secrets, certificates }: ClusterCredentials,
    onFailure: (error: unknown) => void,
  ) {
    const { virtual } = world;
    this.virtual = virtual;
    this.certificates = new Map([...certificates].map(([name, { cert }]) => [name, cert]));
    this.fingerprints = new Map([...this.certificates].map(([name, cert]) => [name, fingerprint(cert)]));
    this.consoles = new Consoles(world, this, onFailure);
    this.cluster = cluster;
    this.version = this.hosts[0]?.version ?? "8.4.1";
    this.major = Number.parseInt(this.version, 10);
    this.users = new Users(secrets);
    this.tasks = new PveTasks(virtual);
    this.configs = new GuestConfigs(virtual);
    this.replication = new Replication(virtual);
    this.logs = new NodeLogs(virtual);
    this.operations = new Operations(this);
    this.migrations = new Migrations(this);
    this.backups = new Backups(this);
    this.highAvailability = new HighAvailability(virtual, cluster.id, this.operations.hands);
    this.furnish();
    for (const host of this.hosts) this.powers.set(host.id, host.power);
    this.stopFollowing = virtual.onChange((change) => {
      if (change.what === "cluster" && change.id === cluster.id) this.expireTickets();
      const host = change.what === "host" ? virtual.hosts.get(change.id) : undefined;
      if (host && this.powers.has(host.id)) this.follow(host);
    });
  }

  get name(): string {
    return this.cluster.name;
  }

  get hosts(): VirtualHost[] {
    return this.virtual.hostsOf(this.cluster.id);
  }

  get guests(): Guest[] {
    return this.virtual.guestsOf(this.cluster.id);
  }

  get storages(): VirtualStorage[] {
    return [...this.virtual.storages.values()].filter(({ region }) => region === this.cluster.region);
  }

  get isQuorate(): boolean {
    return this.virtual.isQuorate(this.cluster.id);
  }

  now(): number {
    return this.virtual.clock.now();
  }

  /** Throws a Failure 500, as the lookup of its address does. */
  host(name: string): VirtualHost {
    const found = this.hosts.find((host) => host.name === name);
    if (!found) {
      throw died(
        `hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`,
      );
    }
    return found;
  }

  find(key: string): Guest | null {
    return this.guests.find((guest) => guest.key === key) ?? null;
  }

  /** A guest of that kind on that node. Throws a Failure 500 in the words of the cluster's file system. */
  guest(node: string, kind: Guest["kind"], key: string): Guest {
    const host = this.host(node);
    const guest = this.find(key);
    if (guest?.kind === kind && guest.host === host.id) return guest;
    const folder = kind === "vm" ? "qemu-server" : "lxc";
    throw died(`Configuration file 'nodes/${node}/${folder}/${key}.conf' does not exist`);
  }

  /** A storage that a node has. Throws a Failure 500. */
  storage(host: VirtualHost, key: string): VirtualStorage {
    const found = this.storages.find((storage) => storage.key === key && storage.hosts.includes(host.id));
    if (found) return found;
    const exists = this.storages.some((storage) => storage.key === key);
    throw died(
      exists ? `storage '${key}' is not available on node '${host.name}'` : `storage '${key}' does not exist`,
    );
  }

  /** The smallest number from `from` on that no guest has. */
  freeKey(from = 100): number {
    const taken = new Set(this.guests.map(({ key }) => key));
    let candidate = from;
    while (taken.has(String(candidate))) candidate += 1;
    return candidate;
  }

  close(): void {
    this.stopFollowing();
    this.consoles.close();
    this.tasks.close();
  }

  /** What was there before the lab began: guests that start with their node, nightly archives, replications. */
  private furnish(): void {
    for (const guest of this.guests) {
      if (guest.power === "on") this.configs.change(guest, new Map([["onboot", "1"]]), []);
    }
    if (this.cluster.history) this.recall(this.cluster.history);
    else this.drawHistory();
  }

  /** The backups and replications that it was told of. */
  private recall({ backups, replications }: NonNullable<VirtualCluster["history"]>): void {
    for (const { guest: id, storage, madeAt } of backups) {
      const guest = this.virtual.guests.get(id);
      if (guest && this.virtual.storages.has(storage)) this.keepArchive(guest, storage, madeAt);
    }
    for (const { guest: id, target } of replications) {
      const guest = this.virtual.guests.get(id);
      const host = this.virtual.hosts.get(target);
      if (guest && host) this.replication.add(guest, host);
    }
  }

  private keepArchive(guest: Guest, storage: string, at: number): void {
    this.archives.add({
      name: archiveName(guest, at, "zstd"),
      storage,
      madeAt: at,
      bytes: Math.round(guest.disks.reduce((sum, { used }) => sum + used, 0) * compressed),
      notes: guest.name,
      isProtected: false,
      guest: structuredClone(guest),
      options: this.configs.optionsOf(guest),
      innerName: this.configs.innerName(guest),
    });
  }

  /** Nightly archives, and a replication of each guest that lies on its own node alone. */
  private drawHistory(): void {
    const keepers = this.storages.filter((storage) => contentsOf(storage).includes("backup"));
    const shared = keepers.find((storage) => storage.shared);
    for (const guest of this.guests) {
      const keeper = shared ?? keepers.find((storage) => storage.hosts.includes(guest.host));
      if (!keeper || guest.template) continue;
      for (let night = nights; night >= 1; night -= 1) {
        const at = Math.floor(this.now() / day) * day + backupHour * 3_600_000 - (night - 1) * day;
        if (at <= this.now()) this.keepArchive(guest, keeper.id, at);
      }
    }
    for (const guest of this.guests) {
      const isLocal = guest.disks.every(({ storage }) => !this.virtual.storage(storage).shared);
      const target = this.hosts.find(({ id }) => id !== guest.host);
      if (isLocal && target && guest.pinnedBy === null && !guest.template)
        this.replication.add(guest, target);
    }
  }

  /** Once each time that the fault is laid over the cluster; whoever logs in again afterwards is let in. */
  private expireTickets(): void {
    const isExpired = this.virtual.fault("proxmox-ticket-expired", this.cluster.id) !== null;
    if (isExpired && !this.areExpired) this.tickets.expireAll();
    this.areExpired = isExpired;
  }

  private follow(host: VirtualHost): void {
    const before = this.powers.get(host.id);
    if (before === host.power) return;
    this.powers.set(host.id, host.power);
    if (host.power === "off" || host.power === "starting") this.tasks.lost(host.name);
    if (host.power === "on") {
      this.logs.write(host, "kernel", `Linux version ${this.major === 9 ? "6.14.8-2-pve" : "6.8.12-9-pve"}`);
      this.operations.startWithNode(host);
    }
    if (host.power === "stopping") this.logs.write(host, "systemd[1]", "System is going down.");
  }
}
