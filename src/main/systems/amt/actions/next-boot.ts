import type { Probe } from "../../../../shared/action.ts";
import { type OpsError, toOpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionContext, Applied } from "../../../actions/action.ts";
import { type BootDevice, clearNextBoot, setNextBoot } from "../boot.ts";
import { amtFault } from "../client/faults.ts";
import { isGiven, needsConsent, readConsent, withConsent } from "../consent.ts";
import type { MachineAccess } from "../machine-access.ts";
import { type PowerState, type PowerWord, powerCodes, readPower } from "../power.ts";
import { type MachineActionParts, machineIs } from "./parts.ts";
import { refusalOf, sendPower } from "./send.ts";

/** Milliseconds to take the settings back after a failure, whatever happens to the action. */
const clearDeadline = 20_000;

/** A reset does nothing on a machine that is off. */
export function startBy(state: PowerState): PowerWord & ("on" | "reset") {
  return state === "off" || state === "hibernated" ? "on" : "reset";
}

/** How the machine stood when it was looked at. */
export function stateIn(probe: Probe): PowerState {
  const { powerState } = probe.observed;
  return powerState === "off" || powerState === "hibernated" ? powerState : "on";
}

/** For a machine that wants consent, in its preview. */
export const codeFirst = text(
  "First a person in front of it must read out a six-digit code.",
  "Une personne devant elle doit d'abord lire un code à six chiffres.",
);

/** Whether the machine's user has yet to consent. */
export async function wantsConsent(access: MachineAccess, context: ActionContext): Promise<boolean> {
  const { signal } = context;
  const found = await readConsent(access.client(context.resource.id), { signal, patient: true });
  return found !== null && needsConsent(found.policy, "boot") && !isGiven(found.state);
}

/** Resolves when the machine's user has consented, where that is wanted. Throws as `withConsent` does. */
export function bootConsent(
  access: MachineAccess,
  parts: MachineActionParts,
  context: ActionContext,
): Promise<void> {
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

/**
 * Sets the next boot of a machine that still stands as it was looked at. What was set is taken back when a step fails;
 * where that fails too it throws OpsError `amt.boot-settings-left`.
 */
export async function prepareBoot(
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

/**
 * Asks for power once the next boot is set. The settings are taken back when it is refused, and when something went
 * wrong before the request left.
 */
export async function startPrepared(
  access: MachineAccess,
  context: ActionContext,
  probe: Probe,
): Promise<Applied> {
  const code = powerCodes[startBy(stateIn(probe))];
  let left = false;
  const committed = () => {
    context.committed();
    left = true;
  };
  let applied: Applied;
  try {
    applied = await sendPower(access, { ...context, committed }, code);
  } catch (thrown) {
    if (left || (await takeBack(access, context))) throw thrown;
    throw settingsLeftFault(context.resource.name, thrown, access.system);
  }
  const refusal = refusalOf(applied);
  if (!refusal || (await takeBack(access, context))) return applied;
  const why = text(`${refusal.en} ${settingsLeft.en}`, `${refusal.fr} ${settingsLeft.fr}`);
  return { data: { ...applied.data, why } };
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
