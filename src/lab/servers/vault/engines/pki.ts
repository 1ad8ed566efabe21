import { generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import {
  type Backend,
  isTrue,
  listOf,
  numberOf,
  secondsOf,
  textOf,
  type VaultAnswer,
  type VaultCall,
  wordOf,
} from "../core/call.ts";
import { badRequest, notFound, unsupportedOperation, unsupportedPath } from "../core/failure.ts";
import {
  makeCertificate,
  makeRevocationList,
  type Names,
  pem,
  readRequest,
  type Signer,
  serialOf,
  signerOf,
} from "../crypto/x509.ts";
import { listBelow } from "./paths.ts";
import { checkNames, type PkiRole, readRole } from "./pki-role.ts";

interface Issued {
  certificate: X509Certificate;
  revokedAt: number | null;
}

const listLife = 72 * 3_600_000;

/** An authority that issues certificates by roles, and takes them back. */
export class Pki implements Backend {
  readonly type = "pki";
  private readonly now: () => number;
  private readonly roles = new Map<string, PkiRole>();
  private readonly issued = new Map<string, Issued>();
  private authority: Signer | null = null;
  private lists = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  exists(path: string): boolean {
    return this.roles.has(path.replace(/^roles\//, ""));
  }

  isOpen(path: string): boolean {
    return /^(ca(\/pem|_chain)?|crl(\/pem)?|cert\/(ca|crl|ca_chain|[0-9a-fA-F:-]+)(\/raw)?)$/.test(path);
  }

  handle(call: VaultCall): VaultAnswer {
    const [kind = "", name = "", further = ""] = call.path.split("/");
    if (call.path === "root/generate/internal" && call.method === "POST") return this.makeRoot(call);
    if (call.path === "config/ca" && call.method === "POST") return this.takeIn(call);
    if (kind === "ca" || kind === "crl" || call.path === "ca_chain") return this.raw(call.path);
    if (kind === "certs" && call.method === "LIST") return this.list(name);
    if (kind === "cert" && call.method === "GET") return this.read(name, further);
    if (kind === "roles") return this.role(call, name);
    if (kind === "issue" && call.method === "POST") return this.issue(call, name);
    if ((kind === "sign" || kind === "sign-verbatim") && call.method === "POST") return this.sign(call, name);
    if (kind === "revoke" && call.method === "POST") return this.revoke(call);
    if (kind === "tidy" && call.method === "POST") return this.tidy();
    throw unsupportedPath();
  }

  private makeRoot(call: VaultCall): VaultAnswer {
    const { privateKey, publicKey } = makeKey(textOf(call, "key_type", "rsa"), numberOf(call, "key_bits", 0));
    const now = this.now();
    const certificate = makeCertificate({
      names: { commonName: wordOf(call, "common_name"), alternative: [] },
      publicKey,
      issuer: null,
      key: privateKey,
      notBefore: now - 30_000,
      notAfter: now + secondsOf(call, "ttl", 32 * 86_400) * 1000,
      isAuthority: true,
    });
    this.adopt({ certificate, key: privateKey });
    return { data: { ...this.shown(certificate), expiration: seconds(certificate) } };
  }

  private takeIn(call: VaultCall): VaultAnswer {
    const bundle = wordOf(call, "pem_bundle");
    const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(bundle)?.[0];
    const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----/.exec(bundle)?.[0];
    if (!certificate || !key) throw badRequest("unable to parse given certificate/key bundle");
    this.adopt(signerOf(certificate, key));
    return { data: { imported_issuers: ["default"], imported_keys: ["default"] } };
  }

  private adopt(signer: Signer): void {
    this.authority = signer;
    this.issued.set(serialOf(signer.certificate), { certificate: signer.certificate, revokedAt: null });
  }

  private role(call: VaultCall, name: string): VaultAnswer {
    if (call.method === "LIST") return { data: { keys: listBelow(this.roles.keys(), "") } };
    if (call.method === "POST") {
      this.roles.set(name, readRole(call));
      return { status: 204 };
    }
    const role = this.roles.get(name);
    if (!role) throw notFound();
    if (call.method === "GET") return { data: role.told };
    if (call.method !== "DELETE") throw unsupportedOperation();
    this.roles.delete(name);
    return { status: 204 };
  }

  private issue(call: VaultCall, name: string): VaultAnswer {
    const role = this.roleOf(name);
    const names: Names = {
      commonName: wordOf(call, "common_name"),
      alternative: [...listOf(call, "alt_names"), ...listOf(call, "ip_sans")],
    };
    const { privateKey, publicKey } = makeKey(role.keyType, role.keyBits);
    const certificate = this.make(call, role, names, publicKey);
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString().trim();
    return this.answer(certificate, role, { private_key: key, private_key_type: role.keyType });
  }

  private sign(call: VaultCall, name: string): VaultAnswer {
    const role = this.roleOf(name);
    let asked: ReturnType<typeof readRequest>;
    try {
      asked = readRequest(wordOf(call, "csr"));
    } catch {
      throw badRequest("certificate request could not be parsed");
    }
    const commonName = textOf(call, "common_name") || asked.names.commonName;
    const given = [...listOf(call, "alt_names"), ...listOf(call, "ip_sans")];
    const alternative = given.length > 0 ? given : asked.names.alternative;
    return this.answer(this.make(call, role, { commonName, alternative }, asked.publicKey), role, {});
  }

  private make(call: VaultCall, role: PkiRole, names: Names, publicKey: KeyObject): X509Certificate {
    const authority = this.signer();
    checkNames(role, names);
    const now = this.now();
    const ttl = secondsOf(call, "ttl", role.ttl);
    if (ttl > role.maxTtl)
      throw badRequest(`cannot satisfy request, as TTL would result in a life above the role's maximum`);
    const notAfter = now + ttl * 1000;
    if (notAfter > Date.parse(authority.certificate.validTo))
      throw badRequest(
        "cannot satisfy request, as TTL would result in notAfter beyond the expiration of the CA",
      );
    const alternative = isTrue(call, "exclude_cn_from_sans")
      ? names.alternative
      : [names.commonName, ...names.alternative];
    const certificate = makeCertificate({
      names: { ...names, alternative: [...new Set(alternative)].filter((each) => each !== "") },
      publicKey,
      issuer: authority,
      notBefore: now - 30_000,
      notAfter,
      isAuthority: false,
    });
    this.issued.set(serialOf(certificate), { certificate, revokedAt: null });
    return certificate;
  }

  private answer(certificate: X509Certificate, role: PkiRole, further: Record<string, unknown>): VaultAnswer {
    const left = Math.floor((Date.parse(certificate.validTo) - this.now()) / 1000);
    const data = { ...this.shown(certificate), expiration: seconds(certificate), ...further };
    const serial = serialOf(certificate);
    if (!role.generatesLease) return { data };
    return {
      data,
      lease: { ttl: left, maxTtl: left, renewable: false, onRevoke: () => this.takeBack(serial) },
    };
  }

  private list(which: string): VaultAnswer {
    const wanted = [...this.issued].filter(([, { revokedAt }]) => which !== "revoked" || revokedAt !== null);
    return {
      data: {
        keys: listBelow(
          wanted.map(([serial]) => serial),
          "",
        ),
      },
    };
  }

  private read(name: string, further: string): VaultAnswer {
    if (name === "ca" || name === "ca_chain" || name === "crl") {
      const bytes = name === "crl" ? this.revocationList() : this.signer().certificate.raw;
      return {
        data: { certificate: pem(name === "crl" ? "X509 CRL" : "CERTIFICATE", bytes), revocation_time: 0 },
      };
    }
    const found = this.issued.get(name.toLowerCase().replaceAll("-", ":"));
    if (!found) throw notFound();
    if (further === "raw") return { raw: { type: "application/pkix-cert", body: found.certificate.raw } };
    const { certificate, revokedAt } = found;
    return {
      data: {
        certificate: certificate.toString().trim(),
        revocation_time: revokedAt === null ? 0 : Math.floor(revokedAt / 1000),
        ...(revokedAt !== null && { revocation_time_rfc3339: new Date(revokedAt).toISOString() }),
      },
    };
  }

  private raw(path: string): VaultAnswer {
    const { raw } = this.signer().certificate;
    if (path === "ca") return { raw: { type: "application/pkix-cert", body: raw } };
    if (path === "ca/pem" || path === "ca_chain")
      return { raw: { type: "application/pem-certificate-chain", body: pem("CERTIFICATE", raw) } };
    const list = this.revocationList();
    if (path === "crl") return { raw: { type: "application/pkix-crl", body: list } };
    return { raw: { type: "application/x-pem-file", body: pem("X509 CRL", list) } };
  }

  private revoke(call: VaultCall): VaultAnswer {
    const given = textOf(call, "serial_number");
    const certificate = textOf(call, "certificate");
    const serial = given || (certificate ? serialOf(new X509Certificate(certificate)) : "");
    if (serial === "") throw badRequest("The serial number or certificate must be provided");
    const at = this.takeBack(serial.toLowerCase().replaceAll("-", ":"));
    if (at === null) throw badRequest(`certificate with serial ${serial} not found`);
    return {
      data: {
        revocation_time: Math.floor(at / 1000),
        revocation_time_rfc3339: new Date(at).toISOString(),
        state: "revoked",
      },
    };
  }

  private takeBack(serial: string): number | null {
    const found = this.issued.get(serial);
    if (!found) return null;
    found.revokedAt ??= this.now();
    return found.revokedAt;
  }

  /** Forgets what has run out. */
  private tidy(): VaultAnswer {
    for (const [serial, { certificate }] of [...this.issued])
      if (Date.parse(certificate.validTo) < this.now()) this.issued.delete(serial);
    return { status: 202, data: null, warnings: ["Tidy operation successfully started."] };
  }

  private revocationList(): Buffer {
    this.lists += 1;
    const now = this.now();
    const revoked = [...this.issued].flatMap(([serial, { revokedAt }]) =>
      revokedAt === null ? [] : [{ serial, at: revokedAt }],
    );
    return makeRevocationList(this.signer(), revoked, { number: this.lists, now, next: now + listLife });
  }

  private shown(certificate: X509Certificate) {
    const authority = this.signer().certificate.toString().trim();
    return {
      certificate: certificate.toString().trim(),
      issuing_ca: authority,
      ca_chain: [authority],
      serial_number: serialOf(certificate),
    };
  }

  private signer(): Signer {
    if (!this.authority) throw badRequest("no default issuer currently configured");
    return this.authority;
  }

  private roleOf(name: string): PkiRole {
    const role = this.roles.get(name);
    if (!role) throw badRequest(`unknown role: ${name}`);
    return role;
  }
}

function makeKey(type: string, bitsWanted: number): { privateKey: KeyObject; publicKey: KeyObject } {
  if (type === "rsa") return generateKeyPairSync("rsa", { modulusLength: bitsWanted || 2048 });
  if (type === "ed25519") return generateKeyPairSync("ed25519");
  if (type === "ec") return generateKeyPairSync("ec", { namedCurve: bitsWanted === 384 ? "P-384" : "P-256" });
  throw badRequest(`unknown key type: ${type}`);
}

const seconds = ({ validTo }: X509Certificate) => Math.floor(Date.parse(validTo) / 1000);
