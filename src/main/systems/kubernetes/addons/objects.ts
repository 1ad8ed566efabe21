import { randomBytes } from "node:crypto";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { type Item, isTree } from "../list-watch/items.ts";

/**
 * A name for an object that is to be created, which no other has. It is chosen by the probe and journalled with it before anything is
 * sent, so that whoever carries on after a lost answer finds the same one by it, and never begins a second one.
 */
export function newName(of: string): string {
  return `passerelle-${of.slice(0, 40).replace(/[^a-z0-9]+$/, "")}-${randomBytes(5).toString("hex")}`;
}

/** Namespace and name of a resource in one of a system's folders; null for what is in another. */
export function placeIn(
  folder: string,
  system: string,
  id: string,
): { namespace: string; name: string } | null {
  const prefix = `${system}/${folder}/`;
  const [namespace, name, ...more] = id.startsWith(prefix) ? id.slice(prefix.length).split("/") : [];
  return namespace && name && more.length === 0 ? { namespace, name } : null;
}

/** Creates an object unless one of its name is there; says whether there was none. */
export async function createOnce(
  access: ClusterAccess,
  { path, body, signal }: { path: string; body: object; signal: AbortSignal },
): Promise<boolean> {
  try {
    await access.ask({ method: "POST", path, body, signal });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.status === 409 && error.reason === "AlreadyExists") return false;
    throw error;
  }
}

/** An object of the API; null when there is none. Throws what KubernetesApi throws. */
export async function readObject(
  access: ClusterAccess,
  path: string,
  signal: AbortSignal,
): Promise<Item["object"]> {
  try {
    const body = await access.ask({ path, signal });
    return isTree(body) ? body : null;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}
