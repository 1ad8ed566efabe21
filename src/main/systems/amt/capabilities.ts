import { type BootDevice, bootDevices } from "./boot.ts";
import type { PostOptions } from "./client/device.ts";
import type { Instance } from "./client/instance.ts";
import type { Wsman } from "./client/wsman.ts";
import type { Firmware } from "./firmware.ts";
import { look, type ReachReading, readReach } from "./reachable/reading.ts";

/** What a machine's firmware can do and how it is set, as far as it says. */
export interface Capabilities {
  reach: ReachReading;
  /** From what it can be told to start once; null when the firmware does not say. */
  bootDevices: BootDevice[] | null;
}

/** The property of AMT_BootCapabilities that stands for each device. */
const bootProperties: Record<BootDevice, string> = {
  bios: "BIOSSetup",
  pxe: "ForcePXEBoot",
  disk: "ForceHardDriveBoot",
};

/** Reads what the firmware can do, about ten requests one after the other. Throws when the device does not answer. */
export async function readCapabilities(
  wsman: Wsman,
  options: PostOptions,
  known: Firmware | null = null,
): Promise<Capabilities> {
  const devices = await readBootDevices(wsman, options);
  return { reach: await readReach(wsman, options, known), bootDevices: devices };
}

/** From what the machine can be told to start once; null when the firmware does not say. */
export async function readBootDevices(wsman: Wsman, options: PostOptions): Promise<BootDevice[] | null> {
  const found = await look(wsman, "AMT_BootCapabilities", options);
  return typeof found === "string" ? null : bootDevicesIn(found);
}

/** A device that is not named at all counts as not possible; an instance that names none says nothing. */
function bootDevicesIn(instance: Instance): BootDevice[] | null {
  const said = bootDevices.filter((device) => instance.value(bootProperties[device]) !== undefined);
  if (said.length === 0) return null;
  return said.filter((device) => /^(true|1)$/i.test(instance.value(bootProperties[device]) ?? ""));
}
