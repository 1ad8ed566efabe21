import type { FactValue } from "../../shared/resource.ts";
import type { Followed } from "../inventory/reader.ts";

/** What counts of a `certificate` here, as its system tells of it. Moments are epoch milliseconds. */
export interface CertificateRecord {
  id: string;
  name: string;
  system: string;
  site: string | null;
  environment: string | null;
  from: string;
  subject: string | null;
  names: readonly string[];
  issuer: string | null;
  serial: string | null;
  fingerprint: string | null;
  notBefore: number | null;
  notAfter: number | null;
  key: string | null;
  signature: string | null;
  chain: readonly string[];
  chainState: string | null;
  trust: string | null;
  servedAs: string | null;
  usedBy: readonly string[];
  renewal: "automatic" | "manual" | null;
  renewsAt: number | null;
  renewedBy: string | null;
  revoked: boolean;
  issuance: readonly string[];
  /** How many certificates there are in the bundle that it is of; null: it is of none. */
  inBundle: number | null;
  stale: boolean;
  readAt: number | null;
}

/** Reads a `certificate` of the inventory; null for any other resource. */
export function recordOf(entry: Followed): CertificateRecord | null {
  const { kind, name, system, site, environment } = entry.declaration;
  if (kind !== "certificate") return null;
  const value = (key: string): FactValue => entry.fact(`certificate.${key}`)?.value ?? null;
  const word = (key: string) => wordOf(value(key));
  const number = (key: string) => numberOf(value(key));
  const lines = (key: string) => linesOf(value(key));
  const renewal = word("renewal");
  let readAt: number | null = null;
  for (const { seenAt } of entry.contributions.values()) {
    if (seenAt !== null) readAt = Math.max(readAt ?? seenAt, seenAt);
  }
  return {
    ...{ id: entry.id, name, system, site, environment, stale: entry.stale, readAt },
    from: word("from") ?? "unknown",
    subject: word("subject"),
    names: lines("names"),
    issuer: word("issuer"),
    serial: word("serial"),
    fingerprint: word("fingerprint"),
    notBefore: number("notBefore"),
    notAfter: number("notAfter"),
    key: word("key"),
    signature: word("signature"),
    chain: lines("chain"),
    chainState: word("chainState"),
    trust: word("trust"),
    servedAs: word("servedAs"),
    usedBy: lines("usedBy"),
    renewal: renewal === "automatic" || renewal === "manual" ? renewal : null,
    renewsAt: number("renewsAt"),
    renewedBy: word("renewedBy"),
    revoked: value("revoked") === true,
    issuance: lines("issuance"),
    inBundle: number("inBundle"),
  };
}

function wordOf(value: FactValue): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function numberOf(value: FactValue): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function linesOf(value: FactValue): readonly string[] {
  return Array.isArray(value) ? value : typeof value === "string" && value !== "" ? [value] : [];
}
