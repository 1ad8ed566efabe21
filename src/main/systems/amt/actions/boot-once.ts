import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import { type BootDevice, bootDevices } from "../boot.ts";
import { readBootDevices } from "../capabilities.ts";
import { nobodyToAsk } from "../consent-faults.ts";
import type { MachineAccess } from "../machine-access.ts";
import { lastStartIn, powerAction } from "./frame.ts";
import {
  bootConsent,
  codeFirst,
  prepareBoot,
  startBy,
  startPrepared,
  stateIn,
  wantsConsent,
} from "./next-boot.ts";
import { lastReadUnavailable, type MachineActionParts, machineIs, type PowerTimes } from "./parts.ts";
import { settleRestart, settleState } from "./settle.ts";
import { awaitRestart, awaitState, lastStartOf } from "./watch.ts";

const inputSchema = z.strictObject({ device: z.enum(bootDevices) });
type Input = z.infer<typeof inputSchema>;

const deviceWords: Record<BootDevice, LocalText> = {
  bios: text("BIOS setup", "la configuration du BIOS"),
  pxe: text("the network (PXE)", "le réseau (PXE)"),
  disk: text("its disk", "son disque"),
};

const deviceField: InputField = {
  name: "device",
  label: text("Start from", "Démarrer sur"),
  type: "choice",
  required: true,
  choices: bootDevices.map((value) => ({ value, label: deviceWords[value] })),
  initial: "bios",
};

const noBootAtAll = text(
  "The firmware can set no other boot device for one start on this machine.",
  "Le micrologiciel ne peut régler aucun autre périphérique pour un démarrage sur cette machine.",
);

/** Why a machine cannot be told to start from a device; null when it can, or when that is not known. */
function noSuchBoot(device: BootDevice, devices: readonly string[] | null): LocalText | null {
  if (devices === null || devices.includes(device)) return null;
  const { en, fr } = deviceWords[device];
  return text(
    `The firmware says that it cannot make this machine start from ${en}.`,
    `Le micrologiciel indique ne pas pouvoir faire démarrer cette machine sur ${fr}.`,
  );
}

/** The devices by what was read last; null when that is not known. */
function devicesOf(resource: Resource): readonly string[] | null {
  const value = resource.facts["amt.bootDevices"]?.value;
  return Array.isArray(value) ? value : null;
}

/**
 * Starts the machine once from another device: settings first, then power on, or a reset where it is running. If
 * anything before the power request fails, the settings are taken back and nothing has changed.
 */
export function bootOnceAction(
  access: MachineAccess,
  parts: MachineActionParts,
  times: PowerTimes,
): Action<Input> {
  return powerAction(access, parts, times, {
    id: "amt.boot-once",
    title: text("Start once from another device", "Démarrer une fois sur un autre périphérique"),
    verb: text("Start", "Démarrer"),
    risk: "destructive",
    input: inputSchema,
    fields: [deviceField],
    graceful: false,
    asks: startBy,
    unavailable: (resource) =>
      lastReadUnavailable(access, resource, ["on", "reset"], false) ??
      (devicesOf(resource)?.length === 0 ? noBootAtAll : null),
    describe: ({ device }) => explain(device, times.patience),

    fieldsFor(resource) {
      const choices = bootDevices.map((value) => {
        const unavailable = noSuchBoot(value, devicesOf(resource));
        return { value, label: deviceWords[value], ...(unavailable && { unavailable }) };
      });
      const first = choices.find(({ unavailable }) => !unavailable) ?? choices[0];
      return [{ ...deviceField, choices, initial: first?.value ?? null }];
    },

    async early(context, _power, { device }) {
      const client = access.client(context.resource.id);
      const devices = await readBootDevices(client, { signal: context.signal, patient: true });
      const unable = noSuchBoot(device, devices);
      if (unable) return { state: "impossible", text: unable };
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

    async apply(context, { device }, probe) {
      await bootConsent(access, parts, context);
      await prepareBoot(access, context, device, probe);
      return startPrepared(access, context, probe);
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
