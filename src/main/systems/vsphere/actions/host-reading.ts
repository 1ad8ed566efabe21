import type { LocalText } from "../../../../shared/text.ts";
import type { XmlElement } from "../../xml.ts";
import { retrieve } from "../client/collector.ts";
import type { VimSession } from "../client/session.ts";
import {
  children,
  flagAt,
  numberAt,
  type Reference,
  referenceAt,
  timeAt,
  wordsAt,
} from "../client/values.ts";
import { VimFault } from "../client/vim-fault.ts";
import { pinOf } from "./evacuation/pins.ts";

/** A host as it is now. Memory in bytes, times in epoch milliseconds. */
export interface HostNow extends Reference {
  name: string;
  connection: string | null;
  power: string | null;
  maintenance: boolean | null;
  bootedAt: number | null;
  /** The cluster that it is in, or the compute resource that it is by itself. */
  parent: Reference | null;
  vms: string[];
  datastores: string[];
  networks: string[];
  cores: number;
  memory: number;
}

/** A VM as it is now. Memory in bytes. */
export interface GuestNow extends Reference {
  name: string;
  power: string | null;
  host: string | null;
  template: boolean;
  memory: number;
  vcpus: number;
  datastores: string[];
  networks: string[];
  /** Why it cannot leave its host while it is on. */
  pinned: LocalText | null;
  /** vCenter itself keeps it, moves it and stops it: an agent VM (vCLS, for example). */
  isAgent: boolean;
}

const hostProperties = [
  "name",
  "runtime.connectionState",
  "runtime.powerState",
  "runtime.inMaintenanceMode",
  "runtime.bootTime",
  "parent",
  "vm",
  "datastore",
  "network",
  "summary.hardware",
];
const guestProperties = [
  "name",
  "runtime.powerState",
  "runtime.host",
  "summary.config",
  "datastore",
  "network",
  "config.hardware.device",
];
/** Objects that are asked for at once: a VM's devices are large, and a server may answer in part only. */
const objectsAtOnce = 40;
const agents = "com.vmware.vim.eam";
const mebibyte = 1024 * 1024;

/** The host of a resource's identifier. */
export function hostReference(system: string, { id }: { id: string }): Reference {
  return { type: "HostSystem", id: decodeURIComponent(id.slice(`${system}/hosts/`.length)) };
}

/** Reads one host. Throws `vsphere.object-gone` when it is not there any more. */
export async function readHost(session: VimSession, id: string, signal: AbortSignal): Promise<HostNow> {
  const [host] = await readHosts(session, [id], signal);
  if (!host) throw new VimFault("ManagedObjectNotFound", session.name);
  return host;
}

/** Reads hosts; those that are gone are left out. */
export async function readHosts(
  session: VimSession,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<HostNow[]> {
  const found = await readMany(session, "HostSystem", ids, hostProperties, signal);
  return [...found].map(([id, values]) => {
    const hardware = values.get("summary.hardware");
    const parent = values.get("parent");
    return {
      type: "HostSystem",
      id,
      name: wordsAt(values.get("name")) ?? id,
      connection: wordsAt(values.get("runtime.connectionState")),
      power: wordsAt(values.get("runtime.powerState")),
      maintenance: flagAt(values.get("runtime.inMaintenanceMode")),
      bootedAt: timeAt(values.get("runtime.bootTime")),
      parent: referenceAt(parent),
      vms: idsOf(values.get("vm")),
      datastores: idsOf(values.get("datastore")),
      networks: idsOf(values.get("network")),
      cores: numberAt(hardware, "numCpuCores") ?? 0,
      memory: numberAt(hardware, "memorySize") ?? 0,
    };
  });
}

/** Reads VMs; those that are gone are left out. */
export async function readGuests(
  session: VimSession,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<GuestNow[]> {
  const found = await readMany(session, "VirtualMachine", ids, guestProperties, signal);
  return [...found].map(([id, values]) => {
    const config = values.get("summary.config");
    const memory = numberAt(config, "memorySizeMB") ?? 0;
    return {
      type: "VirtualMachine",
      id,
      name: wordsAt(values.get("name")) ?? id,
      power: wordsAt(values.get("runtime.powerState")),
      host: wordsAt(values.get("runtime.host")),
      template: flagAt(config, "template") === true,
      memory: memory * mebibyte,
      vcpus: numberAt(config, "numCpu") ?? 0,
      datastores: idsOf(values.get("datastore")),
      networks: idsOf(values.get("network")),
      pinned: pinOf(values.get("config.hardware.device")),
      isAgent: wordsAt(config, "managedBy", "extensionKey") === agents,
    };
  });
}

/** Some properties of many objects of one type, asked for in pieces. */
async function readMany(
  session: VimSession,
  type: string,
  ids: readonly string[],
  properties: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, ReadonlyMap<string, XmlElement>>> {
  const all = new Map<string, ReadonlyMap<string, XmlElement>>();
  for (let from = 0; from < ids.length; from += objectsAtOnce) {
    const objects = ids.slice(from, from + objectsAtOnce).map((id) => ({ type, id }));
    const found = await readPresent(session, objects, properties, signal);
    for (const [id, values] of found) all.set(id, values);
  }
  return all;
}

/** One object that has gone makes a server refuse the whole question: then each is asked for by itself. */
async function readPresent(
  session: VimSession,
  objects: readonly Reference[],
  properties: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlyMap<string, XmlElement>>> {
  try {
    return await retrieve(session, objects, properties, signal);
  } catch (thrown) {
    if (!(thrown instanceof VimFault) || thrown.fault !== "ManagedObjectNotFound") throw thrown;
    if (objects.length <= 1) return new Map();
  }
  const found = new Map<string, ReadonlyMap<string, XmlElement>>();
  for (const object of objects) {
    const one = await readPresent(session, [object], properties, signal);
    for (const [id, values] of one) found.set(id, values);
  }
  return found;
}

export function idsOf(value: XmlElement | undefined): string[] {
  return children(value, "ManagedObjectReference").map(({ text }) => text);
}
