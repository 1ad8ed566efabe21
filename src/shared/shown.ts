import type { LocalText } from "./text.ts";

/**
 * Characters that act instead of being seen: controls (ECMA-48, as terminals obey them), those that turn the direction or
 * break the line of what follows (Unicode UAX #9, UTS #55), and those that take no room, so that two names look alike.
 */
const acting =
  "\\p{Cc}\\u061c\\u200b\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2060-\\u2069\\ufeff\\u{e0000}-\\u{e007f}";
const inNames = new RegExp(`[${acting}]`, "gu");
const inWords = new RegExp(`(?![\\t\\n])[${acting}]`, "gu");
const any = new RegExp(`[${acting}]`, "u");
const replacement = "\ufffd";

/** A name as it may be shown anywhere: what would act is seen as U+FFFD. */
export function shownName(name: string): string {
  return any.test(name) ? name.replace(inNames, replacement) : name;
}

/** The same of words that may go over several lines; the ends of lines and tabs stay. */
export function shownWords(words: string): string {
  return any.test(words) ? words.replaceAll("\r\n", "\n").replace(inWords, replacement) : words;
}

/** The same of a text in both languages; the text itself where nothing in it acts. */
export function shownText(words: LocalText): LocalText {
  return any.test(words.en) || any.test(words.fr)
    ? { en: shownWords(words.en), fr: shownWords(words.fr) }
    : words;
}

/** JSON that says the same, in which what would act on a terminal is written as `\uXXXX` (RFC 8259, section 7). */
export function shownJson(json: string): string {
  return any.test(json)
    ? json.replace(inWords, (character) =>
        [...Array(character.length).keys()]
          .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
          .join(""),
      )
    : json;
}
