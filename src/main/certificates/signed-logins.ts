import type { Declaration, ObservationSink } from "../../shared/resource.ts";
import type { SignedLogin } from "../reach/signed-login.ts";

/** The source of what Vault has signed for log-ins. */
const source = "signed-keys";
const staleAfter = 86_400_000;
/** Milliseconds between two looks at what has ended: sooner than it would be judged. */
const tick = 5000;
const mostKept = 1000;

export interface SignedLoginParts {
  sink: Pick<ObservationSink, "redeclare" | "observe">;
  now(): number;
}

/**
 * The SSH certificates that log-ins are made with, the newest of each target. They live for minutes, and the next log-in has another
 * one signed: what has ended is gone, and no trouble.
 */
export class SignedLogins {
  readonly #parts: SignedLoginParts;
  /** When each ends, by identifier. */
  readonly #ends = new Map<string, number>();
  #ticking: NodeJS.Timeout | null = null;

  constructor(parts: SignedLoginParts) {
    this.#parts = parts;
  }

  /** Takes the certificate of a log-in. */
  take(signed: SignedLogin): void {
    const { target, vault, mount, role, user, serial, principals, validFrom, validUntil } = signed;
    const { sink, now } = this.#parts;
    const at = now();
    if (validUntil <= at) return;
    const id = `${source}/${target}`;
    const isNew = !this.#ends.has(id);
    if (isNew && this.#ends.size >= mostKept) return;
    this.#ends.set(id, validUntil);
    if (isNew) sink.redeclare(source, { added: [declarationOf(id, `${user}@${target}`)], removed: [] });
    const facts = {
      "certificate.from": "ssh",
      "certificate.subject": user,
      "certificate.names": [...principals],
      "certificate.issuer": `${vault}: ${mount}, ${role}`,
      "certificate.serial": serial,
      "certificate.notBefore": validFrom,
      "certificate.notAfter": validUntil,
      "certificate.key": "Ed25519",
      "certificate.renewal": "automatic",
      "certificate.renewedBy": vault,
      "certificate.usedBy": [target],
    };
    sink.observe([{ resource: id, source, at, health: "ok", facts, problems: [] }]);
    this.#ticking ??= setInterval(() => this.tidy(), tick).unref();
  }

  /** Forgets what has ended. */
  tidy(): void {
    const now = this.#parts.now();
    const removed = [...this.#ends].filter(([, end]) => end <= now).map(([id]) => id);
    for (const id of removed) this.#ends.delete(id);
    if (removed.length > 0) this.#parts.sink.redeclare(source, { added: [], removed });
    if (this.#ends.size === 0) this.close();
  }

  close(): void {
    if (this.#ticking) clearInterval(this.#ticking);
    this.#ticking = null;
  }
}

function declarationOf(id: string, name: string): Declaration {
  const none = { parent: null, site: null, environment: null };
  return { id, kind: "certificate", name, system: source, ...none, staleAfter };
}
