import type { X509Certificate } from "node:crypto";
import { getCACertificates, rootCertificates } from "node:tls";
import { readPem } from "./read.ts";

/** What comes with a certificate: whether it leads to an authority, and whose word is known for that. */
export interface Chain {
  /** From the leaf on, as far as one vouches for the other. */
  path: readonly X509Certificate[];
  /** Null: it ends at an authority that nobody here knows, which may be its root. */
  state: "complete" | "unordered" | "incomplete" | "self-signed" | null;
  /** Whether an authority vouches for it that is trusted by the given ones, or by the workstation. */
  trust: "authority" | "workstation" | null;
}

export interface Authorities {
  /** The authorities with the same subject. */
  named(subject: string): readonly X509Certificate[];
}

const longestPath = 10;

/**
 * Builds the path from the first certificate by what came with it, each vouched for by the signature of the next (RFC 5280, 6.1,
 * without policies and revocation; dates are judged elsewhere). `own` are authorities that the estate trusts instead of the
 * workstation's.
 */
export function chainOf(shown: readonly X509Certificate[], own: Authorities | null): Chain {
  const [leaf] = shown;
  if (!leaf) return { path: [], state: null, trust: null };
  const known = own ?? workstationAuthorities();
  const word = own ? "authority" : "workstation";
  const path = [leaf];
  let isOrdered = true;
  let at = 0;
  for (let current = leaf; path.length < longestPath; ) {
    if (isVouchedBy(current, current)) {
      const isKnown = known
        .named(current.subject)
        .some((each) => each.fingerprint256 === current.fingerprint256);
      const state = path.length === 1 ? "self-signed" : isOrdered ? "complete" : "unordered";
      return { path, state, trust: isKnown ? word : null };
    }
    const anchor = known.named(current.issuer).find((each) => isVouchedBy(current, each));
    if (anchor) return { path: [...path, anchor], state: isOrdered ? "complete" : "unordered", trust: word };
    const next = shown.findIndex((each) => !path.includes(each) && isVouchedBy(current, each));
    const found = shown[next];
    if (!found) break;
    isOrdered &&= next === at + 1;
    at = next;
    current = found;
    path.push(found);
  }
  // Who tells where its issuer's certificate is fetched has one that is no root (RFC 5280, 4.2.2.1).
  const isCut = path.at(-1)?.infoAccess?.includes("CA Issuers") ?? false;
  return { path, state: own || isCut ? "incomplete" : null, trust: null };
}

/** Authorities by their subject; what cannot be read of a PEM text is left out. */
export function authoritiesOf(pems: readonly string[]): Authorities {
  const bySubject = new Map<string, X509Certificate[]>();
  for (const certificate of pems.flatMap((pem) => readPem(pem) ?? [])) {
    bySubject.set(certificate.subject, [...(bySubject.get(certificate.subject) ?? []), certificate]);
  }
  return { named: (subject) => bySubject.get(subject) ?? [] };
}

let workstation: Authorities | null = null;

function workstationAuthorities(): Authorities {
  // Older runtimes of Electron have their built-in list alone.
  workstation ??= authoritiesOf(
    typeof getCACertificates === "function" ? getCACertificates("default") : rootCertificates,
  );
  return workstation;
}

function isVouchedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}
