import type { CertificateState } from "../../../shared/certificates.ts";
import type { FactKey } from "../../../shared/facts.ts";
import { factWords } from "../../../shared/facts.ts";
import type { Health } from "../../../shared/resource.ts";
import type { LocalText } from "../../../shared/text.ts";

/** How grave a state is, in the marks that health has everywhere. */
export const healthOf: Readonly<Record<CertificateState, Health>> = {
  expired: "critical",
  revoked: "critical",
  "wrong-name": "critical",
  late: "critical",
  untrusted: "warning",
  "not-yet": "warning",
  "weak-key": "warning",
  incomplete: "warning",
  soon: "warning",
  unknown: "unknown",
  "self-signed": "ok",
  ok: "ok",
};

/** The words of a fact about certificates; null where its value has none. */
export function wordsOf(
  fact: "from" | "renewal" | "chainState" | "trust",
  value: string | null,
): LocalText | null {
  const key: FactKey = `certificate.${fact}`;
  return value === null ? null : factWords(key, value);
}

/** A month of a facet, `2026-03`, as people write it. */
export function monthWords(month: string, language: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return month;
  return new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC" }).format(date);
}
