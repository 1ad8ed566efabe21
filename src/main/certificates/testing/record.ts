import type { CertificateRecord } from "../records.ts";

const day = 86_400_000;
/** The moment that tests take for now. */
export const testNow = Date.UTC(2026, 0, 15);

/** A server's certificate that was issued a hundred days ago and ends in two hundred, changed by `part`. */
export function aRecord(part: Partial<CertificateRecord> = {}): CertificateRecord {
  return {
    ...{
      id: "east/certificates/shop/front",
      name: "shop/front",
      system: "east",
      site: null,
      environment: null,
    },
    from: "endpoint",
    subject: "front.shop.example",
    names: ["front.shop.example"],
    issuer: "Example Authority",
    ...{ serial: "01", fingerprint: "AB:CD", key: "EC P-256", signature: "ecdsa-with-SHA256" },
    notBefore: testNow - 100 * day,
    notAfter: testNow + 200 * day,
    ...{
      chain: [],
      chainState: "complete",
      trust: "workstation",
      servedAs: "front.shop.example",
      usedBy: [],
    },
    ...{
      renewal: null,
      renewsAt: null,
      renewedBy: null,
      revoked: false,
      issuance: [],
      inBundle: null,
      stale: false,
      readAt: testNow,
    },
    ...part,
  };
}
