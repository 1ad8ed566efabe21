import { isCovered, readRange, usualRange } from "../../../reach/ranges.ts";
import { type EntryWords, readWords } from "./entry-words.ts";
import type { ListEntry } from "./list-api.ts";

/** An entry with what its description says; `network` in the usual spelling where it can be made out. */
export interface ReadEntry extends ListEntry, EntryWords {}

/** A list as it was read: `at` by the API's clock, epoch milliseconds. */
export interface Reading {
  at: number;
  /** `filtered` or `open`; null where it does not say. */
  policy: string | null;
  entries: readonly ReadEntry[];
}

/** Whether an entry lets in and will go on to. */
export function staysIn({ state }: Pick<ListEntry, "state">): boolean {
  return state !== "toDelete";
}

/** Whether other entries that last let in all of a network. */
export function isLetIn(network: string, entries: readonly ReadEntry[]): boolean {
  const range = readRange(network);
  const lasting = entries.filter((entry) => staysIn(entry) && entry.ends === null);
  return (
    range !== null &&
    isCovered(
      range,
      lasting.flatMap((entry) => readRange(entry.network) ?? []),
    )
  );
}

/** An entry as the API has it, with its words read. */
export function readEntry(entry: ListEntry): ReadEntry {
  return { ...entry, ...readWords(entry.description), network: usualRange(entry.network) ?? entry.network };
}
