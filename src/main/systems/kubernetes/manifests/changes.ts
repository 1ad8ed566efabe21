import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { isTree } from "../list-watch/items.ts";
import { digestOf, type Tree } from "./content.ts";
import { fieldOf } from "./locate.ts";
import { isTelling, withoutTelling } from "./telling.ts";

const path = z.array(z.union([z.string(), z.int().min(0)])).min(1);
type Path = z.infer<typeof path>;

/** A field that was changed, and a digest of what it should hold; null: it should not be there. */
export const wantedSchema = z.array(z.object({ path, digest: z.string().nullable() }));
export type Wanted = z.infer<typeof wantedSchema>;

/** What such a field held before; nothing where it was not there. */
export const reverseSchema = z.array(z.object({ path, before: z.json().optional() }));
export type Reverse = z.infer<typeof reverseSchema>;

/** One field in which two contents differ; undefined: it is not there. `name` is what it goes by. */
export interface Change {
  path: Path;
  name: string;
  before: unknown;
  after: unknown;
}

/** Every field in which two contents differ. Lists that do not have the same entries in the same order are one field. */
export function changesBetween(before: Tree, after: Tree): Change[] {
  return between(before, after, [], "");
}

function between(before: unknown, after: unknown, at: Path, name: string): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isTree(before) && isTree(after)) {
    // An environment variable goes by the name beside its value.
    const variable = typeof after.name === "string" ? after.name : "";
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      between(own(before, key), own(after, key), [...at, key], key === "value" ? variable : key),
    );
  }
  if (Array.isArray(before) && Array.isArray(after) && areAlike(before, after)) {
    return before.flatMap((entry, index) => between(entry, after[index], [...at, index], ""));
  }
  return [{ path: at, name, before, after }];
}

/** Whether two lists have the same entries, by their names where they have such, so that a place means one of them. */
function areAlike(before: readonly unknown[], after: readonly unknown[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((entry, index) => {
    const other = after[index];
    return isTree(entry) && isTree(other) ? entry.name === other.name : !isTree(entry) && !isTree(other);
  });
}

function own(tree: Tree, key: string): unknown {
  return Object.hasOwn(tree, key) ? tree[key] : undefined;
}

/** Digests of what changes are to come to; of what may be a secret too little to guess it by, enough to see a change. */
export function wantedOf(changes: readonly Change[]): Wanted {
  return changes.map(({ path: at, name, after }) => ({
    path: at,
    digest: after === undefined ? null : fieldDigest(name, after),
  }));
}

/** The fields that are not as they are wanted, in words. */
export function missed(content: Tree, wanted: Wanted): string[] {
  return wanted.flatMap(({ path: at, digest }) => {
    const { value, name } = find(content, at);
    const found = value === undefined ? null : fieldDigest(name, value);
    return found === digest ? [] : [fieldOf(at)];
  });
}

/** What changes are to be taken back to; null where that would give a secret away. */
export function reverseOf(changes: readonly Change[]): Reverse | null {
  const telling = changes.some(({ name, before }) => withoutTelling(before, name) !== before);
  if (telling) return null;
  const plain = changes.map(({ path: at, before }) => ({
    path: at,
    ...(before === undefined ? {} : { before: JSON.parse(JSON.stringify(before)) }),
  }));
  return reverseSchema.parse(plain);
}

/** A content with changes taken back. */
export function takenBack(content: Tree, reverse: Reverse): Tree {
  let result: unknown = content;
  for (const { path: at, before } of reverse) result = withField(result, at, before);
  return isTree(result) ? result : content;
}

function withField(place: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(place)) {
    return place.map((entry, index) => (index === Number(step) ? withField(entry, rest, value) : entry));
  }
  const tree = isTree(place) ? place : {};
  const key = String(step);
  const inner = withField(own(tree, key), rest, value);
  const others = Object.entries(tree).filter(([each]) => each !== key);
  return Object.fromEntries(inner === undefined ? others : [...others, [key, inner]]);
}

function find(content: Tree, at: Path): { value: unknown; name: string } {
  let value: unknown = content;
  let name = "";
  for (const step of at) {
    const variable = isTree(value) && typeof value.name === "string" ? value.name : "";
    name = step === "value" ? variable : typeof step === "string" ? step : "";
    if (Array.isArray(value)) value = value[Number(step)];
    else value = isTree(value) ? own(value, String(step)) : undefined;
  }
  return { value, name };
}

function fieldDigest(name: string, value: unknown): string {
  return digestOf(value).slice(0, isTelling(name, value) ? 4 : 32);
}
