import { issue, type KeyedCertificate } from "../kubernetes/access/certificates.ts";

const days = 365 * 20;

/** A certificate of a server that is signed by itself, for its name and its in-world address. */
export function ownCertificate(name: string, address: string): KeyedCertificate {
  const purpose = { for: "server", names: [name, "localhost"], addresses: ["127.0.0.1", address] } as const;
  return issue({ commonName: name }, purpose, { issuer: null, now: new Date(), days });
}
