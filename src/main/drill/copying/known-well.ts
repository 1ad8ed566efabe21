import { setTimeout as sleep } from "node:timers/promises";
import type { Known } from "./known.ts";

const pause = 50;

/** Whether what names the environments of VMs has been read: vCenters tell their tags after everything else. */
function isWhole({ estate, resources }: Known): boolean {
  return Object.entries(estate.systems).every(([id, system]) => {
    if (system.type !== "vsphere" || system.environments === undefined) return true;
    return resources.every(
      ({ system: own, kind, facts }) =>
        own !== id || kind !== "vm" || facts["hypervisor.tags"]?.value != null,
    );
  });
}

/** Waits until everything that a copy is made of was read, or until `signal` ends the waiting; gives what is known then. */
export async function knownWell(known: () => Known, signal: AbortSignal): Promise<Known> {
  for (;;) {
    const now = known();
    if (signal.aborted || isWhole(now)) return now;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}
