import { z } from "zod";
import type { Probe } from "../../../../shared/action.ts";
import { type OpsError, toOpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Applied } from "../../../actions/action.ts";
import { type BootDevice, bootDevices, clearNextBoot, setNextBoot } from "../boot.ts";
import { amtFault } from "../client/faults.ts";
import { isGiven, needsConsent, readConsent, withConsent } from "../consent.ts";
import { nobodyToAsk } from "../consent-faults.ts";
import type { MachineAccess } from "../machine-access.ts";
import { type PowerState, type PowerWord, powerCodes, readPower } from "../power.ts";
import { lastStartIn, powerAction } from "./frame.ts";
import {
  defaultPowerTimes,
  lastReadUnavailable,
  type MachineActionParts,
  machineIs,
  type PowerTimes,
} from "./parts.ts";
import { awaitSpacing, refusalOf, sendPower } from "./send.ts";
import { settleRestart, settleState } from "./settle.ts";
import { awaitRestart, awaitState, lastStartOf } from "./watch.ts";

const inputSchema = z.strictObject({ device: z.enum(bootDevices) });
type Input = z.infer<typeof inputSchema>;

/** Milliseconds to take the settings back after a failure, whatever happens to the action. */
const clearDeadline = 20_000;

const deviceWords: Record<BootDevice, LocalText> = {
  bios: text("BIOS setup", "la configuration du BIOS"),
  pxe: text("the network (PXE)", "le réseau (PXE)"),
  disk: text("its disk", "son disque"),
};

/**
 * Starts the machine once from another device: settings first, then power on, or a reset where it is running. If
 * anything before the power request fails, the settings are taken back and nothing has changed.
 */
export function bootOnceAction(
  access: MachineAccess,
  parts: MachineActionParts,
  times: PowerTimes = defaultPowerTimes,
): Action<Input> {
  return powerAction(access, parts, {
    id: "amt.boot-once",
    title: text("Start once from another device", "Démarrer une fois sur un autre périphérique"),
    verb: text("Start", "Démarrer"),
    risk: "destructive",
    input: inputSchema,
    fields: [
      {
        name: "device",
        label: text("Start from", "Démarrer sur"),
        type: "choice",
        required: true,
        choices: bootDevices.map((value) => ({ value, label: deviceWords[value] })),
        initial: "bios",
      },
    ],
    graceful: false,
    asks: startBy,
    unavailable: (resource) => lastReadUnavailable(access, resource, ["on", "reset"], false),
    describe: ({ device }) => explain(device, times.patience),

    async early(context) {
      if (parts.questions.interactive || !(await wantsConsent(access, context))) return null;
      return { state: "impossible", text: nobodyToAsk(context.resource.name, "boot").text };
    },

    async needed(context, { state }) {
      const { en, fr } = machineIs(state);
      const consent = parts.questions.interactive && (await wantsConsent(access, context));
      const does =
        startBy(state) === "reset"
          ? text(`${en} It will be reset.`, `${fr} Elle sera réinitialisée.`)
          : text(`${en} It will be powered on.`, `${fr} Elle sera allumée.`);
      return {
        text: consent ? text(`${does.en} ${codeFirst.en}`, `${does.fr} ${codeFirst.fr}`) : does,
        observed: { consentNeeded: consent, lastStart: await lastStartOf(access, context) },
      };
    },

    async apply(context, { device }, probe): Promise<Applied> {
      await awaitSpacing(access, context, times);
      await consent(access, parts, context);
      await prepare(access, context, device, probe);
      const applied = await start(access, context, powerCodes[startBy(stateIn(probe))]);
      const refusal = refusalOf(applied);
      if (!refusal || (await takeBack(access, context))) return applied;
      const why = text(`${refusal.en} ${settingsLeft.en}`, `${refusal.fr} ${settingsLeft.fr}`);
      return { data: { ...applied.data, why } };
    },

    async prove(context, probe, sentAt) {
      const { patience } = times;
      const started =
        startBy(stateIn(probe)) === "on"
          ? await awaitState(access, context, { wanted: "on", sentAt, patience, times })
          : await awaitRestart(access, context, {
              startedBefore: lastStartIn(probe),
              sentAt,
              patience,
              times,
            });
      if (!started.proven) return started;
      return {
        ...started,
        text: text(
          `${started.text.en} From which device it starts, its screen shows.`,
          `${started.text.fr} L'écran montre sur quel périphérique elle démarre.`,
        ),
      };
    },

    settle: (context, probe) =>
      startBy(stateIn(probe)) === "on"
        ? settleState(access, context, { wanted: "on", probe, settledAfter: times.settled })
        : settleRestart(access, context, { probe, settledAfter: times.gracefulSettled }),
  });
}

/** A reset does nothing on a machine that is off. */
function startBy(state: PowerState): PowerWord & ("on" | "reset") {
  return state === "off" || state === "hibernated" ? "on" : "reset";
}

function stateIn(probe: Probe): PowerState {
  const { powerState } = probe.observed;
  return powerState === "off" || powerState === "hibernated" ? powerState : "on";
}

const codeFirst = text(
  "First a person in front of it must read out a six-digit code.",
  "Une personne devant elle doit d'abord lire un code à six chiffres.",
);

async function wantsConsent(access: MachineAccess, context: ActionContext): Promise<boolean> {
  const { signal } = context;
  const found = await readConsent(access.client(context.resource.id), { signal, patient: true });
  return found !== null && needsConsent(found.policy, "boot") && !isGiven(found.state);
}

function consent(access: MachineAccess, parts: MachineActionParts, context: ActionContext): Promise<void> {
  const { id } = context.resource;
  return withConsent(
    {
      client: access.client(id),
      machine: access.machine(id),
      questions: parts.questions,
      now: access.now,
      wait: access.wait,
      onAsking: () =>
        context.progress(
          text(
            "The consent of the machine's user is asked for: a person there must read out the code.",
            "L'accord de l'utilisateur de la machine est demandé : une personne sur place doit lire le code.",
          ),
        ),
    },
    "boot",
    context.signal,
  );
}

async function prepare(
  access: MachineAccess,
  context: ActionContext,
  device: BootDevice,
  probe: Probe,
): Promise<void> {
  const client = access.client(context.resource.id);
  const options = { signal: context.signal, patient: true };
  const { state } = await readPower(client, options);
  if (startBy(state) !== startBy(stateIn(probe))) throw changedMeanwhile(context.resource.name, state);
  context.progress(text("The next boot is being set.", "Réglage du prochain démarrage."));
  try {
    await setNextBoot(client, device, options);
  } catch (thrown) {
    if (await takeBack(access, context)) throw thrown;
    throw settingsLeftFault(context.resource.name, thrown, access.system);
  }
  context.progress(text("The next boot is set.", "Le prochain démarrage est réglé."));
}

/** Asks for power; the settings are taken back when something went wrong before the request left. */
async function start(access: MachineAccess, context: ActionContext, code: number): Promise<Applied> {
  let left = false;
  const committed = () => {
    context.committed();
    left = true;
  };
  try {
    return await sendPower(access, { ...context, committed }, code);
  } catch (thrown) {
    if (left || (await takeBack(access, context))) throw thrown;
    throw settingsLeftFault(context.resource.name, thrown, access.system);
  }
}

const settingsLeft = text(
  "The settings of the next boot could not be taken back: the next start may go to another device.",
  "Les réglages du prochain démarrage n'ont pas pu être retirés : le prochain démarrage peut se faire sur un autre périphérique.",
);

/** Clears the settings again, so that they do not surprise at a later start; false when that failed. */
async function takeBack(access: MachineAccess, context: ActionContext): Promise<boolean> {
  try {
    await clearNextBoot(access.client(context.resource.id), { signal: AbortSignal.timeout(clearDeadline) });
  } catch {
    context.progress(settingsLeft);
    return false;
  }
  context.progress(
    text(
      "The settings of the next boot were taken back.",
      "Les réglages du prochain démarrage ont été retirés.",
    ),
  );
  return true;
}

function settingsLeftFault(name: string, thrown: unknown, system: string): OpsError {
  const first = toOpsError(thrown, system);
  return amtFault(
    "boot-settings-left",
    text(
      `${name} was not started. ${first.text.en} ${settingsLeft.en}`,
      `${name} n'a pas été démarrée. ${first.text.fr} ${settingsLeft.fr}`,
    ),
    text(
      "When AMT answers again, start it once from its disk to clear them.",
      "Quand AMT répondra à nouveau, démarrez-la une fois sur son disque pour les effacer.",
    ),
    thrown,
  );
}

function changedMeanwhile(name: string, state: PowerState): OpsError {
  const { en, fr } = machineIs(state);
  return amtFault(
    "changed-meanwhile",
    text(
      `${name} has changed since it was looked at: ${en}`,
      `${name} a changé depuis sa vérification : ${fr}`,
    ),
    text("Look at it again, then start anew.", "Vérifiez-la de nouveau, puis recommencez."),
  );
}

function explain(device: BootDevice, patience: number) {
  const minutes = Math.round(patience / 60_000);
  const { en, fr } = deviceWords[device];
  return {
    steps: [
      text(
        "Clear the settings that an earlier one-time boot may have left.",
        "Effacer les réglages qu'un précédent démarrage ponctuel a pu laisser.",
      ),
      text(`Set the next start alone to ${en}.`, `Régler le seul prochain démarrage sur ${fr}.`),
      text(
        "Power the machine on, or reset it at once if it is running; unwritten data is lost then.",
        "Allumer la machine, ou la réinitialiser immédiatement si elle fonctionne ; les données non écrites sont alors perdues.",
      ),
      text(
        `Wait for a sign of the start, ${minutes} minutes at most.`,
        `Attendre un signe du démarrage, ${minutes} minutes au plus.`,
      ),
    ],
    proof: text(
      "AMT shows the machine on after it was off, or its event log holds a newer start; the device shows on its screen only.",
      "AMT montre la machine allumée après avoir été éteinte, ou son journal contient un démarrage plus récent ; seul l'écran montre le périphérique.",
    ),
    undo: null,
  };
}
