import type { ActionOffer } from "../../../shared/action.ts";
import type { ListRow } from "../../../shared/live.ts";

/** One line of the palette: what it says, what it stands for, and what choosing it does. */
export interface PaletteEntry {
  key: string;
  group: "pages" | "resources" | "actions" | "commands";
  words: string;
  detail: string;
  /** Why it cannot be chosen now. */
  unavailable: string | null;
  row: ListRow | null;
  offer: ActionOffer | null;
  choose(): void;
}

/** Letters without accents and case, so that "hotes" finds "Hôtes". */
function folded(words: string): string {
  return words
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
}

/** Whether every word that was typed occurs in `words`, in any order. */
export function matches(words: string, typed: string): boolean {
  const inside = folded(words);
  return folded(typed)
    .split(/\s+/)
    .every((part) => inside.includes(part));
}
