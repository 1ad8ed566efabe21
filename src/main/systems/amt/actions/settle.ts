import type { Probe } from "../../../../shared/action.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionContext, Settlement } from "../../../actions/action.ts";
import type { MachineAccess } from "../machine-access.ts";
import { type PowerState, readPower, stateWords } from "../power.ts";
import { readSaving } from "../standby.ts";
import { machineIs } from "./parts.ts";
import { lastStartOf } from "./watch.ts";

/** Whether a machine went to a state that it was asked for, when the answer was lost. */
export async function settleState(
  access: MachineAccess,
  context: ActionContext,
  parts: { wanted: PowerState; probe: Probe; settledAfter: number },
): Promise<Settlement> {
  const { state } = await readPower(access.client(context.resource.id), {
    signal: context.signal,
    patient: true,
  });
  const data = { powerState: state };
  const words = stateWords[state];
  if (state === parts.wanted) {
    return {
      effect: "happened",
      text: text(`The machine is ${words.en}, as was asked.`, `La machine est ${words.fr}, comme demandé.`),
      data,
    };
  }
  const { en, fr } = machineIs(state);
  return ageOf(access, parts.probe) >= parts.settledAfter
    ? {
        effect: "did-not-happen",
        text: text(
          `${en} The power change was not carried out.`,
          `${fr} Le changement d'alimentation n'a pas eu lieu.`,
        ),
        data,
      }
    : {
        effect: "unknown",
        text: text(
          `${en} The power change may still come.`,
          `${fr} Le changement d'alimentation peut encore venir.`,
        ),
        data,
      };
}

/** Whether an operating system left its power saving, when the answer was lost. */
export async function settleAwake(
  access: MachineAccess,
  context: ActionContext,
  parts: { probe: Probe; settledAfter: number },
): Promise<Settlement> {
  const saving = await readSaving(access.client(context.resource.id), {
    signal: context.signal,
    patient: true,
  });
  const data = { saving };
  if (saving === "awake") {
    return {
      effect: "happened",
      text: text(
        "The operating system is awake, as was asked.",
        "Le système d'exploitation est éveillé, comme demandé.",
      ),
      data,
    };
  }
  const still = saving === "saving" && ageOf(access, parts.probe) >= parts.settledAfter;
  return {
    effect: still ? "did-not-happen" : "unknown",
    text: still
      ? text("The operating system still saves power.", "Le système d'exploitation est toujours en veille.")
      : text(
          "Whether the operating system will leave its power saving is not known.",
          "On ne sait pas si le système d'exploitation quittera sa veille.",
        ),
    data,
  };
}

/** Whether a machine started again, when the answer was lost: only its event log can tell. */
export async function settleRestart(
  access: MachineAccess,
  context: ActionContext,
  parts: { probe: Probe; settledAfter: number },
): Promise<Settlement> {
  const { state } = await readPower(access.client(context.resource.id), {
    signal: context.signal,
    patient: true,
  });
  const before = parts.probe.observed.lastStart;
  const after = state === "on" ? await lastStartOf(access, context) : null;
  const data = {
    powerState: state,
    lastStartBefore: typeof before === "number" ? before : null,
    lastStart: after,
  };
  if (typeof before === "number" && after !== null && after > before) {
    return {
      effect: "happened",
      text: text(
        "The machine has started again: its BIOS has a newer entry in AMT's log.",
        "La machine a redémarré : son BIOS a une entrée plus récente dans le journal d'AMT.",
      ),
      data,
    };
  }
  if (state !== "on") {
    const { en, fr } = machineIs(state);
    return {
      effect: "unknown",
      text: text(
        `${en} Whether it will come on again is not known.`,
        `${fr} On ne sait pas si elle se rallumera.`,
      ),
      data,
    };
  }
  // A machine whose BIOS wrote to the log at earlier starts would have done so at this one.
  if (typeof before === "number" && after === before && ageOf(access, parts.probe) >= parts.settledAfter) {
    return {
      effect: "did-not-happen",
      text: text(
        "The machine is on, and its BIOS has written no newer start into AMT's log: it has not started again.",
        "La machine est allumée et son BIOS n'a inscrit aucun démarrage plus récent dans le journal d'AMT : elle n'a pas redémarré.",
      ),
      data,
    };
  }
  return {
    effect: "unknown",
    text: text(
      "The machine is on; AMT alone cannot tell whether it started again. Look at its screen or its boot identifier.",
      "La machine est allumée ; AMT seul ne peut pas dire si elle a redémarré. Regardez son écran ou son identifiant de démarrage.",
    ),
    data,
  };
}

/** Milliseconds since the machine was looked at before the request. */
function ageOf(access: MachineAccess, probe: Probe): number {
  const { at } = probe.observed;
  return typeof at === "number" ? access.now() - at : 0;
}
