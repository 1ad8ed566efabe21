import type { XmlElement } from "../xml.ts";
import { retrieve } from "./client/collector.ts";
import type { VimSession } from "./client/session.ts";
import { child, children, flagAt, idAt, numberAt, wordsAt } from "./client/values.ts";
import type { Disk, Vm } from "./records.ts";

const property = "config.hardware.device";
const mostDisks = 64;

/**
 * Reads the disks of some VMs (VirtualMachine.config.hardware.device, VirtualDisk) into what is held of them. The devices
 * of ten thousand VMs are some hundred MiB, so they are read of those that somebody looks at. Throws what VimSession throws.
 */
export async function readDisks(session: VimSession, vms: readonly Vm[], signal: AbortSignal): Promise<void> {
  const configured = new Map(vms.map((vm) => [vm.id, vm.configured]));
  const found = await retrieve(session, vms, [property], signal);
  for (const vm of vms) {
    // What was configured meanwhile is read with the next look.
    if (vm.configured !== configured.get(vm.id)) continue;
    const devices = found.get(vm.id)?.get(property);
    // A VM without disks has an empty list; without a list it is not known.
    if (devices) vm.diskList = disksOf(devices);
  }
}

/** The disks among an array of devices. */
export function disksOf(value: XmlElement | undefined): Disk[] {
  const disks = children(value, "VirtualDevice").filter((device) =>
    /(^|:)VirtualDisk$/.test(device.attributes.get("type") ?? ""),
  );
  return disks.slice(0, mostDisks).map((device) => {
    const bytes = numberAt(device, "capacityInBytes");
    const kibibytes = numberAt(device, "capacityInKB");
    const backing = child(device, "backing");
    return {
      name: wordsAt(device, "deviceInfo", "label") ?? `#${wordsAt(device, "key") ?? "?"}`,
      size: bytes ?? (kibibytes === null ? null : kibibytes * 1024),
      datastore: idAt(backing, "datastore"),
      thin: flagAt(backing, "thinProvisioned"),
    };
  });
}

const gibibyte = 1024 ** 3;

/** `Hard disk 1: 40 GiB, thin, fast-1`. */
export function diskWords(
  { name, size, datastore, thin }: Disk,
  nameOf: (id: string) => string | null,
): string {
  const parts = [
    size === null ? null : `${Number((size / gibibyte).toPrecision(3))} GiB`,
    thin === null ? null : thin ? "thin" : "thick",
    datastore === null ? null : nameOf(datastore),
  ];
  return `${name}: ${parts.filter((part) => part !== null).join(", ")}`;
}
