import { isDeepStrictEqual } from "node:util";
import { isObject, type Json, type JsonObject } from "../store/object.ts";
import { badRequest, Failure } from "./failure.ts";

/** By which field the entries of a list are the same, by the list's own name (`patchMergeKey` of the API's types). */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  ports: ["containerPort", "port"],
  conditions: ["type"],
  addresses: ["type"],
  ownerReferences: ["uid"],
  imagePullSecrets: ["name"],
  topologySpreadConstraints: ["topologyKey"],
};

const deepest = 64;

/** Applies a JSON merge patch (RFC 7396). */
export function mergePatch(target: Json | undefined, patch: Json, depth = 0): Json {
  if (!isObject(patch)) return patch;
  if (depth > deepest) throw badRequest("the patch is nested too deeply");
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) set(result, key, mergePatch(own(result, key), value, depth + 1));
  }
  return result;
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Also for a key such as `__proto__`, which an assignment would not make an own one. */
function set(object: JsonObject, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * Applies a strategic merge patch (Kubernetes, "Update API Objects in Place Using kubectl patch"): as a merge patch,
 * but lists whose entries have a name are merged entry by entry. Knows `$patch`, `$deleteFromPrimitiveList`,
 * `$retainKeys` and `$setElementOrder`.
 */
export function strategicPatch(target: Json | undefined, patch: Json, depth = 0): Json {
  if (!isObject(patch)) return patch;
  if (depth > deepest) throw badRequest("the patch is nested too deeply");
  if (patch.$patch === "replace") return without(patch);
  const result: JsonObject = isObject(target) ? { ...target } : {};
  const retained = patch.$retainKeys;
  if (Array.isArray(retained)) {
    for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    if (
      value === undefined ||
      key === "$patch" ||
      key === "$retainKeys" ||
      key.startsWith("$setElementOrder/")
    )
      continue;
    const [, removed] = /^\$deleteFromPrimitiveList\/(.+)$/.exec(key) ?? [];
    const before = own(result, removed ?? key);
    if (removed !== undefined) {
      const gone = Array.isArray(value) ? value : [];
      if (Array.isArray(before))
        set(
          result,
          removed,
          before.filter((entry) => !gone.includes(entry)),
        );
    } else if (value === null) delete result[key];
    else if (isObject(value) && value.$patch === "delete") delete result[key];
    else if (Array.isArray(value)) {
      set(
        result,
        key,
        mergeList(before, value, { field: key, order: patch[`$setElementOrder/${key}`], depth }),
      );
    } else set(result, key, strategicPatch(before, value, depth + 1));
  }
  return result;
}

function without(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => key !== "$patch"));
}

function mergeList(
  target: Json | undefined,
  patch: Json[],
  how: { field: string; order: Json | undefined; depth: number },
): Json[] {
  const before = Array.isArray(target) ? target : [];
  if (
    patch.some((entry) => isObject(entry) && entry.$patch === "replace" && Object.keys(entry).length === 1)
  ) {
    return patch.filter((entry) => !(isObject(entry) && entry.$patch === "replace"));
  }
  if (how.field === "finalizers") return [...new Set([...before, ...patch])];
  const keys = Object.hasOwn(mergeKeys, how.field) ? mergeKeys[how.field] : undefined;
  const key = keys?.find((name) =>
    [...patch, ...before].every((entry) => isObject(entry) && entry[name] !== undefined),
  );
  if (key === undefined) return patch;
  const identity = (entry: Json) => (isObject(entry) ? entry[key] : entry);
  let merged = [...before];
  for (const entry of patch) {
    if (!isObject(entry)) continue;
    const at = merged.findIndex((other) => identity(other) === entry[key]);
    if (entry.$patch === "delete") merged = merged.filter((other) => identity(other) !== entry[key]);
    else if (at < 0) merged.push(strategicPatch(undefined, entry, how.depth + 1));
    else merged[at] = strategicPatch(merged[at], entry, how.depth + 1);
  }
  if (!Array.isArray(how.order)) return merged;
  const order = how.order.map(identity);
  const place = (entry: Json) => order.indexOf(identity(entry)) + 1 || order.length + 1;
  return merged.sort((a, b) => place(a) - place(b));
}

/** Applies a JSON patch (RFC 6902). Throws a Failure 422 for an operation that cannot be done. */
export function jsonPatch(target: Json, patch: Json): Json {
  if (!Array.isArray(patch)) throw badRequest("a JSON patch is a list of operations");
  let root: Json = structuredClone(target);
  for (const step of patch) {
    const { op, path, from, value } = isObject(step) ? step : {};
    if (typeof op !== "string" || typeof path !== "string") throw badRequest("an operation has op and path");
    const isCopy = (op === "move" || op === "copy") && typeof from === "string";
    if (op === "test") {
      if (!isDeepStrictEqual(look(root, path), value)) throw impossible(`testing path ${path} failed`);
      continue;
    }
    const given = isCopy ? structuredClone(look(root, from)) : value;
    if (op === "remove" || op === "replace") look(root, path);
    if (op === "move" && isCopy) root = edit(root, from, undefined, "remove");
    if (op === "remove") root = edit(root, path, undefined, "remove");
    else if (op === "add" || op === "replace" || isCopy) {
      if (given === undefined) throw badRequest(`${op} needs a value`);
      root = edit(root, path, given, op === "replace" ? "replace" : "add");
    } else throw badRequest(`Unexpected kind: ${op.slice(0, 20)}`);
  }
  return root;
}

function impossible(message: string): Failure {
  return new Failure(
    422,
    "Invalid",
    `the server rejected our request due to an error in our request: ${message}`,
  );
}

/** The keys of a JSON pointer (RFC 6901). */
function keysOf(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw badRequest(`no JSON pointer: ${pointer.slice(0, 100)}`);
  return pointer
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function child(parent: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(parent)) return /^\d+$/.test(key) ? parent[Number(key)] : undefined;
  return isObject(parent) ? own(parent, key) : undefined;
}

function look(root: Json, pointer: string): Json {
  let here: Json | undefined = root;
  for (const key of keysOf(pointer)) here = child(here, key);
  if (here === undefined) throw impossible(`path ${pointer.slice(0, 200)} does not exist`);
  return here;
}

function edit(root: Json, pointer: string, value: Json | undefined, how: "add" | "replace" | "remove"): Json {
  const keys = keysOf(pointer);
  const last = keys.pop();
  if (last === undefined) return value ?? null;
  const parent = look(root, keys.length === 0 ? "" : pointer.slice(0, pointer.lastIndexOf("/")));
  if (Array.isArray(parent)) {
    const at = last === "-" ? parent.length : Number(last);
    if (!Number.isInteger(at) || at < 0 || at > parent.length)
      throw impossible(`no index ${last.slice(0, 20)}`);
    if (how === "remove") parent.splice(at, 1);
    else parent.splice(at, how === "replace" ? 1 : 0, value ?? null);
  } else if (isObject(parent)) {
    if (how === "remove") delete parent[last];
    else set(parent, last, value ?? null);
  } else throw impossible(`path ${pointer.slice(0, 200)} does not exist`);
  return root;
}
