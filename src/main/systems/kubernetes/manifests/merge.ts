import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { isTree } from "../list-watch/items.ts";
import { digestOf, type Tree } from "./content.ts";
import { isTelling } from "./telling.ts";

/** A field that was changed, by its keys, and a digest of what it should hold; null: it should not be there. */
export const wantedSchema = z.array(
  z.object({ path: z.array(z.string()).min(1), digest: z.string().nullable() }),
);
export type Wanted = z.infer<typeof wantedSchema>;

/** The merge patch (RFC 7396) that makes `after` of `before`; lists are replaced whole. */
export function patchBetween(before: Tree, after: Tree): Tree {
  const patch: [string, unknown][] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key], after[key]];
    if (isDeepStrictEqual(was, is)) continue;
    if (is === undefined) patch.push([key, null]);
    else patch.push([key, isTree(was) && isTree(is) ? patchBetween(was, is) : is]);
  }
  return Object.fromEntries(patch);
}

/** Every field that differs between two contents, with the digest of what it is after. */
export function wantedOf(before: Tree, after: Tree, path: readonly string[] = []): Wanted {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [was, is] = [before[key], after[key]];
    if (isDeepStrictEqual(was, is)) return [];
    if (isTree(was) && isTree(is)) return wantedOf(was, is, [...path, key]);
    return [{ path: [...path, key], digest: is === undefined ? null : fieldDigest(key, is) }];
  });
}

/** The fields that are not as they are wanted, as words. */
export function missed(content: Tree, wanted: Wanted): string[] {
  return wanted.flatMap(({ path, digest }) => {
    let place: unknown = content;
    for (const key of path) place = isTree(place) && Object.hasOwn(place, key) ? place[key] : undefined;
    const found = place === undefined ? null : fieldDigest(path.at(-1) ?? "", place);
    return found === digest ? [] : [path.join(".")];
  });
}

/** Of what may be a secret only so much that a change shows: too little to guess it by. */
function fieldDigest(key: string, value: unknown): string {
  return digestOf(value).slice(0, isTelling(key, value) ? 4 : 32);
}
