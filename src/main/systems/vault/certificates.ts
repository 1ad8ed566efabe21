import { X509Certificate } from "node:crypto";
import { OpsError } from "../../../shared/errors.ts";
import type { Declaration, FactValue, Observation, Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import { certifiedKeyDigest } from "../../x509/read.ts";
import type { VaultApi } from "./api.ts";

/** Certificates that are read of one mount; the list has no pages, so that the rest is only counted. */
const mostRead = 2000;
const atOnce = 4;
const day = 86_400_000;
const warnedBefore = 30 * day;
/** Milliseconds after which a certificate is looked at again: only whether it was revoked may change. */
const readAgainAfter = 3_600_000;

interface Known {
  serial: string;
  /** Of its public key; null where nothing here can use such a key. */
  keyDigest: string | null;
  facts: Record<string, FactValue>;
  name: string;
  notAfter: number;
  isAuthority: boolean;
  isRevoked: boolean;
  readAt: number;
}

export interface CertificateWatchParts {
  system: string;
  site: string | null;
  environment: string | null;
  staleAfter: number;
  /** Without slashes at its ends. */
  mount: string;
  /** The resource that it is shown below. */
  parent: string;
  api: VaultApi;
  now(): number;
}

/** The certificates that one mount of PKI has issued: each is read once, then kept. */
export class CertificateWatch {
  /** How many the mount lists. */
  listed = 0;
  /** The roles that it signs by; null where they may not be seen. */
  roles: readonly string[] | null = null;
  readonly mount: string;
  readonly #parts: CertificateWatchParts;
  readonly #known = new Map<string, Known>();

  constructor(parts: CertificateWatchParts) {
    this.#parts = parts;
    this.mount = parts.mount;
  }

  get declarations(): Declaration[] {
    const { system, site, environment, staleAfter, parent } = this.#parts;
    return [...this.#known.values()].map(({ serial, name }) => ({
      id: this.#id(serial),
      kind: "certificate",
      name,
      system,
      parent,
      site,
      environment,
      staleAfter,
    }));
  }

  /** The serial number of one of its resources; null for any other. */
  serialOf(resource: string): string | null {
    const prefix = this.#id("");
    const serial = resource.startsWith(prefix) ? resource.slice(prefix.length) : "";
    return this.#known.has(serial) ? serial : null;
  }

  /** Reads the list and what is new in it, or was read too long ago. Throws OpsErrors. */
  async read(signal: AbortSignal): Promise<void> {
    const { api, mount, now } = this.#parts;
    const serials = await api.list(`${mount}/certs`, signal);
    this.listed = serials.length;
    this.roles = await api.list(`${mount}/roles`, signal).catch((error: unknown) => {
      if (error instanceof OpsError && error.code === "vault.not-allowed") return null;
      throw error;
    });
    const wanted = new Set(serials.slice(0, mostRead));
    for (const serial of [...this.#known.keys()]) if (!wanted.has(serial)) this.#known.delete(serial);
    const old = (serial: string) => now() - (this.#known.get(serial)?.readAt ?? 0) > readAgainAfter;
    const queue = [...wanted].filter(old);
    const lane = async () => {
      for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift())
        await this.#readOne(next, signal);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }

  /** The serial numbers of those that were read and are of a public key, the newest first. */
  ofKey(digest: string): string[] {
    const from = ({ facts }: Known) => Number(facts["certificate.notBefore"] ?? 0);
    return [...this.#known.values()]
      .filter((each) => each.keyDigest === digest)
      .sort((one, other) => from(other) - from(one))
      .map(({ serial }) => serial);
  }

  /** Forgets how one stands, so that it is read again. */
  reconsider(serial: string): void {
    const known = this.#known.get(serial);
    if (known) known.readAt = 0;
  }

  observations(at: number): Observation[] {
    return [...this.#known.values()].map(({ serial, keyDigest: _digest, facts, readAt, ...how }) => {
      const problems = problemsOf(how, at);
      return {
        resource: this.#id(serial),
        source: this.#parts.system,
        at,
        health: problems[0]?.health ?? "ok",
        facts,
        problems,
        readAt: Object.fromEntries(Object.keys(facts).map((key) => [key, readAt])),
      };
    });
  }

  async #readOne(serial: string, signal: AbortSignal): Promise<void> {
    const { api, mount, now } = this.#parts;
    try {
      const { certificate, revocation_time: revoked } = await api.certificate(mount, serial, signal);
      const known = knownOf(serial, new X509Certificate(certificate), revoked > 0, now());
      this.#known.set(serial, known);
    } catch (error) {
      // One that is gone meanwhile, or cannot be understood, does not keep the others from being shown.
      const isOfOne = !(error instanceof OpsError) || error.code === "vault.not-found";
      if (!isOfOne) throw error;
    }
  }

  #id(serial: string): string {
    return `${this.#parts.system}/pki/${this.mount}/${serial}`;
  }
}

function knownOf(serial: string, certificate: X509Certificate, isRevoked: boolean, readAt: number): Known {
  const commonName = /(?:^|\n)CN=([^\n]+)/.exec(certificate.subject)?.[1] ?? serial;
  const notAfter = Date.parse(certificate.validTo);
  const names = (certificate.subjectAltName ?? "")
    .split(", ")
    .map((each) => each.replace(/^(DNS|IP Address):/, ""))
    .filter((each) => each !== "");
  return {
    serial,
    keyDigest: certifiedKeyDigest(certificate),
    name: commonName,
    notAfter,
    isAuthority: certificate.ca,
    isRevoked,
    readAt,
    facts: {
      "certificate.from": "authority",
      "certificate.subject": certificate.subject.replaceAll("\n", ", "),
      "certificate.names": names,
      "certificate.issuer": certificate.issuer.replaceAll("\n", ", "),
      "certificate.serial": certificate.serialNumber,
      "certificate.fingerprint": certificate.fingerprint256,
      "certificate.notBefore": Date.parse(certificate.validFrom),
      "certificate.notAfter": notAfter,
      "certificate.revoked": isRevoked,
    },
  };
}

/** One that was revoked needs nobody any more, whenever it ends. */
function problemsOf(
  { notAfter, isRevoked, name }: Pick<Known, "notAfter" | "isRevoked" | "name">,
  now: number,
): Problem[] {
  if (isRevoked || notAfter - now > warnedBefore) return [];
  const until = new Date(notAfter).toISOString().slice(0, 10);
  if (notAfter <= now)
    return [
      {
        code: "certificate.expired",
        health: "warning",
        text: text(
          `The certificate ${name} expired on ${until}.`,
          `Le certificat ${name} a expiré le ${until}.`,
        ),
      },
    ];
  return [
    {
      code: "certificate.expires",
      health: "warning",
      text: text(
        `The certificate ${name} expires on ${until}, in ${Math.floor((notAfter - now) / day)} days.`,
        `Le certificat ${name} expire le ${until}, dans ${Math.floor((notAfter - now) / day)} jours.`,
      ),
    },
  ];
}
