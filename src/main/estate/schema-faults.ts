import type { z } from "zod";
import { expectations } from "../../shared/estate-words.ts";
import { type LocalText, sameText, text } from "../../shared/text.ts";
import { choices, type FaultList, pathWords, shown } from "./faults.ts";
import { type JsonSchema, knownKeys } from "./json-schema.ts";
import { find, type Located, nearestPosition } from "./located.ts";

type Issue = z.core.$ZodIssue;
interface Place {
  tree: Located;
  /** Where the schema's root stands in the tree. */
  prefix: readonly PropertyKey[];
  schema: JsonSchema;
  faults: FaultList;
}

const wordings = new Map<string, LocalText>(Object.values(expectations).map((words) => [words.en, words]));

const typeWords: Record<string, LocalText> = {
  string: text("text", "du texte"),
  number: text("a number", "un nombre"),
  int: text("a whole number", "un nombre entier"),
  boolean: text("true or false", "true ou false"),
  array: text("a list", "une liste"),
  object: text("a map of keys", "une table de clés"),
  record: text("a map of keys", "une table de clés"),
};

/** Says in words, and at its place in the file, what a schema has against a value. Values are not repeated. */
export function addSchemaFaults(issues: readonly Issue[], place: Place): void {
  for (const issue of issues) addIssue(issue, [...place.prefix, ...issue.path], place);
}

function addIssue(issue: Issue, path: readonly PropertyKey[], place: Place): void {
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) addUnknownKey(key, path, place);
    return;
  }
  if (issue.code === "invalid_key") {
    const key = String(path.at(-1) ?? "");
    place.faults.add({
      at: find(place.tree, path)?.keyAt ?? nearestPosition(place.tree, path),
      path: pathWords(path),
      message: text(`The key "${shown(key)}" is not allowed.`, `La clé « ${shown(key)} » n'est pas admise.`),
      expected: wording(issue.issues[0]?.message ?? issue.message),
    });
    return;
  }
  const found = find(place.tree, path);
  if (!found) {
    addMissing(issue, path, place);
    return;
  }
  if (issue.code === "invalid_union" && !wordings.has(issue.message)) {
    const branches = nearestBranches(issue.errors);
    const [branch] = branches;
    if (branch && branches.length === 1) {
      for (const inner of branch) addIssue(inner, [...path, ...inner.path], place);
      return;
    }
    if (addUnknownKeysOfUnion(issue.errors, path, place)) return;
  }
  const value = found.value.kind === "scalar" ? found.value.value : undefined;
  const candidates = issue.code === "invalid_value" ? issue.values.map(String) : [];
  place.faults.add({
    at: found.value.at,
    path: pathWords(path),
    message: invalid(path, value === null),
    expected: expectation(issue, path, place),
    ...(typeof value === "string" && candidates.length > 0 ? { word: value, candidates } : {}),
  });
}

function addUnknownKey(key: string, path: readonly PropertyKey[], place: Place): void {
  const known = knownKeys(place.schema, path.slice(place.prefix.length));
  const inner = [...path, key];
  place.faults.add({
    at: find(place.tree, inner)?.keyAt ?? nearestPosition(place.tree, inner),
    path: pathWords(inner),
    message: text(
      `The key "${shown(key)}" is not known here.`,
      `La clé « ${shown(key)} » n'est pas connue ici.`,
    ),
    expected: known.length > 0 ? oneOf(known) : null,
    word: key,
    candidates: known,
  });
}

function addMissing(issue: Issue, path: readonly PropertyKey[], place: Place): void {
  const key = shown(String(path.at(-1) ?? ""));
  place.faults.add({
    at: nearestPosition(place.tree, path),
    path: pathWords(path),
    message:
      path.length === 0
        ? text("The file is empty.", "Le fichier est vide.")
        : text(`The key "${key}" is missing.`, `La clé « ${key} » manque.`),
    expected: expectation(issue, path, place),
  });
}

/** When no alternative fits better than the others, a key that none of them knows is the fault to name. */
function addUnknownKeysOfUnion(errors: Issue[][], path: readonly PropertyKey[], place: Place): boolean {
  const known = knownKeys(place.schema, path.slice(place.prefix.length));
  const unknown = new Set(
    errors.flat().flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : [])),
  );
  const foreign = [...unknown].filter((key) => !known.includes(key));
  for (const key of foreign) addUnknownKey(key, path, place);
  return foreign.length > 0;
}

/** The alternatives of a union that the value comes nearest to: fewest foreign keys, then fewest faults. */
function nearestBranches(errors: Issue[][]): Issue[][] {
  const weight = (branch: Issue[]) =>
    branch.reduce((sum, issue) => sum + (issue.path.length === 0 ? 2 : 1), branch.length > 0 ? 0 : 99);
  const least = Math.min(...errors.map(weight));
  return errors.filter((branch) => weight(branch) === least);
}

function invalid(path: readonly PropertyKey[], empty: boolean): LocalText {
  const last = path.at(-1);
  if (last === undefined)
    return text("The file's content is not valid.", "Le contenu du fichier n'est pas valide.");
  const key = shown(typeof last === "number" ? pathWords(path.slice(-2)) : String(last));
  return empty
    ? text(`"${key}" has no value.`, `« ${key} » n'a pas de valeur.`)
    : text(`The value of "${key}" is not valid.`, `La valeur de « ${key} » n'est pas valide.`);
}

function expectation(issue: Issue, path: readonly PropertyKey[], place: Place): LocalText | null {
  const own = wordings.get(issue.message);
  if (own) return own;
  switch (issue.code) {
    case "invalid_type":
      return typeWords[issue.expected] ?? sameText(issue.expected);
    case "invalid_value":
      return oneOf(issue.values.map(String));
    case "too_small":
      return bound(issue.origin, Number(issue.minimum), "least");
    case "too_big":
      return bound(issue.origin, Number(issue.maximum), "most");
    case "invalid_union": {
      const known = knownKeys(place.schema, path.slice(place.prefix.length));
      return known.length > 0 ? oneOf(known) : null;
    }
    default:
      return sameText(issue.message);
  }
}

function wording(words: string): LocalText {
  return wordings.get(words) ?? sameText(words);
}

function oneOf(words: readonly string[]): LocalText {
  const [only] = words;
  if (words.length === 1 && only !== undefined) return sameText(only);
  return text(`one of ${choices(words)}`, `au choix : ${choices(words)}`);
}

function bound(origin: string, limit: number, side: "least" | "most"): LocalText {
  const [en, fr] = side === "least" ? ["at least", "au moins"] : ["at most", "au plus"];
  const s = limit > 1 ? "s" : "";
  if (origin === "string") {
    return text(`${en} ${limit} character${s}`, `${fr} ${limit} caractère${s}`);
  }
  if (origin === "array") return text(`${en} ${limit} item${s}`, `${fr} ${limit} élément${s}`);
  return text(`${en} ${limit}`, `${fr} ${limit}`);
}
