import { OpsError } from "../../../shared/errors.ts";
import type { PostOptions } from "./client/device.ts";
import type { Instance } from "./client/instance.ts";
import type { ClassName } from "./client/namespaces.ts";
import type { Wsman } from "./client/wsman.ts";
import { type Firmware, firmwareOf } from "./firmware.ts";

/** What AMT knows of the machine; what it does not tell, or tells as nothing, is null or left out. */
export interface Hardware {
  firmware: string | null;
  /** The management engine itself. */
  identity: Firmware;
  uuid: string | null;
  manufacturer: string | null;
  model: string | null;
  serial: string | null;
  board: string | null;
  bios: string | null;
  processor: string | null;
  memory: MemoryModule[];
  disks: Disk[];
}

export interface MemoryModule {
  slot: string | null;
  /** Bytes. */
  size: number | null;
  /** MHz. */
  speed: number | null;
  manufacturer: string | null;
  part: string | null;
}

/** AMT knows neither model nor serial number of a disk. */
export interface Disk {
  name: string | null;
  /** Bytes. */
  size: number | null;
}

const mostModules = 64;

/**
 * Reads the whole inventory, one request after the other, about fifteen of them: costly for AMT, so to be done rarely.
 * A class that the firmware does not have is left out; a device that does not answer ends it with its OpsError.
 */
export async function readHardware(wsman: Wsman, options: PostOptions): Promise<Hardware> {
  const one = (name: ClassName) => known(() => wsman.get(name, options), null);
  const all = (name: ClassName) => known(() => wsman.enumerate(name, options), []);
  const software = await all("CIM_SoftwareIdentity");
  const platform = await one("CIM_ComputerSystemPackage");
  const chassis = await one("CIM_Chassis");
  const card = await one("CIM_Card");
  const bios = await one("CIM_BIOSElement");
  const chip = (await all("CIM_Chip")).find((each) => words(each, "Version") !== null);
  const processors = chip ? [] : await all("CIM_Processor");
  const modules = await all("CIM_PhysicalMemory");
  const disks = await all("CIM_MediaAccessDevice");
  const firmware = software.find((each) => each.value("InstanceID") === "AMT");
  return {
    firmware: words(firmware, "VersionString"),
    identity: firmwareOf(software),
    uuid: platformUuid(platform?.value("PlatformGUID") ?? ""),
    manufacturer: words(chassis, "Manufacturer"),
    model: words(chassis, "Model"),
    serial: words(chassis, "SerialNumber"),
    board: joined(words(card, "Manufacturer"), words(card, "Model")),
    bios: joined(words(bios, "Manufacturer"), words(bios, "Version")),
    processor: words(chip, "Version") ?? words(processors[0], "ElementName"),
    memory: modules.slice(0, mostModules).map(memoryModule),
    disks: disks.slice(0, mostModules).map((disk) => ({
      name: words(disk, "ElementName"),
      size: kilobytes(disk.number("MaxMediaSize")),
    })),
  };
}

/** Faults by which firmware says that it does not have a class, or not for this user. */
const absent = new Set(["amt.not-offered", "amt.refused", "amt.access-denied"]);

async function known<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OpsError && absent.has(error.code)) return otherwise;
    throw error;
  }
}

function words(instance: Instance | null | undefined, property: string): string | null {
  const found = (instance?.value(property) ?? "").replace(/[\p{C}\s]+/gu, " ").trim();
  return found === "" || /^(unknown|to be filled by o\.?e\.?m\.?|not available|0+)$/i.test(found)
    ? null
    : found.slice(0, 120);
}

function joined(...parts: (string | null)[]): string | null {
  const told = parts.filter((part) => part !== null);
  return told.length === 0 ? null : told.join(" ");
}

function memoryModule(instance: Instance): MemoryModule {
  const inMegahertz = /^true$/i.test(instance.value("IsSpeedInMhz") ?? "");
  const speed = instance.number(inMegahertz ? "MaxMemorySpeed" : "ConfiguredMemoryClockSpeed");
  const size = instance.number("Capacity");
  return {
    slot: words(instance, "BankLabel"),
    size: size === undefined || size === 0 ? null : size,
    speed: speed === undefined || speed === 0 ? null : speed,
    manufacturer: words(instance, "Manufacturer"),
    part: words(instance, "PartNumber"),
  };
}

function kilobytes(size: number | undefined): number | null {
  return size === undefined || size === 0 ? null : size * 1000;
}

/** SMBIOS keeps the first three groups little-endian (SMBIOS 3.7 section 7.2.1); AMT gives the bytes as they lie. */
function platformUuid(hex: string): string | null {
  const bytes = hex.replaceAll("-", "").toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(bytes) || /^(0+|f+)$/.test(bytes)) return null;
  const at = (start: number, end: number) => bytes.slice(start * 2, end * 2);
  const swapped = (start: number, end: number) => (at(start, end).match(/../g) ?? []).reverse().join("");
  return [swapped(0, 4), swapped(4, 6), swapped(6, 8), at(8, 10), at(10, 16)].join("-");
}
