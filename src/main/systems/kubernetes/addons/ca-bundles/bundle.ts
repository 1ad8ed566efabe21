import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import type { FactValue } from "../../../../../shared/resource.ts";
import { type CertificateWords, readBundle, triedWordsOf } from "../../../../x509/read.ts";
import { factsOfWords } from "../certificate-facts.ts";

/** What is kept of a bundle: how many certificates there are in it, and of each authority the newest. */
export interface Bundle {
  count: number;
  newest: readonly { words: CertificateWords; isSelfSigned: boolean }[];
}

const mostKept = 100;

/** Reads a bundle; null where there is nothing in it but what the whole public trusts. */
export function bundleOf(pem: string): Bundle | null {
  const all = readBundle(pem);
  const byAuthority = new Map<string, Bundle["newest"][number]>();
  for (const certificate of all) {
    const words = publicRoots().has(certificate.fingerprint256) ? null : triedWordsOf(certificate);
    if (!words) continue;
    const name = authorityOf(words);
    const before = byAuthority.get(name);
    if (before && before.words.notAfter >= words.notAfter) continue;
    byAuthority.set(name, { words, isSelfSigned: certificate.checkIssued(certificate) });
  }
  const newest = [...byAuthority.values()].slice(0, mostKept);
  return newest.length === 0 ? null : { count: all.length, newest };
}

/**
 * The certificate that a bundle stands by at a moment: of the newest of each authority the one that ends first. What has ended beside
 * others that have not is left over from before, and trusted by nobody any more.
 */
export function standingOf({ newest }: Bundle, now: number): Bundle["newest"][number] | null {
  const byEnd = [...newest].sort((one, other) => one.words.notAfter - other.words.notAfter);
  return byEnd.find(({ words }) => words.notAfter > now) ?? byEnd.at(-1) ?? null;
}

/** What a bundle is told as, at a moment. */
export function factsOfBundle(bundle: Bundle, now: number): Record<string, FactValue> {
  const standing = standingOf(bundle, now);
  return {
    ...(standing && factsOfWords(standing.words)),
    "certificate.chainState": standing?.isSelfSigned ? "self-signed" : null,
    "certificate.inBundle": bundle.count,
  };
}

/** Signers put the moment when they were made behind their name; a successor has the same one before that. */
function authorityOf({ subject }: CertificateWords): string {
  return subject.replace(/@\d+$/, "");
}

let known: ReadonlySet<string> | null = null;

function publicRoots(): ReadonlySet<string> {
  known ??= new Set(rootCertificates.map((pem) => new X509Certificate(pem).fingerprint256));
  return known;
}
