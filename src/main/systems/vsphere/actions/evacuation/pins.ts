import { type LocalText, text } from "../../../../../shared/text.ts";
import type { XmlElement } from "../../../xml.ts";
import { child, children, flagAt, wordsAt } from "../../client/values.ts";

const passthrough = new Set(["VirtualPCIPassthrough", "VirtualSriovEthernetCard"]);
/** Removable drives that are a drive of the host while they are connected. */
const hostDrives = new Set([
  "VirtualCdromAtapiBackingInfo",
  "VirtualCdromPassthroughBackingInfo",
  "VirtualFloppyDeviceBackingInfo",
]);
const hostDevices = new Set([
  "VirtualUSBUSBBackingInfo",
  "VirtualSCSIPassthroughDeviceBackingInfo",
  "VirtualParallelPortDeviceBackingInfo",
  "VirtualSerialPortDeviceBackingInfo",
]);

/**
 * What of its devices (`config.hardware.device`) binds a running VM to its host, in words; null when nothing does. A drive
 * that is not connected binds it to nothing.
 */
export function pinOf(devices: XmlElement | undefined): LocalText | null {
  for (const device of children(devices, "VirtualDevice")) {
    const type = typeOf(device);
    const backing = typeOf(child(device, "backing"));
    const label = wordsAt(device, "deviceInfo", "label") ?? type;
    if (passthrough.has(type)) {
      return text(
        `${label} is a device of its host that is passed through to it.`,
        `${label} est un périphérique de son hôte en accès direct.`,
      );
    }
    const isConnected = flagAt(device, "connectable", "connected") !== false;
    if (isConnected && (hostDrives.has(backing) || hostDevices.has(backing))) {
      return text(
        `${label} is connected to a device of its host.`,
        `${label} est connecté à un périphérique de son hôte.`,
      );
    }
  }
  return null;
}

function typeOf(element: XmlElement | undefined): string {
  return /([A-Za-z0-9]{1,80})$/.exec(element?.attributes.get("type") ?? "")?.[1] ?? "";
}
