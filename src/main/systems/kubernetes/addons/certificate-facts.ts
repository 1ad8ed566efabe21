import type { X509Certificate } from "node:crypto";
import type { FactValue } from "../../../../shared/resource.ts";
import { chainOf } from "../../../x509/chain.ts";
import { type CertificateWords, triedWordsOf } from "../../../x509/read.ts";

/** What a certificate says of itself, as facts. */
export function factsOfWords({ isAuthority: _, ...words }: CertificateWords): Record<string, FactValue> {
  return Object.fromEntries(Object.entries(words).map(([key, value]) => [`certificate.${key}`, value]));
}

/** The same of the first, with the chain of what comes with it; null for one that cannot be read. */
export function factsOfChain(shown: readonly X509Certificate[]): Record<string, FactValue> | null {
  const words = shown[0] ? triedWordsOf(shown[0]) : null;
  if (!words) return null;
  const { path, state } = chainOf(shown, null);
  return {
    ...factsOfWords(words),
    "certificate.chainState": state,
    "certificate.chain": path.map((each) => {
      const of = triedWordsOf(each);
      return of ? `${of.subject} (${new Date(of.notAfter).toISOString().slice(0, 10)})` : "–";
    }),
  };
}
