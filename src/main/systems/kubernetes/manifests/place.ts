import type { ClusterAccess } from "../cluster-access.ts";
import { observedKinds } from "../kinds/index.ts";

/** Where the object behind a resource is in the API. */
export interface ObjectPlace {
  kind: (typeof observedKinds)[number];
  namespace: string | null;
  name: string;
}

/**
 * The object that a resource of this cluster is; null for what is none, or whose object is a Secret, such as a Helm
 * release: these are never shown.
 */
export function objectOf(access: ClusterAccess, resource: string): ObjectPlace | null {
  const kind = observedKinds.find(
    ({ folder, plural }) => plural !== "secrets" && access.has(resource, folder),
  );
  if (!kind) return null;
  const [first = "", second, ...rest] = resource.slice(`${access.system}/${kind.folder}/`.length).split("/");
  if (rest.length > 0 || first === "") return null;
  if (kind.namespaced) return second ? { kind, namespace: first, name: second } : null;
  return second === undefined ? { kind, namespace: null, name: first } : null;
}

/** Its path in the version of the API that the server speaks. Throws what KubernetesApi throws. */
export async function pathOf(
  access: ClusterAccess,
  { kind, namespace, name }: ObjectPlace,
  signal: AbortSignal,
): Promise<string> {
  const inside = namespace === null ? "" : `/namespaces/${namespace}`;
  return `${await prefixOf(access, kind, signal)}${inside}/${kind.plural}/${name}`;
}

async function prefixOf(
  access: ClusterAccess,
  { prefixes, plural }: ObjectPlace["kind"],
  signal: AbortSignal,
): Promise<string> {
  const [first = "", ...others] = prefixes;
  if (others.length === 0) return first;
  const group = first.split("/")[2] ?? "";
  const versions = prefixes.map((prefix) => prefix.split("/")[3] ?? "");
  const chosen = await access.discovery.pick(group, versions, signal, plural);
  return chosen === null ? first : `/apis/${group}/${chosen}`;
}
