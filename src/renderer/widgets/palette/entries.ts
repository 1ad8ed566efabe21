import type { ActionOffer } from "../../../shared/action.ts";
import type { ListRow } from "../../../shared/live.ts";

/** One line of the palette: what it says, what it stands for, and what choosing it does. */
export interface PaletteEntry {
  key: string;
  group: "pages" | "views" | "resources" | "actions" | "commands";
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

/** As long as an address of the console may be; anything else that is typed has 200 characters. */
export const longestAddress = 4000;

/** The place in an address of the console, pasted whole or from the `#` on; null for anything else. */
export function addressIn(typed: string): string | null {
  return /^(?:https?:\/\/[^\s#]+)?(#\/\S*)$/.exec(typed.trim())?.[1] ?? null;
}
