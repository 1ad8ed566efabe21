import { z } from "zod";
import type { Risk } from "../../../../shared/action.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import type { MachineAccess } from "../machine-access.ts";
import { type PowerState, type PowerWord, powerCodes, powerWord, readPower } from "../power.ts";
import {
  defaultPowerTimes,
  isOffered,
  lastReadUnavailable,
  type MachineActionParts,
  machineIs,
  notOffered,
  type PowerTimes,
} from "./parts.ts";
import { awaitSpacing, refusalOf, sendPower, sentAtOf } from "./send.ts";
import { settleState } from "./settle.ts";
import { awaitState } from "./watch.ts";

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
  times: PowerTimes = defaultPowerTimes,
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
  return {
    id,
    title,
    verb,
    risk,
    effect: "once",
    kinds: ["host"],
    input: inputSchema,
    fields: [],
    bulk: false,
    appliesTo: (resource) => access.has(resource.id),
    unavailable(resource) {
      const error = resource.sources[access.system]?.error?.message;
      if (error) return error;
      if (resource.facts["power.state"]?.value === wanted) return machineIs(wanted);
      return lastReadUnavailable(access, resource, [word], graceful);
    },
    describe: () => explain(change, patience),

    async probe(context) {
      const power = await readPower(access.client(context.resource.id), {
        signal: context.signal,
        patient: true,
      });
      const observed = {
        powerState: power.state,
        code: power.code,
        available: power.available,
        at: access.now(),
      };
      if (power.state === wanted) return { state: "done", text: machineIs(wanted), observed };
      if (!isOffered(power, word, graceful)) {
        return { state: "impossible", text: notOffered(power.available?.map(powerWord) ?? null), observed };
      }
      return { state: "needed", text: machineIs(power.state), observed };
    },

    async apply(context) {
      await awaitSpacing(access, context, times);
      return sendPower(access, context, powerCodes[word]);
    },

    async verify(context, _input, _probe, applied) {
      parts.onChanged(context.resource.id);
      const refusal = refusalOf(applied);
      if (refusal) return { proven: false, text: refusal, data: {} };
      return awaitState(access, context, {
        wanted,
        sentAt: sentAtOf(applied, access.now()),
        patience,
        times,
      });
    },

    settle(context, _input, probe) {
      parts.onChanged(context.resource.id);
      const settledAfter = graceful ? times.gracefulSettled : times.settled;
      return settleState(access, context, { wanted, probe, settledAfter });
    },
  };
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
