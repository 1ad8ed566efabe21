import type { z } from "zod";
import type { InputField, Probe, Risk } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Applied, Settlement, Verification } from "../../../actions/action.ts";
import type { MachineAccess } from "../machine-access.ts";
import {
  type PowerReading,
  type PowerState,
  type PowerWord,
  powerCodes,
  powerWord,
  readPower,
  stateWords,
} from "../power.ts";
import { needsClosedSessions } from "../redirection/power-words.ts";
import { isOffered, type MachineActionParts, notOffered, type PowerTimes } from "./parts.ts";
import { awaitSpacing, refusalOf, sentAtOf } from "./send.ts";

/** Milliseconds for a probe: a sleeping engine is called for a minute before it answers or not. */
export const machineProbeLimit = 90_000;

/** A probe that has its answer; what was observed of the power comes besides. */
type EarlyEnd = Pick<Probe, "state" | "text"> & Partial<Pick<Probe, "observed" | "steps">>;

/** What one kind of power change has of its own; the frame does what all have in common. */
interface PowerChange<Input> {
  id: string;
  title: LocalText;
  verb: LocalText;
  risk: Risk;
  input: z.ZodType<Input>;
  fields: readonly InputField[];
  fieldsFor?(resource: Resource): readonly InputField[];
  /** Which change is asked for from this state. */
  asks(state: PowerState): PowerWord;
  /** Needs the operating system's help: only where the firmware offers it. */
  graceful: boolean;
  unavailable(resource: Resource): LocalText | null;
  describe(
    input: Input,
    resource: Resource,
  ): { steps: LocalText[]; proof: LocalText; undo: LocalText | null };
  /** An end before it is looked whether the firmware offers the change, or null to go on. */
  early?(context: ActionContext, power: PowerReading, input: Input): Promise<EarlyEnd | null>;
  /** What a change that is possible is told as, and what is to be remembered for its proof. */
  needed(context: ActionContext, power: PowerReading): Promise<Pick<Probe, "text" | "observed">>;
  /** Asks for it, once AMT takes another power request. */
  apply(context: ActionContext, input: Input, probe: Probe): Promise<Applied>;
  /** Looks for the effect of a change that was accepted at `sentAt` (epoch milliseconds). */
  prove(context: ActionContext, probe: Probe, sentAt: number): Promise<Verification>;
  settle(context: ActionContext, probe: Probe): Promise<Settlement>;
}

/** An action that asks AMT for a power change, once, and proves it by looking. */
export function powerAction<Input>(
  access: MachineAccess,
  parts: MachineActionParts,
  times: PowerTimes,
  change: PowerChange<Input>,
): Action<Input> {
  const { id, title, verb, risk, input, fields, graceful } = change;
  return {
    id,
    title,
    verb,
    risk,
    effect: "once",
    kinds: ["host"],
    input,
    fields,
    ...(change.fieldsFor && { fieldsFor: (resource) => change.fieldsFor?.(resource) ?? fields }),
    bulk: false,
    probeLimit: machineProbeLimit,
    appliesTo: (resource) => access.has(resource.id),
    unavailable: (resource) => change.unavailable(resource),
    describe(resource, chosen) {
      const { steps, proof, undo } = change.describe(chosen, resource);
      return { steps: [...closingSteps(access, change, resource), ...steps], proof, undo };
    },

    async probe(context, chosen) {
      const power = await readPower(access.client(context.resource.id), {
        signal: context.signal,
        patient: true,
      });
      const { state, code, available } = power;
      const observed = { powerState: state, code, available, at: access.now() };
      const early = (await change.early?.(context, power, chosen)) ?? null;
      if (early) return { ...early, observed: { ...observed, ...early.observed } };
      if (!isOffered(power, change.asks(state), graceful)) {
        return { state: "impossible", text: notOffered(available?.map(powerWord) ?? null), observed };
      }
      const needed = await change.needed(context, power);
      return { state: "needed", text: needed.text, observed: { ...observed, ...needed.observed } };
    },

    async apply(context, chosen, probe) {
      await awaitSpacing(access, context, times);
      return change.apply(context, chosen, probe);
    },

    async verify(context, _input, probe, applied) {
      parts.onChanged(context.resource.id);
      const refusal = refusalOf(applied);
      if (refusal) return { proven: false, text: refusal, data: {} };
      return change.prove(context, probe, sentAtOf(applied, access.now()));
    },

    settle(context, _input, probe) {
      parts.onChanged(context.resource.id);
      return change.settle(context, probe);
    },
  };
}

/** What a proof compares later starts with: the last sign of a start in the log before the change. */
export function lastStartIn(probe: Probe): number | null {
  const { lastStart } = probe.observed;
  return typeof lastStart === "number" ? lastStart : null;
}

/** Whether `settle` of the power changes by the hardware or of the graceful ones has waited long enough. */
export function settledAfterOf(graceful: boolean, times: PowerTimes): number {
  return graceful ? times.gracefulSettled : times.settled;
}

/** A step before the others where a screen or serial console of the machine is open and must give way. */
function closingSteps<Input>(
  access: MachineAccess,
  change: PowerChange<Input>,
  resource: Resource,
): LocalText[] {
  const state = String(resource.facts["power.state"]?.value);
  const asked = change.asks(state in stateWords ? (state as PowerState) : "unknown");
  const open = access.sessions.count(resource.id) > 0;
  return open && needsClosedSessions(powerCodes[asked]) ? [closing] : [];
}

const closing = text(
  "Close the machine's screen and serial console that are open here: AMT refuses the change otherwise. The screen opens again by itself.",
  "Fermer l'écran et la console série de la machine ouverts ici : AMT refuse sinon le changement. L'écran se rouvre de lui-même.",
);
