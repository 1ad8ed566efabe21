import type { Instance } from "./client/instance.ts";

/** What CIM_SoftwareIdentity tells of the management engine. */
export interface Firmware {
  /** Of AMT, such as "16.1.30". */
  version: string | null;
  /** Full AMT, or Intel Standard Manageability, which has no KVM; null when the firmware does not say. */
  edition: "full" | "standard" | null;
}

/** Bits of the firmware's `Sku`: AMT Pro, and Intel Standard Manageability (since AMT 5). */
const fullBit = 0x08;
const standardBit = 0x10;

/** Reads version and edition among the identities of software. */
export function firmwareOf(identities: readonly Instance[]): Firmware {
  const named = (id: string) => {
    const found = identities.find((each) => each.value("InstanceID")?.toLowerCase() === id);
    return found?.value("VersionString")?.trim() ?? "";
  };
  const version = named("amt");
  const sku = /^\d{1,9}$/.test(named("sku")) ? Number(named("sku")) : 0;
  const standard = (sku & standardBit) !== 0 && (sku & fullBit) === 0;
  return {
    version: /^\d{1,3}(\.\d{1,5}){1,3}/.exec(version)?.[0] ?? null,
    edition: standard ? "standard" : (sku & fullBit) !== 0 ? "full" : null,
  };
}

/** Whether a version is at least this one; false when it is not known. */
export function isAtLeast(version: string | null, major: number, minor: number): boolean {
  if (version === null) return false;
  const [first = 0, second = 0] = version.split(".").map(Number);
  return first > major || (first === major && second >= minor);
}
