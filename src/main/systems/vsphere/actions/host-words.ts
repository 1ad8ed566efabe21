import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";

/** What every action on a host has in common. */
export function onHosts({ system }: { system: string }) {
  return {
    kinds: ["host"] as const,
    appliesTo: (resource: Resource) => resource.id.startsWith(`${system}/hosts/`),
    unavailable: (resource: Resource) => resource.sources[system]?.error?.message ?? null,
    // In a run the step before may have changed it a moment ago: its probe reads it.
    idle: notConnectedBy,
  };
}

/** Why a host cannot be asked for anything by what is known of it; null when it can. */
export function notConnectedBy({ facts }: Resource): LocalText | null {
  const connection = facts["vsphere.connection"]?.value;
  return typeof connection === "string" && connection !== "connected" ? notConnected : null;
}

export const notConnected = text(
  "The host is not connected to vCenter.",
  "L'hôte n'est pas connecté à vCenter.",
);
export const inMaintenance = text("The host is in maintenance mode.", "L'hôte est en mode maintenance.");
export const notInMaintenance = text(
  "The host is not in maintenance mode.",
  "L'hôte n'est pas en mode maintenance.",
);

/** The maintenance mode of a host in words. */
export function modeWords(maintenance: boolean | null): LocalText {
  return maintenance === true ? inMaintenance : notInMaintenance;
}

/** What a person can do about VMs that cannot leave, after why they cannot. */
export function whatThen({ en, fr }: LocalText): LocalText {
  return text(
    `${en} Shut them down, detach the device, or migrate them with their disks; then try again.`,
    `${fr} Arrêtez-les, détachez le périphérique, ou migrez-les avec leurs disques ; puis réessayez.`,
  );
}
