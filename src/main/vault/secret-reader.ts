import { z } from "zod";
import type { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { abortable } from "../reach/abort.ts";
import { envelopeSchema, type VaultEnvelope } from "./answers.ts";
import type { VaultAnswer, VaultRequest } from "./client.ts";
import type { LifeClock } from "./clock.ts";
import { service, vaultFault } from "./faults.ts";
import type { Leases } from "./leases.ts";
import type { Mounts } from "./mounts.ts";
import { urlPath, type VaultReference } from "./reference.ts";
import { type Fields, ShortMemory } from "./short-memory.ts";

/** Milliseconds that a secret without a lease is held for whoever asks next. */
const heldFor = 30_000;
const callTime = 60_000;
const mostReadings = 3;

const versionedSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  metadata: z.object({ destroyed: z.boolean().catch(false), deletion_time: z.string().catch("") }).nullish(),
});

export interface SecretReaderParts {
  name: string;
  exchange(request: Omit<VaultRequest, "token">): Promise<VaultAnswer>;
  mounts: Mounts;
  leases: Leases;
  clock: LifeClock;
}

/**
 * Reads fields of secrets, of KV 1 and 2 and of whatever makes them on demand. What was read is held for half a minute or
 * for its lease, so that many askers ask once; then it is wiped and asked for anew. Throws `vault.…` and `reach.…`.
 */
export class SecretReader {
  readonly #parts: SecretReaderParts;
  readonly #memory: ShortMemory;
  readonly #reading = new Map<string, Promise<void>>();
  /** Raised when all is forgotten: what was asked for before that is not held. */
  #age = 0;

  constructor(parts: SecretReaderParts) {
    this.#parts = parts;
    this.#memory = new ShortMemory(parts.clock);
  }

  async field(reference: VaultReference, signal: AbortSignal): Promise<string> {
    const { path, version, field } = reference;
    const key = `${path}?${version ?? ""}`;
    if (!this.#memory.get(key)) await abortable(this.#readOnce(key, reference), signal);
    const held = this.#memory.get(key);
    // Forgotten again meanwhile, with the token that it was read with.
    if (!held) throw vaultFault("token-refused", this.#parts.name);
    const value = held.get(field);
    if (value === undefined) throw noSuchField(this.#parts.name, path, field);
    return value.toString("utf8");
  }

  /** Wipes all that is held. */
  forget(): void {
    this.#age += 1;
    this.#memory.wipeAll();
    this.#parts.mounts.forget();
  }

  #readOnce(key: string, reference: VaultReference): Promise<void> {
    const going = this.#reading.get(key);
    if (going) return going;
    const reading = this.#readAnew(key, reference).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  /** Reads it, and again when the token that it was read with has ended meanwhile: a lease would have ended with it. */
  async #readAnew(key: string, reference: VaultReference): Promise<void> {
    for (let tries = 0; tries < mostReadings; tries += 1) {
      if (await this.#read(key, reference)) return;
    }
    throw vaultFault("token-refused", this.#parts.name);
  }

  /** False when all was forgotten while it was read. */
  async #read(key: string, { path, version }: VaultReference): Promise<boolean> {
    const age = this.#age;
    const signal = AbortSignal.timeout(callTime);
    const mount = await this.#parts.mounts.of(path, signal);
    const below = path.slice(mount.path.length);
    const asked = mount.versioned ? `${urlPath(mount.path)}data/${urlPath(below)}` : urlPath(path);
    const query = mount.versioned && version !== null ? { version: String(version) } : {};
    // A version that was deleted is told with 404 and its metadata.
    const { status, body } = await this.#parts.exchange({ path: asked, query, alsoTake: [404], signal });
    const answer = envelopeSchema.safeParse(body);
    if (status === 404) throw this.#missing(path, answer.data);
    if (!answer.success || !answer.data.data) throw service.http(this.#parts.name).garbage();
    const data = mount.versioned ? this.#versioned(path, answer.data.data) : answer.data.data;
    const { lease_id: id, lease_duration: seconds, renewable } = answer.data;
    const fields = asBytes(data);
    if (age !== this.#age) {
      for (const bytes of fields.values()) bytes.fill(0);
      return false;
    }
    const leased = id !== "" && seconds > 0;
    this.#memory.hold(key, fields, leased ? null : heldFor);
    if (leased) this.#parts.leases.keep({ id, seconds, renewable }, () => this.#memory.wipe(key));
    return true;
  }

  #versioned(path: string, data: NonNullable<VaultEnvelope["data"]>): Record<string, unknown> {
    const found = versionedSchema.safeParse(data).data;
    if (!found) throw service.http(this.#parts.name).garbage();
    if (!found.data) throw deletedVersion(this.#parts.name, path);
    return found.data;
  }

  #missing(path: string, answer: VaultEnvelope | undefined): OpsError {
    const metadata = versionedSchema.safeParse(answer?.data).data?.metadata;
    return metadata ? deletedVersion(this.#parts.name, path) : noSuchSecret(this.#parts.name, path);
  }
}

/** Words, numbers and truth values as words; what has parts of its own cannot be used as a secret. */
function asBytes(data: Record<string, unknown>): Fields {
  const usable = Object.entries(data).filter(([, value]) => /^(string|number|boolean)$/.test(typeof value));
  return new Map(usable.map(([field, value]) => [field, Buffer.from(String(value), "utf8")]));
}

const checkReference = text(
  "Check the reference in the estate file, and what Vault holds at its path.",
  "Vérifiez la référence dans le fichier de parc et ce que Vault contient à ce chemin.",
);

/** `vault.no-such-secret`: nothing is kept at the path, or not for whoever is signed in. */
function noSuchSecret(name: string, path: string): OpsError {
  return service.fault(
    "no-such-secret",
    text(`${name} has no secret at ${path}.`, `${name} n'a aucun secret à ${path}.`),
    checkReference,
  );
}

/** `vault.no-such-field`: the secret has no such field, or it is no text. */
function noSuchField(name: string, path: string, field: string): OpsError {
  return service.fault(
    "no-such-field",
    text(
      `The secret at ${path} in ${name} has no field “${field}” that is a text.`,
      `Le secret à ${path} dans ${name} n'a pas de champ « ${field} » qui soit un texte.`,
    ),
    checkReference,
  );
}

/** `vault.deleted-version`: the version was deleted or destroyed. */
function deletedVersion(name: string, path: string): OpsError {
  return service.fault(
    "deleted-version",
    text(
      `This version of the secret at ${path} in ${name} was deleted.`,
      `Cette version du secret à ${path} dans ${name} a été supprimée.`,
    ),
    text(
      "Undelete it in Vault, or name a version that is there with ?version=N.",
      "Restaurez-la dans Vault, ou nommez une version existante avec ?version=N.",
    ),
  );
}
