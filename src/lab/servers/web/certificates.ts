import { generateKeyPairSync } from "node:crypto";
import { issue, type KeyedCertificate, type Subject } from "../kubernetes/access/certificates.ts";

/** Whoever signs the certificates of web servers. */
export interface WebAuthority extends KeyedCertificate {
  subject: Subject;
}

/** What may be wrong with the certificate that a web server shows. */
export const certificateFaults = [
  "other-names",
  "expired",
  "ends-soon",
  "chain-incomplete",
  "self-signed",
  "weak-key",
] as const;
export type CertificateFault = (typeof certificateFaults)[number];

/** What a web server shows: its own certificate, or one with something wrong, which is made when it is first asked for. */
export interface WebCertificates {
  good: KeyedCertificate;
  faulty(fault: CertificateFault): KeyedCertificate;
}

/** The names and addresses that a server is asked by. */
export interface ServerNames {
  names: readonly string[];
  addresses: readonly string[];
}

const lifetime = 825;
const aYear = 365;
/** Days that are left of a certificate that ends soon. */
const daysLeft = 6;
/** Days of its life: a short one would be told later than its usual warning. */
const oldLife = 394;

/** Makes an authority that holds for twenty years from `now` (epoch milliseconds). */
export function makeWebAuthority(commonName: string, now: number): WebAuthority {
  const subject = { commonName };
  const how = { issuer: null, now: new Date(now), days: 20 * aYear };
  return { subject, ...issue(subject, { for: "authority" }, how) };
}

/** An authority that another one vouches for. */
export function makeSubAuthority(commonName: string, issuer: WebAuthority, now: number): WebAuthority {
  const subject = { commonName };
  return {
    subject,
    ...issue(subject, { for: "authority" }, { issuer, now: new Date(now), days: 10 * aYear }),
  };
}

/** Certificates of a server with these names and addresses, as of `now`; `kept` is its own from an earlier start. */
export function issueWebCertificates(
  authority: WebAuthority,
  told: ServerNames,
  now: number,
  kept: KeyedCertificate | null = null,
): WebCertificates {
  const made = new Map<CertificateFault, KeyedCertificate>();
  return {
    good: kept ?? issueFor(authority, told, now, { days: lifetime }),
    faulty(fault) {
      const known = made.get(fault) ?? makers[fault](authority, told, now);
      made.set(fault, known);
      return known;
    },
  };
}

type Maker = (authority: WebAuthority, told: ServerNames, now: number) => KeyedCertificate;

const makers: Readonly<Record<CertificateFault, Maker>> = {
  "other-names": (authority, _told, now) =>
    issueFor(authority, { names: ["somewhere-else.example"], addresses: [] }, now, { days: lifetime }),
  expired: (authority, told, now) => issueFor(authority, told, now, { days: -7 }),
  "ends-soon": (authority, told, now) =>
    issueFor(authority, told, now - (oldLife - daysLeft) * 86_400_000, { days: oldLife }),
  "chain-incomplete"(authority, told, now) {
    // The authority between both is not sent along, and nobody outside knows it.
    const between = makeSubAuthority(`${authority.subject.commonName}-issuing`, authority, now);
    const issuerAt = "http://authority.example/issuing.crt";
    return issueFor(between, told, now, { days: lifetime, issuerAt });
  },
  "self-signed": (_authority, told, now) => issueFor(null, told, now, { days: lifetime }),
  "weak-key"(authority, told, now) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    return issueFor(authority, told, now, { days: lifetime, privateKey });
  },
};

function issueFor(
  issuer: WebAuthority | null,
  { names, addresses }: ServerNames,
  now: number,
  { issuerAt, ...how }: { days: number; issuerAt?: string } & Pick<Parameters<typeof issue>[2], "privateKey">,
): KeyedCertificate {
  return issue(
    { commonName: names[0] ?? "web" },
    { for: "server", names, addresses, ...(issuerAt !== undefined && { issuerAt }) },
    { issuer, now: new Date(now), ...how },
  );
}
