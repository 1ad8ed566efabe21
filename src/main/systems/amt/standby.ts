import { OpsError } from "../../../shared/errors.ts";
import type { PostOptions } from "./client/device.ts";
import type { Output, Wsman } from "./client/wsman.ts";

/**
 * Whether the operating system of a machine that is on saves power (Modern Standby): then AMT calls the machine on, and
 * to power it on does nothing.
 */
export type Saving = "awake" | "saving";

const codes: Record<number, Saving> = { 2: "awake", 3: "saving" };

/**
 * Reads IPS_PowerManagementService.OSPowerSavingState, which is absent on a machine that is off and on firmware before
 * AMT 12: null then. Throws when the device does not answer.
 */
export async function readSaving(wsman: Wsman, options: PostOptions): Promise<Saving | null> {
  try {
    const service = await wsman.get("IPS_PowerManagementService", options);
    return codes[service.number("OSPowerSavingState") ?? -1] ?? null;
  } catch (thrown) {
    if (thrown instanceof OpsError && unsaid.has(thrown.code)) return null;
    throw thrown;
  }
}

const unsaid = new Set(["amt.not-offered", "amt.refused", "amt.access-denied"]);

/** Asks once that the operating system leave its power saving; 0 says only that it was accepted. */
export function requestAwake(wsman: Wsman, options: PostOptions & { sending(): void }): Promise<Output> {
  return wsman.invoke(
    "IPS_PowerManagementService",
    "RequestOSPowerSavingStateChange",
    [
      ["OSPowerSavingState", 2],
      [
        "ManagedElement",
        {
          class: "CIM_ComputerSystem",
          selectors: { CreationClassName: "CIM_ComputerSystem", Name: "ManagedSystem" },
        },
      ],
    ],
    options,
  );
}
