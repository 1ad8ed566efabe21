import { z } from "zod";
import { factDefinitions } from "../../../shared/facts.ts";
import { resourceKinds } from "../../../shared/resource.ts";
import { commonWords, formatWords } from "./words.ts";

/** An action as far as its own words are wanted: what it is called, and what it may be given. */
export interface Worded {
  id: string;
  input: z.ZodType;
}

/** The words that mean the same in every estate, and so stay in one whose names are hidden. */
export interface Vocabulary {
  /** Words that have to stay, in lower case. */
  words: ReadonlySet<string>;
  /** Words that stay where no name of the estate is made of them. */
  common: ReadonlySet<string>;
  /** Words with dots, such as facts and actions, which are no domains. */
  dotted: ReadonlySet<string>;
}

const letters = /\p{L}+/gu;

/** The words of a piece of text, in lower case. */
export function wordsIn(text: string): string[] {
  return [...text.matchAll(letters)].map(([word]) => word.toLowerCase());
}

/** The vocabulary of this program and of these actions, which know what they may be given. */
export function vocabularyOf(actions: readonly Worded[]): Vocabulary {
  const facts = Object.entries(factDefinitions);
  const values = facts.flatMap(([, definition]) =>
    "words" in definition ? Object.keys(definition.words) : [],
  );
  const dotted = new Set([...facts.map(([key]) => key), ...actions.map(({ id }) => id)]);
  const given = actions.flatMap(({ input }) => choicesOf(input));
  const words = new Set([...dotted, ...values, ...resourceKinds, ...given, formatWords].flatMap(wordsIn));
  return { words, common: new Set(wordsIn(commonWords)), dotted };
}

/** The names of what an action may be given, and the words that may be chosen. */
function choicesOf(input: z.ZodType): string[] {
  try {
    return [...namesIn(z.toJSONSchema(input, { unrepresentable: "any", io: "input" }))];
  } catch {
    // What cannot be told as a JSON schema names no words to choose from.
    return [];
  }
}

function* namesIn(schema: unknown): Generator<string> {
  if (Array.isArray(schema)) {
    for (const each of schema) yield* namesIn(each);
    return;
  }
  if (typeof schema !== "object" || schema === null) return;
  const { enum: choices, const: only, properties } = schema as Record<string, unknown>;
  for (const choice of [only, ...(Array.isArray(choices) ? choices : [])]) {
    if (typeof choice === "string") yield choice;
  }
  if (typeof properties === "object" && properties !== null) yield* Object.keys(properties);
  for (const each of Object.values(schema)) yield* namesIn(each);
}
