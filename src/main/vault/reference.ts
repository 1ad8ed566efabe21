/** What a `vault:` reference names. */
export interface VaultReference {
  /** As the command line of Vault has it: the mount and the path below, without `data/`. */
  path: string;
  field: string;
  /** Of a secret with versions; null for the latest. */
  version: number | null;
}

/**
 * Reads `vault:PATH#FIELD` or `vault:PATH?version=N#FIELD`; null for what is none. A path never leaves its mount: it has no
 * empty parts and none that are dots.
 */
export function readReference(reference: string): VaultReference | null {
  const match = /^vault:([^#?\s]+)(?:\?version=([1-9]\d{0,8}))?#([A-Za-z0-9._-]{1,100})$/.exec(reference);
  if (!match) return null;
  const [, path = "", version, field = ""] = match;
  const parts = path.split("/");
  if (parts.length < 2 || parts.some((part) => part === "" || part === "." || part === "..")) return null;
  return { path, field, version: version === undefined ? null : Number(version) };
}

/** A path as it stands in a URL. */
export function urlPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
