import { closest, distance } from "fastest-levenshtein";

const longestWord = 80;

/**
 * The candidate that was probably meant: the only one that begins like the word, or the nearest one when at most
 * a third of the word's letters differ (always one may, and two that were swapped).
 * Null when nothing is near, or when the word is too long to have been mistyped.
 */
export function nearMiss(word: string, candidates: readonly string[]): string | null {
  if (word.length === 0 || word.length > longestWord || candidates.length === 0) return null;
  const folded = word.toLowerCase();
  const sameWord = candidates.find((candidate) => candidate.toLowerCase() === folded);
  if (sameWord !== undefined) return sameWord === word ? null : sameWord;
  const longer = candidates.filter((candidate) => candidate.toLowerCase().startsWith(folded));
  if (folded.length > 2 && longer.length === 1 && longer[0] !== undefined) return longer[0];
  const best = closest(
    folded,
    candidates.filter((candidate) => candidate.length <= longestWord),
  );
  if (best === undefined || best === "") return null;
  const slack = lettersOf(folded) === lettersOf(best.toLowerCase()) ? 2 : 1;
  return distance(folded, best.toLowerCase()) <= Math.max(slack, Math.floor(word.length / 3)) ? best : null;
}

function lettersOf(word: string): string {
  return [...word].toSorted().join("");
}
