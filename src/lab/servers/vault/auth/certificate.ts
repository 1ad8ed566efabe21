import { X509Certificate } from "node:crypto";
import { listOf, textOf, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import { badRequest } from "../core/failure.ts";
import { readTerms, shownTerms, type TokenTerms } from "./log-in.ts";
import { WayIn } from "./way-in.ts";

interface Trusted {
  certificate: X509Certificate;
  names: string[];
  terms: TokenTerms;
}

/** Who shows a certificate in TLS that is trusted, or signed by one that is. */
export class CertificateLogin extends WayIn<Trusted> {
  readonly type = "cert";
  protected readonly listing = {
    folder: "certs",
    read: (call: VaultCall): Trusted => ({
      certificate: readCertificate(wordOf(call, "certificate")),
      names: listOf(call, "allowed_common_names").concat(listOf(call, "allowed_names")),
      terms: readTerms(call),
    }),
    shown: ({ certificate, names, terms }: Trusted) => ({
      certificate: certificate.toString(),
      allowed_names: names,
      ...shownTerms(terms),
    }),
  };

  isOpen(path: string): boolean {
    return path === "login";
  }

  protected own(call: VaultCall): VaultAnswer | null {
    return call.path === "login" && call.method === "POST" ? this.enter(call) : null;
  }

  private enter(call: VaultCall): VaultAnswer {
    const shown = call.clientCertificate;
    if (!shown) throw badRequest("client certificate must be supplied");
    const wanted = textOf(call, "name");
    const commonName = /CN=([^\n]+)/.exec(shown.subject)?.[1] ?? "";
    const now = this.cluster.now();
    const isInTime = Date.parse(shown.validFrom) <= now && now < Date.parse(shown.validTo);
    const [name, matched] =
      [...this.kept].find(
        ([each, { certificate, names }]) =>
          (wanted === "" || wanted === each) &&
          isInTime &&
          (certificate.fingerprint256 === shown.fingerprint256 ||
            (certificate.ca && shown.checkIssued(certificate) && shown.verify(certificate.publicKey))) &&
          (names.length === 0 || names.some((pattern) => fits(pattern, commonName))),
      ) ?? [];
    if (name === undefined || !matched)
      throw badRequest("invalid certificate or no client certificate supplied");
    return this.letIn(call, matched.terms, {
      displayName: `cert-${name}`,
      meta: { cert_name: name, common_name: commonName },
    });
  }
}

function fits(pattern: string, name: string): boolean {
  const [start = "", end] = pattern.split("*");
  return end === undefined ? pattern === name : name.startsWith(start) && name.endsWith(end);
}

function readCertificate(words: string): X509Certificate {
  try {
    return new X509Certificate(words);
  } catch {
    throw badRequest("failed to parse certificate");
  }
}
