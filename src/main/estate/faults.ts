import type { EstateFault } from "../../shared/estate.ts";
import type { LocalText } from "../../shared/text.ts";
import { nearMiss } from "./near-miss.ts";

/** A place in an estate file; lines and columns count from one. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** What a check hands in; the near miss is searched for among `candidates` only if the fault is reported. */
export interface NewFault {
  at: Position;
  path: string;
  message: LocalText;
  expected?: LocalText | null;
  word?: string;
  candidates?: readonly string[];
}

export const mostFaults = 100;

/** Gathers all faults of an estate and reports the first hundred in the order of the files. */
export class FaultList {
  readonly #faults: NewFault[] = [];
  readonly #advice: NewFault[] = [];

  get length(): number {
    return this.#faults.length;
  }

  add(fault: NewFault): void {
    this.#faults.push(fault);
  }

  /** Something to think about, which keeps no estate from being put in force. */
  advise(advice: NewFault): void {
    this.#advice.push(advice);
  }

  list(): EstateFault[] {
    return listed(this.#faults);
  }

  /** The same of what is only advised. */
  advice(): EstateFault[] {
    return listed(this.#advice);
  }
}

function listed(faults: readonly NewFault[]): EstateFault[] {
  return faults
    .toSorted(
      (one, other) =>
        compareWords(one.at.file, other.at.file) ||
        one.at.line - other.at.line ||
        one.at.column - other.at.column,
    )
    .slice(0, mostFaults)
    .map((fault) => ({
      ...fault.at,
      path: fault.path.slice(0, 400),
      message: fault.message,
      expected: fault.expected ?? null,
      nearMiss: fault.word === undefined ? null : nearMiss(fault.word, fault.candidates ?? []),
    }));
}

function compareWords(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A word of the file for a message: bounded, and without characters that a terminal would obey. */
export function shown(word: string): string {
  const safe = word.slice(0, 60).replace(/[\p{Cc}\p{Cf}]/gu, "\u{fffd}");
  return word.length > 60 ? `${safe}…` : safe;
}

/** A list of words for an expectation: all of them when they are few, else the first dozen. */
export function choices(words: readonly string[]): string {
  return words.length <= 12 ? words.join(", ") : `${words.slice(0, 12).join(", ")}, …`;
}

/** "systems.web.hosts.tower-a.authentication[0]" of a list of keys and indexes. */
export function pathWords(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${shown(String(part))}`,
    )
    .join("");
}

/** `file:line:column message (expected …; did you mean …?)` for the command line. */
export function formatFault(fault: EstateFault, language: keyof LocalText = "en"): string {
  const remarks: string[] = [];
  if (fault.expected) {
    remarks.push(`${language === "fr" ? "attendu : " : "expected "}${fault.expected[language]}`);
  }
  if (fault.nearMiss) {
    remarks.push(
      language === "fr" ? `vouliez-vous dire « ${fault.nearMiss} » ?` : `did you mean "${fault.nearMiss}"?`,
    );
  }
  const words = fault.message[language];
  return `${fault.file}:${fault.line}:${fault.column} ${words}${remarks.length > 0 ? ` (${remarks.join(language === "fr" ? " ; " : "; ")})` : ""}`;
}
