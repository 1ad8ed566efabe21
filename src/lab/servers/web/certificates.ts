import { issue, type KeyedCertificate, type Subject } from "../kubernetes/access/certificates.ts";

/** Whoever signs the certificates of web servers. */
export interface WebAuthority extends KeyedCertificate {
  subject: Subject;
}

/** A certificate of each kind that a web server may show. */
export interface WebCertificates {
  good: KeyedCertificate;
  /** For another name. */
  wrong: KeyedCertificate;
  /** Ran out a week ago. */
  expired: KeyedCertificate;
}

const lifetime = 825;
const aYear = 365;

/** Makes an authority that holds for twenty years from `now` (epoch milliseconds). */
export function makeWebAuthority(commonName: string, now: number): WebAuthority {
  const subject = { commonName };
  const how = { issuer: null, now: new Date(now), days: 20 * aYear };
  return { subject, ...issue(subject, { for: "authority" }, how) };
}

/** Certificates of a server with these names and addresses. */
export function issueWebCertificates(
  authority: WebAuthority,
  { names, addresses }: { names: readonly string[]; addresses: readonly string[] },
  now: number,
): WebCertificates {
  const made = (listed: readonly string[], at: readonly string[], days: number) =>
    issue(
      { commonName: listed[0] ?? "web" },
      { for: "server", names: listed, addresses: at },
      { issuer: authority, now: new Date(now), days },
    );
  return {
    good: made(names, addresses, lifetime),
    wrong: made(["somewhere-else.example"], [], lifetime),
    expired: made(names, addresses, -7),
  };
}
