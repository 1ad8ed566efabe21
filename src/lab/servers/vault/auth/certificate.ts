import { X509Certificate } from "node:crypto";
import { type Backend, listOf, textOf, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest, notFound, unsupportedOperation, unsupportedPath } from "../core/failure.ts";
import { listBelow } from "../engines/paths.ts";
import { logIn, readTerms, shownTerms, type TokenTerms } from "./log-in.ts";

interface Trusted {
  certificate: X509Certificate;
  names: string[];
  terms: TokenTerms;
}

/** Who shows a certificate in TLS that is trusted, or signed by one that is. */
export class CertificateLogin implements Backend {
  readonly type = "cert";
  private readonly cluster: VaultCluster;
  private readonly mounted: string;
  private readonly trusted = new Map<string, Trusted>();

  constructor(cluster: VaultCluster, mounted: string) {
    this.cluster = cluster;
    this.mounted = mounted;
  }

  isOpen(path: string): boolean {
    return path === "login";
  }

  handle(call: VaultCall): VaultAnswer {
    if (call.path === "login" && call.method === "POST") return this.enter(call);
    const [kind, name = ""] = call.path.split("/");
    if (kind !== "certs") throw unsupportedPath();
    if (call.method === "LIST") return { data: { keys: listBelow(this.trusted.keys(), "") } };
    if (call.method === "POST") {
      const certificate = readCertificate(wordOf(call, "certificate"));
      const names = listOf(call, "allowed_common_names").concat(listOf(call, "allowed_names"));
      this.trusted.set(name, { certificate, names, terms: readTerms(call) });
      return { status: 204 };
    }
    const found = this.trusted.get(name);
    if (!found) throw notFound();
    if (call.method === "GET")
      return {
        data: {
          certificate: found.certificate.toString(),
          allowed_names: found.names,
          ...shownTerms(found.terms),
        },
      };
    if (call.method !== "DELETE") throw unsupportedOperation();
    this.trusted.delete(name);
    return { status: 204 };
  }

  private enter(call: VaultCall): VaultAnswer {
    const shown = call.clientCertificate;
    if (!shown) throw badRequest("client certificate must be supplied");
    const wanted = textOf(call, "name");
    const commonName = /CN=([^\n]+)/.exec(shown.subject)?.[1] ?? "";
    const now = this.cluster.now();
    const isInTime = Date.parse(shown.validFrom) <= now && now < Date.parse(shown.validTo);
    const [name, matched] =
      [...this.trusted].find(
        ([each, { certificate, names }]) =>
          (wanted === "" || wanted === each) &&
          isInTime &&
          (certificate.fingerprint256 === shown.fingerprint256 ||
            (certificate.ca && shown.checkIssued(certificate) && shown.verify(certificate.publicKey))) &&
          (names.length === 0 || names.some((pattern) => fits(pattern, commonName))),
      ) ?? [];
    if (name === undefined || !matched)
      throw badRequest("invalid certificate or no client certificate supplied");
    const who = {
      path: `auth/${this.mounted}login`,
      displayName: `cert-${name}`,
      meta: { cert_name: name, common_name: commonName },
    };
    return { auth: logIn(this.cluster, call, matched.terms, who) };
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
