import type { WireError } from "../../shared/errors.ts";
import { shownJson, shownWords } from "../../shared/shown.ts";
import type { Language, LocalText } from "../../shared/text.ts";

/** The language of the terminal, by LC_ALL, LC_MESSAGES or LANG; English unless they say French. */
export function terminalLanguage(environment: NodeJS.ProcessEnv = process.env): Language {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || "";
  return locale.toLowerCase().startsWith("fr") ? "fr" : "en";
}

/** Prints a line to standard output, in which nothing that a far side named acts on the terminal. */
export function say(words: string): void {
  process.stdout.write(`${shownWords(words)}\n`);
}

/** Prints a line to standard error: progress and errors, so that standard output stays clean for scripts. */
export function complain(words: string): void {
  process.stderr.write(`${shownWords(words)}\n`);
}

/** Prints an error with its hint on standard error, in the terminal's language. */
export function complainOf(error: WireError, language: Language): void {
  complain(`${error.message[language]} ${error.hint[language]} [${error.code}]`);
}

/** Prints plain data as JSON, two spaces deep. */
export function sayJson(data: unknown): void {
  say(shownJson(JSON.stringify(data, null, 2)));
}

/** Picks the words of a text. */
export function inWords(language: Language): (words: LocalText) => string {
  return (words) => words[language];
}
