import type { X509Certificate } from "node:crypto";
import { readPem } from "../../../../x509/read.ts";
import { at, wordAt } from "../../kinds/seen.ts";
import { isTree } from "../../list-watch/items.ts";

const mostBytes = 256 * 1024;

/** The certificates in a Secret; its private key is not looked at. Null where there are none that can be read. */
export function certificatesIn(secret: unknown): X509Certificate[] | null {
  const encoded = isTree(secret) ? at(secret, "data", "tls.crt") : null;
  if (typeof encoded !== "string" || encoded.length > mostBytes) return null;
  return readPem(Buffer.from(encoded, "base64").toString("utf8"));
}

/** Its version, by which a change in between is noticed. */
export function versionOf(secret: unknown): string {
  return (isTree(secret) ? wordAt(secret, "metadata", "resourceVersion") : null) ?? "";
}
