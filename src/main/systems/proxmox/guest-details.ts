import type { SnapshotRecord } from "../../../shared/snapshots.ts";
import { type Fields, fieldsOf, flagAt, listOf, momentAt, wordsAt } from "./client/values.ts";

/** What the config of a VM or container says. */
export interface GuestConfig {
  disks: string[];
  storages: string[];
  networks: string[];
  /** Whether the QEMU guest agent is to be used. */
  agent: boolean;
  onBoot: boolean;
  system: string | null;
  /** Whether a serial port can be opened as a console. */
  serial: string[];
}

const diskKey = /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|mp)\d{1,2}|rootfs)$/;
const systems: Readonly<Record<string, string>> = {
  l26: "Linux",
  l24: "Linux 2.4",
  win11: "Windows 11/2022/2025",
  win10: "Windows 10/2016/2019",
  win8: "Windows 8/2012",
  win7: "Windows 7/2008r2",
  solaris: "Solaris",
};

/** Reads `GET /nodes/{node}/{guest}/{vmid}/config`. */
export function readGuestConfig(data: unknown): GuestConfig {
  const config = fieldsOf(data) ?? {};
  const disks: string[] = [];
  const storages = new Set<string>();
  const networks = new Set<string>();
  const serial: string[] = [];
  for (const key of Object.keys(config)) {
    const words = wordsAt(config, key);
    if (words === null) continue;
    if (diskKey.test(key)) {
      const volume = words.split(",")[0] ?? "";
      // A drive without a medium, and the disc of cloud-init, hold nothing of the guest.
      if (volume === "none" || volume === "cdrom" || /media=cdrom/.test(words)) continue;
      disks.push(key);
      const storage = /^([A-Za-z][A-Za-z0-9._-]*):/.exec(volume)?.[1];
      if (storage !== undefined) storages.add(storage);
    }
    if (/^net\d{1,2}$/.test(key)) {
      const bridge = /(?:^|,)bridge=([^,]{1,60})/.exec(words)?.[1];
      const tag = /(?:^|,)tag=(\d{1,4})/.exec(words)?.[1];
      if (bridge !== undefined) networks.add(tag === undefined ? bridge : `${bridge} (VLAN ${tag})`);
    }
    if (/^serial[0-3]$/.test(key) && words === "socket") serial.push(key);
  }
  const system = wordsAt(config, "ostype");
  return {
    disks: disks.sort(),
    storages: [...storages].sort(),
    networks: [...networks].sort(),
    agent: agentOf(wordsAt(config, "agent")),
    onBoot: flagAt(config, "onboot") === true,
    system: system === null ? null : (systems[system] ?? system),
    serial: serial.sort(),
  };
}

/** `1`, `enabled=1,fstrim_cloned_disks=1` …, as PVE::QemuServer's property string has it. */
function agentOf(words: string | null): boolean {
  const [first = "", ...others] = (words ?? "").split(",");
  return first === "1" || [first, ...others].includes("enabled=1");
}

/** The snapshots of a guest, and the one that it has gone on from. */
export interface GuestSnapshots {
  snapshots: SnapshotRecord[];
  current: string | null;
}

const mostSnapshots = 1000;

/**
 * Reads `GET /nodes/{node}/{guest}/{vmid}/snapshot`: `current` stands for the guest as it is, its parent is what it has gone
 * on from. Each comes after its parent; one whose parent is not there, or that is its own, is a root.
 */
export function readSnapshots(data: unknown): GuestSnapshots {
  const found = new Map<string, SnapshotRecord>();
  let current: string | null = null;
  for (const entry of listOf(data).slice(0, mostSnapshots)) {
    const name = wordsAt(entry, "name");
    if (name === null) continue;
    const parent = wordsAt(entry, "parent");
    if (name === "current") {
      current = parent;
      continue;
    }
    found.set(name, {
      id: name,
      parent,
      name,
      description: (wordsAt(entry, "description") ?? "").trim(),
      createdAt: momentAt(entry, "snaptime"),
      withMemory: flagAt(entry, "vmstate"),
    });
  }
  const left = [...found.values()].sort((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0));
  const placed = new Set<string>();
  const snapshots: SnapshotRecord[] = [];
  while (left.length > 0) {
    const at = left.findIndex(({ parent }) => parent === null || !found.has(parent) || placed.has(parent));
    // In a ring the oldest has to be the root.
    const [next] = left.splice(Math.max(0, at), 1);
    if (!next) break;
    placed.add(next.id);
    const hasParent = next.parent !== null && next.parent !== next.id && placed.has(next.parent);
    snapshots.push(hasParent ? next : { ...next, parent: null });
  }
  return { snapshots, current: current !== null && found.has(current) ? current : null };
}

/** The addresses of a guest that lead somewhere: neither loopback nor link-local. */
export function readAddresses(data: unknown): string[] {
  // The agent's answer is in `result`, that of a container is the list itself.
  const interfaces = listOf(fieldsOf(data)?.result ?? data);
  const addresses = interfaces.flatMap((each) => [
    ...listOf(each["ip-addresses"]).flatMap((entry) => wordsAt(entry, "ip-address") ?? []),
    ...["inet", "inet6"].flatMap((key) => withoutPrefix(each, key)),
  ]);
  return [...new Set(addresses)].filter(leadsSomewhere).sort(shorterFirst).slice(0, 20);
}

function withoutPrefix(each: Fields, key: string): string[] {
  const address = wordsAt(each, key)?.split("/")[0];
  return address === undefined ? [] : [address];
}

function leadsSomewhere(address: string): boolean {
  return /^[0-9a-fA-F.:]{2,45}$/.test(address) && !/^(127\.|169\.254\.|::1$|fe[89ab])/i.test(address);
}

/** IPv4 before IPv6: it is what people look for first. */
function shorterFirst(one: string, other: string): number {
  return Number(one.includes(":")) - Number(other.includes(":"));
}
