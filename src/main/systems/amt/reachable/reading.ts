import { OpsError } from "../../../../shared/errors.ts";
import type { PostOptions } from "../client/device.ts";
import type { Selectors } from "../client/envelope.ts";
import type { Instance } from "../client/instance.ts";
import type { ClassName } from "../client/namespaces.ts";
import type { Wsman } from "../client/wsman.ts";
import { type ConsentReading, readConsent } from "../consent.ts";
import { type Firmware, firmwareOf } from "../firmware.ts";
import { type SettingId, settings } from "./settings.ts";

/** Why a setting has no value: the firmware has no such class, does not let this user look, or does not say. */
export type Lack = "absent" | "denied" | "silent";
/** In client control mode the machine's user must consent to everything; `none` is a machine that is not set up. */
export type ControlMode = "client" | "admin" | "none";

export interface ReachReading {
  values: Record<SettingId, { value: string } | { lack: Lack }>;
  /** Whether the BIOS allows KVM at all; null when the firmware does not say. */
  allowedByBios: boolean | null;
  controlMode: ControlMode | null;
  /** Whether the set-up of AMT is finished; null when the firmware does not say. */
  setUp: boolean | null;
  consent: ConsentReading | null;
  firmware: Firmware;
}

const controlModes: Record<number, ControlMode> = { 0: "none", 1: "client", 2: "admin" };

/**
 * Reads all that decides whether the machine can be reached, about ten requests one after the other. What the firmware
 * does not have or does not show is told as that. Throws when the device does not answer.
 */
export async function readReach(
  wsman: Wsman,
  options: PostOptions,
  known: Firmware | null = null,
): Promise<ReachReading> {
  const instances = new Map<ClassName, Instance | Lack>();
  for (const { of, selectors } of settings) {
    if (!instances.has(of)) instances.set(of, await look(wsman, of, options, selectors));
  }
  const found = (id: SettingId): { value: string } | { lack: Lack } => {
    const setting = settings.find((each) => each.id === id);
    const instance = setting && instances.get(setting.of);
    if (!setting || !instance) return { lack: "absent" };
    if (typeof instance === "string") return { lack: instance };
    const value = setting.from(instance);
    return value === null ? { lack: "silent" } : { value };
  };
  const screen = instances.get("IPS_KVMRedirectionSettingData");
  const mode = await look(wsman, "IPS_HostBasedSetupService", options);
  const setUp = await look(wsman, "AMT_SetupAndConfigurationService", options);
  return {
    values: {
      kvm: found("kvm"),
      redirection: found("redirection"),
      listener: found("listener"),
      "port-5900": found("port-5900"),
      "link-policy": found("link-policy"),
    },
    allowedByBios: truth(screen, "EnabledByMEBx"),
    controlMode: controlModes[numberOf(mode, "CurrentControlMode") ?? -1] ?? null,
    setUp: finished(numberOf(setUp, "ProvisioningState")),
    consent: await readConsent(wsman, options),
    firmware: known ?? firmwareOf(await software(wsman, options)),
  };
}

/** AMT_SetupAndConfigurationService.ProvisioningState: before, during and after the set-up. */
function finished(state: number | undefined): boolean | null {
  return state === undefined ? null : state === 2;
}

async function software(wsman: Wsman, options: PostOptions): Promise<Instance[]> {
  try {
    return await wsman.enumerate("CIM_SoftwareIdentity", options);
  } catch (thrown) {
    lackOf(thrown);
    return [];
  }
}

/** An instance, or why it cannot be seen. */
export async function look(
  wsman: Wsman,
  name: ClassName,
  options: PostOptions,
  selectors?: Selectors,
): Promise<Instance | Lack> {
  try {
    return await wsman.get(name, options, selectors);
  } catch (thrown) {
    return lackOf(thrown);
  }
}

function lackOf(thrown: unknown): Lack {
  if (thrown instanceof OpsError) {
    if (thrown.code === "amt.access-denied") return "denied";
    if (thrown.code === "amt.not-offered" || thrown.code === "amt.refused") return "absent";
  }
  throw thrown;
}

function numberOf(found: Instance | Lack, property: string): number | undefined {
  return typeof found === "string" ? undefined : found.number(property);
}

function truth(found: Instance | Lack | undefined, property: string): boolean | null {
  if (found === undefined || typeof found === "string") return null;
  const value = found.value(property)?.toLowerCase();
  if (value === "true" || value === "1") return true;
  return value === "false" || value === "0" ? false : null;
}
