import { createHash } from "node:crypto";
import type { Guest } from "../../../world/virtual/model.ts";
import type { VirtualWorld } from "../../../world/virtual/virtual-world.ts";
import { lockOf } from "./fault-words.ts";
import { volumeOf } from "./storages.ts";

type Value = string | number;

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
/** What stands in the place of a password. */
const hidden = "**********";

/** A size as configurations write it. */
function sizeOf(bytes: number): string {
  return bytes % gibibyte === 0 ? `${bytes / gibibyte}G` : `${Math.ceil(bytes / mebibyte)}M`;
}

/** The hardware address of a guest's network card: Proxmox's prefix, and the rest drawn from its identifier. */
export function hardwareAddressOf(guest: Guest, at: number): string {
  const drawn = createHash("sha1").update(`${guest.uuid} ${at}`).digest("hex").slice(0, 6).toUpperCase();
  return `BC:24:11:${drawn.replace(/..(?=.)/g, "$&:")}`;
}

/** Options that are numbers, as they are shown. */
const numeric = new Set(["onboot", "protection", "sockets", "balloon", "swap", "ciupgrade"]);

/** Options whose values the World itself keeps. */
const kept = new Set(["name", "hostname", "cores", "memory"]);

/**
 * The configurations of guests, as `qm config` and `pct config` show them: drawn from what the World knows, with the
 * options that somebody set laid over them.
 */
export class GuestConfigs {
  private readonly virtual: VirtualWorld;
  private readonly options = new Map<string, Map<string, string>>();
  /** What guests call themselves, where that is not the name that they bear. */
  private readonly innerNames = new Map<string, string>();

  constructor(virtual: VirtualWorld) {
    this.virtual = virtual;
  }

  /** A guest's configuration without what is secret in it. */
  of(guest: Guest): Record<string, Value> {
    const own = guest.kind === "vm" ? this.machineOf(guest) : this.containerOf(guest);
    const lock = lockOf(guest, this.virtual.tasks);
    const current = guest.snapshots.find(({ id }) => id === guest.current);
    const config: Record<string, Value> = {
      ...own,
      ...Object.fromEntries(
        [...(this.options.get(guest.id) ?? [])].map(([name, value]): [string, Value] => [
          name,
          numeric.has(name) ? Number(value) : value,
        ]),
      ),
      ...(lock ? { lock } : {}),
      ...(current ? { parent: current.name } : {}),
      ...(guest.template ? { template: 1 } : {}),
    };
    if ("cipassword" in config) config.cipassword = hidden;
    const digest = createHash("sha1").update(JSON.stringify(config)).digest("hex");
    return { ...config, digest };
  }

  option(guest: Guest, name: string): string | null {
    const value = this.of(guest)[name];
    return value === undefined ? null : String(value);
  }

  /** Sets and removes options; those that the World keeps are changed there. */
  change(guest: Guest, set: ReadonlyMap<string, string>, removed: readonly string[]): void {
    const options = this.options.get(guest.id) ?? new Map<string, string>();
    this.options.set(guest.id, options);
    for (const name of removed) options.delete(name);
    guest.networks = guest.networks.filter((_network, at) => !removed.includes(`net${at}`));
    for (const [name, value] of set) {
      if (name === "name" || name === "hostname") guest.name = value;
      else if (name === "cores") guest.vcpus = Number(value);
      else if (name === "memory") guest.memory = Number(value.replace(/^current=/, "")) * mebibyte;
      if (!kept.has(name)) options.set(name, value);
    }
    this.virtual.announce({ what: "guest", id: guest.id });
  }

  /** What somebody set on a guest, to be given to another, such as a clone or one that is restored. */
  optionsOf(guest: Guest): ReadonlyMap<string, string> {
    return new Map(this.options.get(guest.id) ?? []);
  }

  /** The name that a guest gives itself: it stays that of the guest whose backup it was made of. */
  innerName(guest: Guest): string {
    return this.innerNames.get(guest.id) ?? guest.name;
  }

  setInnerName(guest: Guest, name: string): void {
    this.innerNames.set(guest.id, name);
  }

  forget(id: string): void {
    this.innerNames.delete(id);
    this.options.delete(id);
  }

  private disks(guest: Guest, name: (at: number) => string): [string, string][] {
    return guest.disks.map(({ storage, bytes }, at) => [
      name(at),
      `${volumeOf(guest, at, this.virtual.storage(storage))},size=${sizeOf(bytes)}`,
    ]);
  }

  private bridgeOf(network: string): string {
    return this.virtual.networks.get(network)?.key ?? "vmbr0";
  }

  private machineOf(guest: Guest): Record<string, Value> {
    const isCloudImage = guest.template || this.options.get(guest.id)?.has("ipconfig0") === true;
    const [first] = guest.disks;
    const cloudStorage = first ? this.virtual.storage(first.storage).key : "local-lvm";
    return {
      name: guest.name,
      sockets: 1,
      cores: guest.vcpus,
      memory: String(Math.round(guest.memory / mebibyte)),
      cpu: "x86-64-v2-AES",
      ostype: /windows/i.test(guest.system) ? "win11" : "l26",
      agent: guest.guestTools ? "1" : "0",
      onboot: guest.power === "on" ? 1 : 0,
      scsihw: "virtio-scsi-single",
      boot: "order=scsi0;ide2;net0",
      ide2: isCloudImage ? `${cloudStorage}:vm-${guest.key}-cloudinit,media=cdrom` : "none,media=cdrom",
      ...Object.fromEntries(this.disks(guest, (at) => `scsi${at}`)),
      ...Object.fromEntries(
        guest.networks.map((network, at) => [
          `net${at}`,
          `virtio=${hardwareAddressOf(guest, at)},bridge=${this.bridgeOf(network)},firewall=1`,
        ]),
      ),
      ...(guest.pinnedBy === null ? {} : { hostpci0: "0000:01:00.0" }),
      ...(isCloudImage ? { serial0: "socket", vga: "serial0" } : {}),
      smbios1: `uuid=${guest.uuid}`,
    };
  }

  private containerOf(guest: Guest): Record<string, Value> {
    return {
      hostname: guest.name,
      arch: "amd64",
      ostype: /ubuntu/i.test(guest.system) ? "ubuntu" : "debian",
      cores: guest.vcpus,
      memory: Math.round(guest.memory / mebibyte),
      swap: 512,
      onboot: guest.power === "on" ? 1 : 0,
      unprivileged: 1,
      features: "nesting=1",
      ...Object.fromEntries(this.disks(guest, (at) => (at === 0 ? "rootfs" : `mp${at - 1}`))),
      ...Object.fromEntries(
        guest.networks.map((network, at) => [
          `net${at}`,
          [
            `name=eth${at}`,
            `bridge=${this.bridgeOf(network)}`,
            "firewall=1",
            `hwaddr=${hardwareAddressOf(guest, at)}`,
            guest.address === null ? "ip=dhcp" : `ip=${guest.address}/24`,
            "type=veth",
          ].join(","),
        ]),
      ),
    };
  }
}
