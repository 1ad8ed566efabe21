import type { LogPattern } from "../../../shared/logs.ts";

/** A part of a line that begins at a place in it; `hit` when it is what was searched for. */
interface Part {
  at: number;
  text: string;
  hit: boolean;
}

/** Where a text matches: start and end of each match, in order, without overlaps. */
export type Matcher = (text: string) => readonly (readonly [number, number])[];

/** Matches that one line is marked with at most. */
const mostMarks = 200;

/**
 * Finds what a pattern means in a text, as main finds it. An expression is worked out in linear time, whatever is
 * written: one that backtracks for ever would stop the window. Null when it is no expression.
 */
export async function matcherOf(pattern: LogPattern): Promise<Matcher | null> {
  if (pattern.words === "") return () => [];
  if (!pattern.expression) return plainMatcher(pattern);
  const { RE2JS } = await import("re2js");
  try {
    const compiled = RE2JS.compile(pattern.words, pattern.matchCase ? 0 : RE2JS.CASE_INSENSITIVE);
    return (text) => {
      const found: [number, number][] = [];
      const matcher = compiled.matcher(text);
      while (found.length < mostMarks && matcher.find()) {
        if (matcher.end() > matcher.start()) found.push([matcher.start(), matcher.end()]);
      }
      return found;
    };
  } catch {
    return null;
  }
}

function plainMatcher({ words, matchCase }: LogPattern): Matcher {
  const wanted = matchCase ? words : words.toLowerCase();
  return (text) => {
    const all = matchCase ? text : text.toLowerCase();
    // A few letters become longer in lower case; then places differ, and the line goes unmarked.
    if (all.length !== text.length) return [];
    const found: [number, number][] = [];
    for (
      let at = all.indexOf(wanted);
      at >= 0 && found.length < mostMarks;
      at = all.indexOf(wanted, at + wanted.length)
    ) {
      found.push([at, at + wanted.length]);
    }
    return found;
  };
}

/** Cuts a text at its matches. */
export function partsOf(text: string, matcher: Matcher | null): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const [start, end] of matcher?.(text) ?? []) {
    if (start > at) parts.push({ at, text: text.slice(at, start), hit: false });
    parts.push({ at: start, text: text.slice(start, end), hit: true });
    at = end;
  }
  if (at < text.length) parts.push({ at, text: text.slice(at), hit: false });
  return parts;
}
