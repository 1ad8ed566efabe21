import { type Comparison, comparisons } from "../../../../shared/condition.ts";
import { parseDuration } from "../../../../shared/estate-words.ts";
import { text } from "../../../../shared/text.ts";
import { ConditionFault } from "./fault.ts";

export type Token = { at: number } & (
  | { kind: "value"; value: string | number | boolean | null; unit: "none" | "milliseconds" }
  | { kind: "name"; path: readonly string[] }
  | { kind: "comparison"; operator: Comparison }
  | { kind: "and" | "or" | "not" | "(" | ")" | "," | "end" }
);

const longest = 1000;
const words: Record<string, Token["kind"]> = { and: "and", or: "or", not: "not" };
const literals: Record<string, boolean | null> = { true: true, false: false, null: null };

/** Each matches at the place where the reading stands, and always at least one character. */
const blank = /[ \t\r\n]+/y;
const name = /[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*/y;
const number = /-?\d+(\.\d+)?/y;
const duration = /\d{1,6}(ms|s|m|h|d|w)(?![A-Za-z0-9_])/y;
const quoted = /"((?:[^"\\]|\\["\\])*)"|'((?:[^'\\]|\\['\\])*)'/y;
const sign = /==|!=|<=|>=|<|>|\(|\)|,/y;

/**
 * The tokens of a condition, closed by one of kind `end`; offsets count UTF-16 units from zero. A duration ("15m") is
 * its milliseconds. Throws ConditionFault.
 */
export function tokensOf(source: string): Token[] {
  if (source.length > longest) {
    throw new ConditionFault({
      at: longest,
      message: text(
        `The condition is longer than ${longest} characters.`,
        `La condition dépasse ${longest} caractères.`,
      ),
    });
  }
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const found =
      take(blank) ?? take(quoted) ?? take(duration) ?? take(number) ?? take(sign) ?? take(name) ?? null;
    if (!found) throw strange(source, at);
    const token = tokenOf(found[0], at);
    if (token) tokens.push(token);
    at += found[0].length;
  }
  tokens.push({ kind: "end", at });
  return tokens;
}

function tokenOf(word: string, at: number): Token | null {
  const first = word.charAt(0);
  if (first.trim() === "") return null;
  if (first === '"' || first === "'") {
    return { kind: "value", value: word.slice(1, -1).replace(/\\(.)/g, "$1"), unit: "none", at };
  }
  if (word === "(" || word === ")" || word === ",") return { kind: word, at };
  const operator = comparisons.find((each) => each === word);
  if (operator) return { kind: "comparison", operator, at };
  const milliseconds = parseDuration(word);
  if (milliseconds !== null) return { kind: "value", value: milliseconds, unit: "milliseconds", at };
  if (/^-?\d/.test(word)) return { kind: "value", value: Number(word), unit: "none", at };
  if (Object.hasOwn(literals, word)) {
    return { kind: "value", value: literals[word] ?? null, unit: "none", at };
  }
  const kind = Object.hasOwn(words, word) ? words[word] : undefined;
  if (kind === "and" || kind === "or" || kind === "not") return { kind, at };
  return { kind: "name", path: word.split("."), at };
}

function strange(source: string, at: number): ConditionFault {
  const rest = source.slice(at);
  if (/^["']/.test(rest)) {
    return new ConditionFault({
      at,
      message: text(
        "The text that begins here has no closing quote.",
        "Le texte qui commence ici n'a pas de guillemet fermant.",
      ),
    });
  }
  if (rest.startsWith("${")) {
    return new ConditionFault({
      at,
      message: text(
        "A condition names variables without dollar sign and braces.",
        "Une condition nomme les variables sans dollar ni accolades.",
      ),
    });
  }
  const instead: Record<string, string> = { "=": "==", "&": "and", "|": "or", "!": "not" };
  const meant = instead[rest.charAt(0)];
  return new ConditionFault({
    at,
    message: text(
      "This character has no meaning in a condition.",
      "Ce caractère n'a pas de sens dans une condition.",
    ),
    ...(meant === undefined ? {} : { expected: text(`"${meant}"`, `« ${meant} »`) }),
  });
}
