import type { Resource } from "./catalogue.ts";

/** What a request to a resource is about. */
export interface Target {
  resource: Resource;
  /** Undefined for all namespaces, and for what has none. */
  namespace: string | undefined;
  name: string | null;
  subresource: string | null;
  /** What a proxy is asked for behind itself. */
  tail: string;
}

/**
 * Reads `/api/v1/…` and `/apis/GROUP/VERSION/…` (Kubernetes API concepts, "Resource URIs"); null when it leads to no
 * resource.
 */
export function parsePath(path: string, resources: readonly Resource[]): Target | null {
  const segments = path.split("/").slice(1).map(decode);
  if (segments.includes("")) return null;
  const [root, ...rest] = segments;
  if (root !== "api" && root !== "apis") return null;
  const group = root === "api" ? "" : (rest.shift() ?? "");
  const version = rest.shift();
  const find = (plural: string | undefined) =>
    resources.find(
      (entry) => entry.group === group && entry.version === version && entry.plural === plural,
    ) ?? null;
  // `/namespaces/shop/pods` is of pods; `/namespaces/shop` and `/namespaces/shop/status` are of the namespace itself.
  const inside = rest[0] === "namespaces" && rest.length > 2 ? find(rest[2]) : null;
  const namespace = inside ? rest[1] : undefined;
  const resource = inside ?? find(rest[0]);
  const [name = null, subresource = null, ...tooMuch] = rest.slice(inside ? 3 : 1);
  if (!resource || (tooMuch.length > 0 && subresource !== "proxy") || (inside && !resource.namespaced))
    return null;
  if (!inside && resource.namespaced && name !== null) return null;
  if (subresource !== null && !resource.subresources.some((entry) => entry.name === subresource)) return null;
  return { resource, namespace, name, subresource, tail: tooMuch.join("/") };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}
