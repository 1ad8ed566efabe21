import type { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import type { PostOptions } from "./client/device.ts";
import type { Reference, Values } from "./client/envelope.ts";
import { amtFault } from "./client/faults.ts";
import type { Instance } from "./client/instance.ts";
import type { Wsman } from "./client/wsman.ts";
import { putInstance } from "./put-instance.ts";

/** What the next start alone may go to. */
export const bootDevices = ["bios", "pxe", "disk"] as const;
export type BootDevice = (typeof bootDevices)[number];

const sources: Record<BootDevice, string | null> = {
  bios: null,
  pxe: "Intel(r) AMT: Force PXE Boot",
  disk: "Intel(r) AMT: Force Hard-drive Boot",
};

/** Properties that AMT gives and does not take back: a Put with them fails. */
const notPut = new Set([
  "WinREBootEnabled",
  "UEFILocalPBABootEnabled",
  "UEFIHTTPSBootEnabled",
  "SecureBootControlEnabled",
  "BootguardStatus",
  "OptionsCleared",
  "BIOSLastStatus",
  "UefiBootParametersArray",
  "RPEEnabled",
]);
/** Numbers that say where to start from or how loudly. */
const zeroed = new Set(["BootMediaIndex", "FirmwareVerbosity", "IDERBootDevice", "UefiBootNumberOfParams"]);
/** The one flag that protects: it stays as it is (and must not be cleared in client control mode). */
const kept = new Set(["EnforceSecureBoot"]);

/** The settings of the next start with everything cleared that an earlier request may have left, and only `bios` set. */
export function clearedSettings(read: Instance, bios: boolean): Values {
  return read.properties
    .filter(([name]) => !notPut.has(name))
    .map(([name, value]) => {
      if (name === "BIOSSetup") return [name, bios] as const;
      if (zeroed.has(name)) return [name, 0] as const;
      const flag = /^(true|false)$/i.test(value) && !kept.has(name);
      return [name, flag ? false : value] as const;
    });
}

/**
 * Sets where the next start alone goes, in the order that AMT wants: read the settings, forget the boot order, write
 * cleared settings, name the configuration, set the order (FIELD-NOTES 1, "One-time boot"). Throws the OpsErrors of
 * the client and `amt.boot-refused`.
 */
export async function setNextBoot(wsman: Wsman, device: BootDevice, options: PostOptions): Promise<void> {
  const settings = await wsman.get("AMT_BootSettingData", options);
  await changeBootOrder(wsman, null, options);
  await putInstance(wsman, "AMT_BootSettingData", clearedSettings(settings, device === "bios"), options);
  const { returnValue } = await wsman.invoke(
    "CIM_BootService",
    "SetBootConfigRole",
    [
      [
        "BootConfigSetting",
        { class: "CIM_BootConfigSetting", selectors: { InstanceID: "Intel(r) AMT: Boot Configuration 0" } },
      ],
      ["Role", 1],
    ],
    options,
  );
  if (returnValue !== 0) throw bootRefused(wsman, "SetBootConfigRole", returnValue);
  await changeBootOrder(wsman, sources[device], options);
}

/** Takes back what `setNextBoot` set, so that it does not leak into a later start. Throws the same. */
export async function clearNextBoot(wsman: Wsman, options: PostOptions): Promise<void> {
  const settings = await wsman.get("AMT_BootSettingData", options);
  await changeBootOrder(wsman, null, options);
  await putInstance(wsman, "AMT_BootSettingData", clearedSettings(settings, false), options);
}

async function changeBootOrder(wsman: Wsman, source: string | null, options: PostOptions): Promise<void> {
  // No Source element at all forgets the order; an empty one is refused by newer firmware.
  const reference: Reference | null =
    source === null ? null : { class: "CIM_BootSourceSetting", selectors: { InstanceID: source } };
  const { returnValue } = await wsman.invoke(
    "CIM_BootConfigSetting",
    "ChangeBootOrder",
    reference ? [["Source", reference]] : [],
    options,
  );
  if (returnValue !== 0) throw bootRefused(wsman, "ChangeBootOrder", returnValue);
}

function bootRefused(wsman: Wsman, step: string, returnValue: number): OpsError {
  const { name } = wsman.device.place;
  return amtFault(
    "boot-refused",
    text(
      `AMT on ${name} refused to set the next boot (${step}, return value ${returnValue}).`,
      `L'AMT de ${name} a refusé de régler le prochain démarrage (${step}, valeur de retour ${returnValue}).`,
    ),
    text(
      "The machine may not offer this boot device, or want its user's consent first.",
      "La machine n'offre peut-être pas ce périphérique de démarrage, ou exige d'abord l'accord de son utilisateur.",
    ),
  );
}
