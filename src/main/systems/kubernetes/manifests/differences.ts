import { isDeepStrictEqual } from "node:util";
import { type LocalText, sameText, text } from "../../../../shared/text.ts";
import { isTree } from "../list-watch/items.ts";
import { withheld, withoutTelling } from "./telling.ts";

/** One field that differs. `field` as `spec.template.spec.containers[api].image`; undefined: it is not there. */
export interface Difference {
  field: string;
  before: unknown;
  after: unknown;
}

/** By which field the entries of a list are told apart, where they all have it. */
const namesOfEntries = ["name", "mountPath", "containerPort", "port", "key", "type", "host", "path"];

/** Every field in which two values differ, entries of lists by their names; what is new or gone is one line. */
export function differences(before: unknown, after: unknown, field = "", name = ""): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isTree(before) && isTree(after)) {
    const variable = typeof after.name === "string" ? after.name : "";
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differences(before[key], after[key], joined(field, key), key === "value" ? variable : key),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const entries = pairsOf(before, after);
    if (entries) return entries.flatMap(({ label, pair }) => differences(...pair, `${field}[${label}]`));
  }
  return [{ field, before: withoutTelling(before, name), after: withoutTelling(after, name) }];
}

function joined(field: string, key: string): string {
  if (field === "") return key;
  return /^[\w-]+$/.test(key) ? `${field}.${key}` : `${field}[${key}]`;
}

function pairsOf(
  before: readonly unknown[],
  after: readonly unknown[],
): { label: string; pair: [unknown, unknown] }[] | null {
  const both = [...before, ...after];
  const key = namesOfEntries.find((each) => both.every((entry) => isTree(entry) && isName(entry[each])));
  if (key !== undefined) {
    const named = (entries: readonly unknown[]) =>
      new Map(entries.map((entry) => [isTree(entry) ? String(entry[key]) : "", entry]));
    const [old, fresh] = [named(before), named(after)];
    const unique = old.size === before.length && fresh.size === after.length;
    const labels = [...new Set([...old.keys(), ...fresh.keys()])];
    if (unique) return labels.map((label) => ({ label, pair: [old.get(label), fresh.get(label)] }));
  }
  if (before.length !== after.length) return null;
  return before.map((entry, index) => ({ label: String(index), pair: [entry, after[index]] }));
}

function isName(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}

const longestValue = 120;

/** A difference as a line of a preview, without any secret. */
export function differenceWords({ field, before, after }: Difference): LocalText {
  const [was, is] = [valueWords(before), valueWords(after)];
  if (before === undefined) return text(`${field}: new, ${is.en}`, `${field} : nouveau, ${is.fr}`);
  if (after === undefined)
    return text(`${field}: taken away, was ${was.en}`, `${field} : retiré, valait ${was.fr}`);
  if (was.en === is.en) return text(`${field}: changed`, `${field} : modifié`);
  return text(`${field}: ${was.en} → ${is.en}`, `${field} : ${was.fr} → ${is.fr}`);
}

function valueWords(value: unknown): LocalText {
  if (value === withheld) return text("(withheld)", "(masqué)");
  if (value === undefined) return sameText("–");
  const words = (typeof value === "string" ? value : JSON.stringify(value)).replaceAll(
    /[\p{Cc}\p{Cf}]+/gu,
    " ",
  );
  return sameText(words.length > longestValue ? `${words.slice(0, longestValue - 1)}…` : words);
}

/** The lines of at most `most` differences, and how many more there are. */
export function differenceLines(all: readonly Difference[], most: number): LocalText[] {
  const more = all.length - most;
  return [
    ...all.slice(0, most).map(differenceWords),
    ...(more > 0 ? [text(`And more fields: ${more}.`, `Et d'autres champs : ${more}.`)] : []),
  ];
}
