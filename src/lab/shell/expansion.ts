import type { FileSystem } from "../files/file-system.ts";
import type { User } from "../files/node.ts";
import { type ArithmeticVariables, evaluateArithmetic } from "./arithmetic.ts";
import { FieldBuilder } from "./field-builder.ts";
import { pathsMatching } from "./path-names.ts";
import { patternSource } from "./pattern.ts";
import type { List, Part, Word } from "./syntax.ts";

export class ExpansionError extends Error {}

/** What expansions need of the shell that they are in. */
export interface ExpansionScope {
  readonly files: FileSystem;
  readonly user: User;
  readonly directory: string;
  readonly parameters: string[];
  readonly noGlobbing: boolean;
  readonly noUnset: boolean;
  /** A variable or special parameter; null when it is not set. */
  get(name: string): string | null;
  set(name: string, value: string): void;
  /** What a command prints, without the line ends at its end. */
  capture(body: List): Promise<string>;
}

/** Expands words into the fields of a command (POSIX.1-2024, 2.6), path names included. */
export async function expandWords(words: readonly Word[], scope: ExpansionScope): Promise<string[]> {
  const fields: string[] = [];
  for (const word of words) {
    const builder = new FieldBuilder(scope.get("IFS") ?? " \t\n");
    await addParts(word.parts, scope, builder, true);
    for (const field of builder.finish()) {
      const paths =
        field.magic && !scope.noGlobbing
          ? pathsMatching(field.pattern, scope.directory, scope.files, scope.user)
          : [];
      if (paths.length > 0) fields.push(...paths);
      else fields.push(field.text);
    }
  }
  return fields;
}

/** Expands a word into one string: neither split nor matched against path names. */
export async function expandString(word: Word, scope: ExpansionScope): Promise<string> {
  const builder = new FieldBuilder(null);
  await addParts(word.parts, scope, builder, false);
  return builder
    .finish()
    .map((field) => field.text)
    .join(" ");
}

/** Expands a word into a pattern in which quoted characters are plain. */
export async function expandPattern(word: Word, scope: ExpansionScope): Promise<string> {
  const builder = new FieldBuilder(null);
  await addParts(word.parts, scope, builder, false);
  return builder
    .finish()
    .map((field) => field.pattern)
    .join(" ");
}

async function addParts(
  parts: readonly Part[],
  scope: ExpansionScope,
  builder: FieldBuilder,
  split: boolean,
  within = false,
): Promise<void> {
  for (const [index, part] of parts.entries()) {
    // The word of `${x:-a b}` is split like a value; the script's own words are not.
    if (part.kind === "literal" && within && !part.quoted) builder.addValue(part.text, false);
    else if (part.kind === "literal") {
      builder.add(index === 0 && !part.quoted ? withHome(part.text, scope) : part.text, part.quoted);
    } else if (part.kind === "command") {
      builder.addValue(await scope.capture(part.body), part.quoted);
    } else if (part.kind === "arithmetic") {
      const expression = await expandString(part.expression, scope);
      builder.addValue(String(evaluateArithmetic(expression, arithmeticVariables(scope))), part.quoted);
    } else await addParameter(part, scope, builder, split);
  }
}

function withHome(text: string, scope: ExpansionScope): string {
  const match = /^~(root|ops)?(?=\/|$)/.exec(text);
  if (!match) return text;
  const home = match[1] === "root" ? "/root" : match[1] === "ops" ? "/home/ops" : scope.get("HOME");
  return `${home ?? scope.user.home}${text.slice(match[0].length)}`;
}

async function addParameter(
  part: Extract<Part, { kind: "parameter" }>,
  scope: ExpansionScope,
  builder: FieldBuilder,
  split: boolean,
): Promise<void> {
  const { name, operator, word, quoted } = part;
  const value = name === "@" || name === "*" ? joined(scope, name) : scope.get(name);
  const bare = operator?.replace(":", "") ?? null;
  const missing = value === null || (operator?.startsWith(":") === true && value === "");

  // Between quotes there is a field even when nothing comes out; only "$@" may vanish.
  if (quoted && !(name === "@" && operator === null)) builder.add("", true);
  if (operator === "length") {
    const length = name === "@" || name === "*" ? scope.parameters.length : (value ?? "").length;
    builder.addValue(String(length), quoted);
  } else if (bare === "+") {
    if (!missing && word) await addParts(word.parts, scope, builder, split, true);
  } else if (missing && bare === "-") {
    if (word) await addParts(word.parts, scope, builder, split, true);
  } else if (missing && bare === "=") {
    const given = word ? await expandString(word, scope) : "";
    scope.set(name, given);
    builder.addValue(given, quoted);
  } else if (missing && bare === "?") {
    const reason = word ? await expandString(word, scope) : "";
    throw new ExpansionError(`${name}: ${reason || "parameter not set"}`);
  } else if (bare !== null && "%#".includes(bare[0] ?? " ")) {
    const pattern = word ? await expandPattern(word, scope) : "";
    builder.addValue(trim(value ?? "", pattern, bare), quoted);
  } else if (name === "@" && (quoted || split)) {
    builder.addFields(scope.parameters, quoted);
  } else {
    if (value === null && scope.noUnset && !"@*".includes(name)) {
      throw new ExpansionError(`${name}: parameter not set`);
    }
    builder.addValue(value ?? "", quoted);
  }
}

function joined(scope: ExpansionScope, name: string): string | null {
  if (scope.parameters.length === 0) return null;
  const separator = name === "*" ? (scope.get("IFS") ?? " ").slice(0, 1) : " ";
  return scope.parameters.join(separator);
}

function trim(value: string, pattern: string, operator: string): string {
  const longest = operator.length === 2;
  if (operator.startsWith("#")) {
    return value.replace(new RegExp(`^(?:${patternSource(pattern, "[^]", !longest)})`), "");
  }
  const fits = new RegExp(`^(?:${patternSource(pattern)})$`);
  for (let cut = 0; cut <= value.length; cut += 1) {
    const at = longest ? cut : value.length - cut;
    if (fits.test(value.slice(at))) return value.slice(0, at);
  }
  return value;
}

function arithmeticVariables(scope: ExpansionScope): ArithmeticVariables {
  return { get: (name) => scope.get(name) ?? "", set: (name, value) => scope.set(name, value) };
}
