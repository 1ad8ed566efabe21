import type { FactValue, Problem } from "../../../shared/resource.ts";

/** What a check has learned so far: what is known stays known when a later part of it fails. */
export interface Found {
  facts: Record<string, FactValue>;
  /** What is not as it should be, though it answers. */
  problems: Problem[];
}

/** How a check ended: `answers` when all that it asks for was met. */
export interface Outcome extends Found {
  answers: boolean;
}
