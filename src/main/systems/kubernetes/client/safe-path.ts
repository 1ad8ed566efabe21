import { nameInvalid } from "./faults.ts";

/** Segments of letters, digits and what names, versions and groups have besides; none that climbs. */
const usual = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._:~-]+)+$/;

/**
 * A path of the API, refused where a name in it would lead somewhere else: through a slash, an escape, a query, or dots.
 * Source: Kubernetes, "Object Names and IDs", path segment names. Throws `kubernetes.name-invalid`.
 */
export function safePath(cluster: string, path: string): string {
  if (!usual.test(path)) throw nameInvalid(cluster);
  return path;
}
