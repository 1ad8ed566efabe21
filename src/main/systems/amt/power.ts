import { type LocalText, text } from "../../../shared/text.ts";
import type { PostOptions } from "./client/device.ts";
import { answerGarbage } from "./client/faults.ts";
import type { Output, Wsman } from "./client/wsman.ts";

/**
 * The codes of CIM_AssociatedPowerManagementService.PowerState and of RequestPowerStateChange, with the word that
 * stands for each in the fact `power.available`.
 */
export const powerCodes = {
  on: 2,
  "light-sleep": 3,
  "deep-sleep": 4,
  cycle: 5,
  "off-hard": 6,
  hibernate: 7,
  off: 8,
  "cycle-hard": 9,
  reset: 10,
  interrupt: 11,
  "graceful-off": 12,
  "graceful-off-hard": 13,
  "graceful-reset": 14,
  "graceful-cycle": 15,
  "graceful-cycle-hard": 16,
} as const;
export type PowerWord = keyof typeof powerCodes;

/** How a machine stands, as far as hands care: a hibernated machine is off but keeps what it did. */
export type PowerState = "on" | "sleeping" | "hibernated" | "off" | "changing" | "unknown";

export interface PowerReading {
  state: PowerState;
  code: number;
  /** What the firmware accepts now; null when it does not say. */
  available: number[] | null;
}

/** Reads the power state and what may be asked for now, in one request. */
export async function readPower(wsman: Wsman, options: PostOptions): Promise<PowerReading> {
  const found = await wsman.get("CIM_AssociatedPowerManagementService", options);
  const code = found.number("PowerState");
  if (code === undefined) throw answerGarbage(wsman.device.place.name, "WS-Management");
  const available = [...new Set(found.numbers("AvailableRequestedPowerStates"))].slice(0, 32);
  return { state: stateOf(code), code, available: available.length > 0 ? available : null };
}

function stateOf(code: number): PowerState {
  if (code === powerCodes.on) return "on";
  if (code === 3 || code === 4) return "sleeping";
  if (code === 7) return "hibernated";
  if (code === 6 || code === 8 || code === 12 || code === 13) return "off";
  if ([5, 9, 10, 11, 14, 15, 16].includes(code)) return "changing";
  return "unknown";
}

/** The word for a code as facts hold it; the number itself where there is none. */
export function powerWord(code: number): string {
  return Object.entries(powerCodes).find(([, each]) => each === code)?.[0] ?? String(code);
}

/** A state in a sentence: "the machine is …". */
export const stateWords: Record<PowerState, LocalText> = {
  on: text("on", "allumée"),
  sleeping: text("asleep", "en veille"),
  hibernated: text("hibernated", "en veille prolongée"),
  off: text("off", "éteinte"),
  changing: text("changing its state", "en train de changer d'état"),
  unknown: text("in a state that AMT does not name", "dans un état qu'AMT ne nomme pas"),
};

/**
 * Asks for a power state once. What comes back says only whether it was accepted (0); 2 means that the machine cannot
 * do this from its present state.
 */
export function requestPower(
  wsman: Wsman,
  code: number,
  options: PostOptions & { sending(): void },
): Promise<Output> {
  return wsman.invoke(
    "CIM_PowerManagementService",
    "RequestPowerStateChange",
    [
      ["PowerState", code],
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

/** Why a power request was refused, by its return value. */
export function refusalWords(returnValue: number): LocalText {
  if (returnValue === 1) {
    return text(
      "The firmware does not support this power change (return value 1).",
      "Le micrologiciel ne permet pas ce changement d'alimentation (valeur de retour 1).",
    );
  }
  if (returnValue === 2) {
    return text(
      "The firmware is not ready for this power change (return value 2): it is not possible from the present state, or a screen, serial or storage session is open.",
      "Le micrologiciel n'est pas prêt pour ce changement d'alimentation (valeur de retour 2) : l'état actuel ne le permet pas, ou une session d'écran, de console série ou de stockage est ouverte.",
    );
  }
  return text(
    `The firmware refused the power change (return value ${returnValue}).`,
    `Le micrologiciel a refusé le changement d'alimentation (valeur de retour ${returnValue}).`,
  );
}
