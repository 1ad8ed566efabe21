import { z } from "zod";
import type { Risk } from "../../../../shared/action.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import type { MachineAccess } from "../machine-access.ts";
import { type PowerWord, powerCodes } from "../power.ts";
import { lastStartIn, powerAction } from "./frame.ts";
import { lastReadUnavailable, type MachineActionParts, machineIs, type PowerTimes } from "./parts.ts";
import { sendPower } from "./send.ts";
import { settleRestart } from "./settle.ts";
import { awaitRestart, lastStartOf } from "./watch.ts";

const inputSchema = z.strictObject({});
type Input = z.infer<typeof inputSchema>;

interface Restart {
  id: string;
  title: LocalText;
  verb: LocalText;
  risk: Risk;
  word: PowerWord;
  /** Needs the operating system's help: only where the firmware offers it. */
  graceful: boolean;
  does: LocalText;
}

const restarts: readonly Restart[] = [
  {
    id: "amt.graceful-reset",
    title: text("Restart gracefully", "Redémarrer proprement"),
    verb: text("Restart", "Redémarrer"),
    risk: "disruptive",
    word: "graceful-reset",
    graceful: true,
    does: text(
      "Let the operating system shut down and start the machine again.",
      "Laisser le système d'exploitation s'arrêter, puis redémarrer la machine.",
    ),
  },
  {
    id: "amt.cycle",
    title: text("Power cycle", "Éteindre puis rallumer"),
    verb: text("Power cycle", "Éteindre puis rallumer"),
    risk: "destructive",
    word: "cycle",
    graceful: false,
    does: text(
      "Switch the machine off at once and on again; unwritten data is lost.",
      "Éteindre la machine immédiatement puis la rallumer ; les données non écrites sont perdues.",
    ),
  },
  {
    id: "amt.reset",
    title: text("Reset", "Réinitialiser"),
    verb: text("Reset", "Réinitialiser"),
    risk: "destructive",
    word: "reset",
    graceful: false,
    does: text(
      "Reset the machine at once without switching it off; unwritten data is lost.",
      "Réinitialiser la machine immédiatement sans l'éteindre ; les données non écrites sont perdues.",
    ),
  },
];

/**
 * Graceful reset, power cycle and reset: proven by the machine seen off and on again, or by a newer start in its event
 * log. AMT alone cannot always prove a reset; the effect is unknown then.
 */
export function restartActions(
  access: MachineAccess,
  parts: MachineActionParts,
  times: PowerTimes,
): Action<Input>[] {
  return restarts.map((restart) => restartAction(access, parts, times, restart));
}

function restartAction(
  access: MachineAccess,
  parts: MachineActionParts,
  times: PowerTimes,
  restart: Restart,
): Action<Input> {
  const { id, title, verb, risk, word, graceful } = restart;
  const patience = graceful ? times.gracefulPatience : times.patience;
  return powerAction(access, parts, times, {
    id,
    title,
    verb,
    risk,
    input: inputSchema,
    fields: [],
    graceful,
    asks: () => word,
    unavailable: (resource) => lastReadUnavailable(access, resource, [word], graceful),
    describe: () => explain(restart, patience),
    async early(_context, { state }) {
      if (state !== "off" && state !== "hibernated") return null;
      const { en, fr } = machineIs(state);
      return { state: "impossible", text: text(`${en} Power it on instead.`, `${fr} Allumez-la plutôt.`) };
    },
    needed: async (context, { state }) => ({
      text: machineIs(state),
      observed: { lastStart: await lastStartOf(access, context) },
    }),
    apply: (context) => sendPower(access, context, powerCodes[word]),
    prove: (context, probe, sentAt) =>
      awaitRestart(access, context, { startedBefore: lastStartIn(probe), sentAt, patience, times }),
    // A start takes a while to reach the log, a graceful one as long as the system takes to shut down.
    settle: (context, probe) =>
      settleRestart(access, context, { probe, settledAfter: times.gracefulSettled }),
  });
}

function explain({ does }: Restart, patience: number) {
  const minutes = Math.round(patience / 60_000);
  return {
    steps: [
      text(
        "Read the power state, what the firmware offers, and the last start in AMT's event log.",
        "Lire l'état d'alimentation, ce que le micrologiciel offre et le dernier démarrage dans le journal d'AMT.",
      ),
      does,
      text(
        `Wait for a sign of the new start, ${minutes} minutes at most.`,
        `Attendre un signe du nouveau démarrage, ${minutes} minutes au plus.`,
      ),
    ],
    proof: text(
      "AMT shows the machine off and on again, or its event log holds a newer start; without either the effect counts as unknown.",
      "AMT montre la machine éteinte puis rallumée, ou son journal contient un démarrage plus récent ; sans l'un ou l'autre, l'effet reste inconnu.",
    ),
    undo: null,
  };
}
