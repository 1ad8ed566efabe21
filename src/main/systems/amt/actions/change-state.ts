import { z } from "zod";
import type { Probe, Risk } from "../../../../shared/action.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import type { MachineAccess } from "../machine-access.ts";
import { type PowerState, type PowerWord, powerCodes } from "../power.ts";
import { readSaving } from "../standby.ts";
import { powerAction, settledAfterOf } from "./frame.ts";
import {
  lastReadUnavailable,
  type MachineActionParts,
  machineIs,
  type PowerTimes,
  powerFact,
} from "./parts.ts";
import { sendAwake, sendPower } from "./send.ts";
import { settleAwake, settleState } from "./settle.ts";
import { awaitAwake, awaitState } from "./watch.ts";

const inputSchema = z.strictObject({});
type Input = z.infer<typeof inputSchema>;

interface StateChange {
  id: string;
  title: LocalText;
  verb: LocalText;
  risk: Risk;
  word: PowerWord;
  wanted: PowerState;
  /** Needs the operating system's help: only where the firmware offers it. */
  graceful: boolean;
  does: LocalText;
}

const changes: readonly StateChange[] = [
  {
    id: "amt.power-on",
    title: text("Power on", "Allumer"),
    verb: text("Power on", "Allumer"),
    risk: "disruptive",
    word: "on",
    wanted: "on",
    graceful: false,
    does: text(
      "Switch the machine on; it starts from its usual device.",
      "Allumer la machine ; elle démarre sur son périphérique habituel.",
    ),
  },
  {
    id: "amt.graceful-off",
    title: text("Shut down gracefully", "Arrêter proprement"),
    verb: text("Shut down", "Arrêter"),
    risk: "disruptive",
    word: "graceful-off",
    wanted: "off",
    graceful: true,
    does: text(
      "Let the operating system shut down and switch the machine off.",
      "Laisser le système d'exploitation s'arrêter et éteindre la machine.",
    ),
  },
  {
    id: "amt.power-off",
    title: text("Power off hard", "Éteindre de force"),
    verb: text("Power off", "Éteindre"),
    risk: "destructive",
    word: "off",
    wanted: "off",
    graceful: false,
    does: text(
      "Switch the machine off at once; its operating system is not shut down and unwritten data is lost.",
      "Éteindre la machine immédiatement ; son système d'exploitation n'est pas arrêté et les données non écrites sont perdues.",
    ),
  },
];

/** Power on, graceful off and hard off: proven when AMT shows the machine in the state that was asked for. */
export function stateChangeActions(
  access: MachineAccess,
  parts: MachineActionParts,
  times: PowerTimes,
): Action<Input>[] {
  return changes.map((change) => stateChangeAction(access, parts, times, change));
}

function stateChangeAction(
  access: MachineAccess,
  parts: MachineActionParts,
  times: PowerTimes,
  change: StateChange,
): Action<Input> {
  const { id, title, verb, risk, word, wanted, graceful } = change;
  const patience = graceful ? times.gracefulPatience : times.patience;
  const savingOf = (context: ActionContext) =>
    readSaving(access.client(context.resource.id), { signal: context.signal, patient: true });
  return powerAction(access, parts, times, {
    id,
    title,
    verb,
    risk,
    input: inputSchema,
    fields: [],
    graceful,
    asks: () => word,
    unavailable(resource) {
      const error = resource.sources[access.system]?.error?.message;
      if (error) return error;
      if (powerFact(access, resource, "power.state") === wanted) {
        const wakes = word === "on" && powerFact(access, resource, "power.saving") === "saving";
        return wakes ? null : machineIs(wanted);
      }
      return lastReadUnavailable(access, resource, [word], graceful);
    },
    describe: () => explain(change, patience),
    async early(context, { state }) {
      if (state !== wanted) return null;
      if (word === "on" && (await savingOf(context)) === "saving") {
        return { state: "needed", text: inStandby, observed: { standby: true }, steps: wakeSteps(patience) };
      }
      return { state: "done", text: machineIs(wanted) };
    },
    needed: async (_context, { state }) => ({ text: machineIs(state), observed: {} }),
    apply: (context, _input, probe) =>
      isStandby(probe) ? sendAwake(access, context) : sendPower(access, context, powerCodes[word]),
    prove: (context, probe, sentAt) =>
      isStandby(probe)
        ? awaitAwake(access, context, { sentAt, patience, times })
        : awaitState(access, context, { wanted, sentAt, patience, times }),
    settle(context, probe) {
      const settledAfter = settledAfterOf(graceful, times);
      return isStandby(probe)
        ? settleAwake(access, context, { probe, settledAfter })
        : settleState(access, context, { wanted, probe, settledAfter });
    },
  });
}

const inStandby = text(
  "The machine counts as on, but its operating system saves power (Modern Standby): it will be woken.",
  "La machine compte comme allumée, mais son système d'exploitation est en veille moderne : il sera réveillé.",
);

function wakeSteps(patience: number): LocalText[] {
  const minutes = Math.round(patience / 60_000);
  return [
    text(
      "Ask the operating system to leave its power saving.",
      "Demander au système d'exploitation de quitter sa veille.",
    ),
    text(
      `Wait until AMT shows it awake, ${minutes} minutes at most.`,
      `Attendre qu'AMT le montre éveillé, ${minutes} minutes au plus.`,
    ),
  ];
}

function isStandby(probe: Probe): boolean {
  return probe.observed.standby === true;
}

function explain({ does, wanted }: StateChange, patience: number) {
  const minutes = Math.round(patience / 60_000);
  const state = machineIs(wanted);
  return {
    steps: [
      text(
        "Read the power state and what the firmware offers.",
        "Lire l'état d'alimentation et ce que le micrologiciel offre.",
      ),
      does,
      text(
        `Wait until AMT shows it, ${minutes} minutes at most.`,
        `Attendre qu'AMT le montre, ${minutes} minutes au plus.`,
      ),
    ],
    proof: text(`AMT's own power state says: ${state.en}`, `L'état d'alimentation d'AMT dit : ${state.fr}`),
    undo: null,
  };
}
