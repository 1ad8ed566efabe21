import type { LocalText } from "../../../../shared/text.ts";

/** What is wrong with a condition, and where in it. */
export interface ConditionFaultParts {
  /** Where in the condition's own words, counted from zero. */
  at: number;
  message: LocalText;
  expected?: LocalText;
  /** A word that is not known, and those that are. */
  word?: string;
  candidates?: readonly string[];
}

/** Why the words of a condition say nothing that can be judged; made into a fault of the file by who reads it. */
export class ConditionFault extends Error {
  readonly parts: ConditionFaultParts;

  constructor(parts: ConditionFaultParts) {
    super(parts.message.en);
    this.name = "ConditionFault";
    this.parts = parts;
  }
}
