import ssh2, { type ParsedKey } from "ssh2";
import type { OpsError } from "../../shared/errors.ts";
import { parseDuration } from "../../shared/estate-words.ts";
import { text } from "../../shared/text.ts";
import { reachFault } from "./faults.ts";
import { certificateType, type KeyCertificate, readKeyCertificate } from "./key-certificate.ts";
import type { SignedLogin } from "./signed-login.ts";

/** What is asked of an SSH authority: a certificate of a key, for one user. */
export interface WantedCertificate {
  /** The system in the estate. */
  vault: string;
  mount: string;
  role: string;
  user: string;
  /** How long it should be good for, as a duration in words. */
  life: string;
  /** As in `authorized_keys`. */
  publicKey: string;
}

/** Has keys signed; gives the line of an `…-cert.pub`. Throws OpsErrors of its own. */
export interface CertificateSigner {
  sign(wanted: WantedCertificate, signal: AbortSignal): Promise<string>;
}

/** A part of its life after which a certificate is not used for another log-in. */
const usedFor = 0.5;
const mostKept = 200;

interface Kept {
  key: ParsedKey;
  certificate: KeyCertificate;
  /** Monotonic milliseconds. */
  until: number;
}

/**
 * Keys that live in memory only, signed for some minutes by an authority. A key is used for further log-ins of the same
 * user in the first half of its life; then a new one is made.
 */
export class SignedKeys {
  readonly #signer: CertificateSigner | null;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();
  readonly #going = new Map<string, Promise<ParsedKey>>();
  readonly #listeners = new Set<(signed: SignedLogin) => void>();

  /** `now` is a clock in milliseconds that does not jump. */
  constructor(signer: CertificateSigner | null, now: () => number = () => performance.now()) {
    this.#signer = signer;
    this.#now = now;
  }

  /** Throws `reach.certificate-…` and what the signer throws. */
  async key(wanted: Omit<WantedCertificate, "publicKey">, signal: AbortSignal): Promise<ParsedKey> {
    const name = JSON.stringify([wanted.vault, wanted.mount, wanted.role, wanted.user, wanted.life]);
    const kept = this.#kept.get(name);
    if (kept && kept.until > this.#now()) return kept.key;
    this.#kept.delete(name);
    const going = this.#going.get(name);
    if (going) return going;
    const making = this.#make(name, wanted, signal).finally(() => this.#going.delete(name));
    this.#going.set(name, making);
    return making;
  }

  /** The same for a log-in to a target, of which the listeners hear; a certificate without an end is not told of. */
  async keyFor(
    target: string,
    wanted: Omit<WantedCertificate, "publicKey">,
    signal: AbortSignal,
  ): Promise<ParsedKey> {
    const key = await this.key(wanted, signal);
    const certificate = [...this.#kept.values()].find((kept) => kept.key === key)?.certificate;
    if (!certificate || certificate.validUntil === null) return key;
    const { vault, mount, role, user } = wanted;
    const { serial, principals, validFrom, validUntil } = certificate;
    const signed = { target, vault, mount, role, user, serial, principals, validFrom, validUntil };
    for (const listener of [...this.#listeners]) listener(signed);
    return key;
  }

  /** Called with the certificate of each log-in. */
  onLogin(listener: (signed: SignedLogin) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Forgets a key that a server has refused, and all keys for null. */
  forget(key: ParsedKey | null): void {
    for (const [name, kept] of [...this.#kept]) if (key === null || kept.key === key) this.#kept.delete(name);
  }

  async #make(
    name: string,
    wanted: Omit<WantedCertificate, "publicKey">,
    signal: AbortSignal,
  ): Promise<ParsedKey> {
    if (!this.#signer) throw noAuthority(wanted.vault);
    const { private: privateWords, public: publicKey } = ssh2.utils.generateKeyPairSync("ed25519");
    const key = ssh2.utils.parseKey(privateWords);
    if (key instanceof Error) throw unusable(wanted);
    const line = await this.#signer.sign({ ...wanted, publicKey }, signal);
    const certificate = readKeyCertificate(line);
    if (!certificate?.isForUsers || !key.getPublicSSH().subarray(-32).equals(certificate.publicKey)) {
      throw unusable(wanted);
    }
    const { principals, seconds, blob } = certificate;
    if (principals.length > 0 && !principals.includes(wanted.user)) throw otherUsers(wanted);
    if (seconds <= 0) throw unusable(wanted);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= mostKept && oldest !== undefined) this.#kept.delete(oldest);
    const asked = (parseDuration(wanted.life) ?? 0) / 1000;
    const life = Number.isFinite(seconds) ? seconds : asked;
    const signed = withCertificate(key, blob);
    this.#kept.set(name, { key: signed, certificate, until: this.#now() + life * 1000 * usedFor });
    return signed;
  }
}

/** The key as a certificate shows it: its signatures are those of the plain key. */
function withCertificate(key: ParsedKey, blob: Buffer): ParsedKey {
  return Object.create(key, {
    type: { value: certificateType, enumerable: true },
    getPublicSSH: { value: () => blob },
  }) as ParsedKey;
}

function noAuthority(vault: string): OpsError {
  return reachFault(
    "certificate-unavailable",
    text(
      `The log-in wants a certificate of ${vault}, which this console cannot ask.`,
      `La connexion demande un certificat de ${vault}, que cette console ne peut pas interroger.`,
    ),
    text(
      "Name a system of type `vault` of the estate under `certificate`.",
      "Nommez sous « certificate » un système de type « vault » du parc.",
    ),
  );
}

function unusable({ vault, mount, role }: Omit<WantedCertificate, "publicKey">): OpsError {
  return reachFault(
    "certificate-unusable",
    text(
      `What ${vault} signed by ${mount}/${role} is no certificate of the key that was sent.`,
      `Ce que ${vault} a signé par ${mount}/${role} n'est pas un certificat de la clé envoyée.`,
    ),
    text(
      "See that the role signs user certificates (`allow_user_certificates`) of Ed25519 keys.",
      "Vérifiez que le rôle signe des certificats d'utilisateur (« allow_user_certificates ») de clés Ed25519.",
    ),
  );
}

function otherUsers({ vault, user, role }: Omit<WantedCertificate, "publicKey">): OpsError {
  return reachFault(
    "certificate-for-others",
    text(
      `The certificate that ${vault} signed does not let ${user} log in.`,
      `Le certificat signé par ${vault} ne permet pas à ${user} de se connecter.`,
    ),
    text(
      `Let the role ${role} sign for ${user} (\`allowed_users\`), or log in as somebody else.`,
      `Laissez le rôle ${role} signer pour ${user} (« allowed_users »), ou connectez-vous avec un autre compte.`,
    ),
  );
}
