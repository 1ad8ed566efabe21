import { factWords } from "../../../../shared/facts.ts";
import type { FactValue, Resource } from "../../../../shared/resource.ts";
import { type Language, type LocalText, text } from "../../../../shared/text.ts";
import type { SystemContext } from "../../system.ts";
import type { MachineAccess } from "../machine-access.ts";
import { type PowerReading, type PowerState, type PowerWord, powerCodes, stateWords } from "../power.ts";

/** What every action of a machine needs to know of the system that offers it. */
export interface MachineActionParts {
  /** Says that a machine's power (as a rule) or its settings were changed: what is known of them is out of date. */
  onChanged(resource: string, what?: "power" | "settings"): void;
  /** To ask a person for the code of the machine's user. */
  questions: SystemContext["questions"];
}

/** All in milliseconds. */
export interface PowerTimes {
  /** AMT wants this much between two power requests. */
  spacing: number;
  /** How long a power change may take to be seen: by the hardware, and by an operating system that shuts down. */
  patience: number;
  gracefulPatience: number;
  /** Between two looks, at first and later; up to half as much again is added by chance. */
  look: number;
  lookLater: number;
  /** How long it is looked often. */
  often: number;
  /** Between two looks into the event log for a sign of a start. */
  lookIntoLog: number;
  /** After so long without an effect a lost request is taken as not carried out, by the hardware and gracefully. */
  settled: number;
  gracefulSettled: number;
}

export const defaultPowerTimes: PowerTimes = {
  spacing: 10_000,
  patience: 120_000,
  gracefulPatience: 300_000,
  look: 1000,
  lookLater: 3000,
  often: 20_000,
  lookIntoLog: 10_000,
  settled: 60_000,
  gracefulSettled: 600_000,
};

/**
 * A fact of the machine's power as it was read last; undefined when it was not, or not since the last power request,
 * after which it says nothing any more.
 */
export function powerFact(
  access: MachineAccess,
  resource: Resource,
  key: "power.state" | "power.available" | "power.saving",
): FactValue | undefined {
  const fact = resource.facts[key];
  const askedAt = access.powerAskedAt(resource.id);
  return fact && (askedAt === null || fact.at > askedAt) ? fact.value : undefined;
}

/** Why an action cannot work by what is known: AMT could not be read, or does not offer any of the changes needed. */
export function lastReadUnavailable(
  access: MachineAccess,
  resource: Resource,
  anyOf: readonly PowerWord[],
  needed: boolean,
): LocalText | null {
  const error = resource.sources[access.system]?.error?.message;
  if (error) return error;
  const offered = powerFact(access, resource, "power.available");
  if (!Array.isArray(offered)) return needed && !isOutdated(access, resource) ? notOffered(null) : null;
  return anyOf.some((word) => offered.includes(word)) ? null : notOffered(offered);
}

/** Whether power was asked for since it was read. */
function isOutdated(access: MachineAccess, resource: Resource): boolean {
  return (
    resource.facts["power.state"] !== undefined && powerFact(access, resource, "power.state") === undefined
  );
}

/** Whether the firmware accepts a change now; where it does not say, all but what needs the operating system's help. */
export function isOffered(power: PowerReading, word: PowerWord, needed: boolean): boolean {
  return power.available === null ? !needed : power.available.includes(powerCodes[word]);
}

/** The sentence for a change that the firmware does not offer now. */
export function notOffered(offered: readonly string[] | null): LocalText {
  if (offered === null || offered.length === 0) {
    return text(
      "The firmware does not say that it can do this now; graceful changes need Intel's service (LMS) in the operating system.",
      "Le micrologiciel n'indique pas pouvoir le faire maintenant ; les changements propres exigent le service d'Intel (LMS) dans le système d'exploitation.",
    );
  }
  const list = (language: Language) =>
    offered.map((word) => factWords("power.available", word)?.[language] ?? word).join(", ");
  return text(
    `The firmware does not offer this in the present state; it offers: ${list("en")}.`,
    `Le micrologiciel ne l'offre pas dans l'état actuel ; il offre : ${list("fr")}.`,
  );
}

/** "The machine is off." */
export function machineIs(state: PowerState): LocalText {
  const { en, fr } = stateWords[state];
  return text(`The machine is ${en}.`, `La machine est ${fr}.`);
}
