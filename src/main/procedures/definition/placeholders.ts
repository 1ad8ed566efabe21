import { type LocalText, text } from "../../../shared/text.ts";

/** A part of some words: as it stands, or a name whose value belongs there. */
export type Piece = { kind: "words"; words: string } | { kind: "placeholder"; path: readonly string[] };

export type Pieces = { ok: true; pieces: Piece[] } | { ok: false; message: LocalText; expected: LocalText };

const name = /^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;

/**
 * Takes words apart at their placeholders: `${host.name}`. `$${` stands for `${` itself, so that a shell's own
 * variables can be written.
 */
export function piecesOf(words: string): Pieces {
  const pieces: Piece[] = [];
  let plain = "";
  let at = 0;
  while (at < words.length) {
    if (words.startsWith("$${", at)) {
      plain += words.slice(at + 1, at + 3);
      at += 3;
    } else if (words.startsWith("${", at)) {
      const end = words.indexOf("}", at);
      const inner = end < 0 ? "" : words.slice(at + 2, end).trim();
      if (!name.test(inner)) return malformed;
      if (plain !== "") pieces.push({ kind: "words", words: plain });
      plain = "";
      pieces.push({ kind: "placeholder", path: inner.split(".") });
      at = end + 1;
    } else {
      plain += words.charAt(at);
      at += 1;
    }
  }
  if (plain !== "") pieces.push({ kind: "words", words: plain });
  return { ok: true, pieces };
}

/** The name that words consist of and of nothing else; null for any other words. */
export function wholePlaceholder(words: string): readonly string[] | null {
  const taken = piecesOf(words);
  const [only, ...others] = taken.ok ? taken.pieces : [];
  return only?.kind === "placeholder" && others.length === 0 ? only.path : null;
}

const malformed: Pieces = {
  ok: false,
  message: text("A placeholder is not well formed here.", "Un paramètre est mal formé ici."),
  expected: text(
    "a dollar sign and a name in braces; two dollar signs where a shell's own variable is meant",
    "un dollar et un nom entre accolades ; deux dollars quand il s'agit d'une variable du shell",
  ),
};

/** A value that reads otherwise among words than it is by itself: a duration. */
export interface Worded {
  value: number;
  words: string;
}
/** The values of names, as far as they are known. */
export type Resolve = (path: readonly string[]) => string | number | boolean | Worded | undefined;
/** What is written in place of a name whose value is not known yet. */
export type LateName = (path: readonly string[]) => string;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * Words with the values of their placeholders. A placeholder that is all of the words gives its value as it is, a
 * number as a number. With `late` the words stay such that they can be filled again: escapes are kept, values are
 * escaped, and what has no value yet stays a placeholder by the name that `late` gives it.
 */
export function fillWords(
  words: string,
  resolve: Resolve,
  late: LateName | null = null,
): string | number | boolean {
  const taken = piecesOf(words);
  if (!taken.ok) return words;
  const whole = wholePlaceholder(words);
  const value = whole && resolve(whole);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "object" && value !== null) return value.value;
  const written = (plain: string) => (late ? plain.replaceAll("${", () => "$${") : plain);
  return taken.pieces
    .map((piece) => {
      if (piece.kind === "words") return written(piece.words);
      const known = resolve(piece.path);
      return known === undefined
        ? `\${${(late ?? dotted)(piece.path)}}`
        : written(typeof known === "object" ? known.words : String(known));
    })
    .join("");
}

function dotted(path: readonly string[]): string {
  return path.join(".");
}

/** The same for every text inside plain data; keys stay as they are. */
export function fillData(data: Json, resolve: Resolve, late: LateName | null = null): Json {
  if (typeof data === "string") return fillWords(data, resolve, late);
  if (Array.isArray(data)) return data.map((item) => fillData(item, resolve, late));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, fillData(value, resolve, late)]),
  );
}

/**
 * Fills what a plan left `late`: the outcomes of steps, by their nodes. Texts are then as the far side gets them. An
 * outcome that is not known is an empty text.
 */
export function fillOutcomes<Data extends Json>(
  data: Data,
  outcome: (node: string) => string | undefined,
): Data {
  const fill = (value: Json): Json => {
    if (typeof value === "string") {
      return value.replace(/\$\$\{|\$\{steps\.([^}]*)\.outcome\}/g, (whole, node?: string) =>
        node === undefined ? whole.slice(1) : (outcome(node) ?? ""),
      );
    }
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member)]));
  };
  return fill(data) as Data;
}

/** Every placeholder in the texts of plain data, with the way to it. */
export function* textsIn(
  data: unknown,
  path: readonly PropertyKey[] = [],
): Generator<{ words: string; path: readonly PropertyKey[] }> {
  if (typeof data === "string") yield { words: data, path };
  else if (Array.isArray(data)) {
    for (const [index, item] of data.entries()) yield* textsIn(item, [...path, index]);
  } else if (typeof data === "object" && data !== null) {
    for (const [key, value] of Object.entries(data)) yield* textsIn(value, [...path, key]);
  }
}
