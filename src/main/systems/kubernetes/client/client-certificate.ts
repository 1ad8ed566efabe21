import { createPrivateKey, X509Certificate } from "node:crypto";
import { clientCertificateExpired } from "./faults.ts";
import { credentialBroken } from "./login-faults.ts";

/**
 * Looks at a client certificate and its key before they are used, for an API server only says 401. `now` in epoch
 * milliseconds. Returns when the certificate ends, and how long it was valid in all, in milliseconds. Throws `kubernetes.credential-broken` and
 * `kubernetes.client-certificate-expired`.
 */
export function checkClientCertificate(
  cluster: string,
  certificate: { cert: string; key: string },
  now: number,
): { at: number; life: number } {
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(certificate.cert);
    if (!parsed.checkPrivateKey(createPrivateKey(certificate.key))) throw new Error("another key");
  } catch (error) {
    throw credentialBroken(cluster, "client-certificate", error);
  }
  const until = Date.parse(parsed.validTo);
  if (until <= now) throw clientCertificateExpired(cluster, new Date(until).toISOString().slice(0, 10));
  return { at: until, life: until - Date.parse(parsed.validFrom) };
}
