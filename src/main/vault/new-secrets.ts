import { z } from "zod";
import type { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { SignedRequest } from "./access.ts";
import { envelopeOf } from "./answers.ts";
import type { VaultAnswer } from "./client.ts";
import { service, vaultFault } from "./faults.ts";
import type { Mounts } from "./mounts.ts";
import { urlPath, type VaultReference } from "./reference.ts";

const metadataSchema = envelopeOf(z.object({ current_version: z.number().int().nonnegative() }));

/** How a change is sent; `committed` is called right before it leaves. */
export interface Sending {
  signal: AbortSignal;
  committed(): void;
}

export interface NewSecretsParts {
  name: string;
  exchange(request: SignedRequest): Promise<VaultAnswer>;
  mounts: Pick<Mounts, "of">;
}

/**
 * Secrets that are made here and are never to take the place of another: mounts with versions only (KV 2), where check-and-set
 * lets one writer through (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2). Throws `vault.…` and `reach.…`.
 */
export class NewSecrets {
  readonly #parts: NewSecretsParts;

  constructor(parts: NewSecretsParts) {
    this.#parts = parts;
  }

  /** Whether anything is, or was, at the path: a deleted version counts, for it can be brought back. */
  async isThere(reference: VaultReference, signal: AbortSignal): Promise<boolean> {
    return (await this.#versionOf(reference, signal)) !== null;
  }

  /** Writes one field as the first version. Throws `vault.version-mismatch` where something is there, `vault.unversioned`. */
  async add(reference: VaultReference, value: string, { signal, committed }: Sending): Promise<void> {
    await this.#parts.exchange({
      method: "POST",
      path: await this.#pathOf("data", reference, signal),
      body: { data: { [reference.field]: value }, options: { cas: 0 } },
      signal,
      onSent: committed,
    });
  }

  /** Removes it with all that is kept of it, unless somebody has written another version: `vault.version-mismatch` then. */
  async remove(reference: VaultReference, { signal, committed }: Sending): Promise<void> {
    const version = await this.#versionOf(reference, signal);
    if (version === null) return;
    if (version > 1) throw vaultFault("version-mismatch", this.#parts.name);
    const path = await this.#pathOf("metadata", reference, signal);
    await this.#parts.exchange({ method: "DELETE", path, signal, onSent: committed });
  }

  /** Null: nothing is there. */
  async #versionOf(reference: VaultReference, signal: AbortSignal): Promise<number | null> {
    const path = await this.#pathOf("metadata", reference, signal);
    const { status, body } = await this.#parts.exchange({ path, alsoTake: [404], signal });
    if (status === 404) return null;
    const read = metadataSchema.safeParse(body);
    if (!read.success) throw service.http(this.#parts.name).garbage();
    return read.data.data.current_version;
  }

  async #pathOf(kind: "data" | "metadata", { path }: VaultReference, signal: AbortSignal): Promise<string> {
    const { name, mounts } = this.#parts;
    const mount = await mounts.of(path, signal);
    if (!mount.versioned) throw unversioned(name, mount.path);
    return `${urlPath(mount.path)}${kind}/${urlPath(path.slice(mount.path.length))}`;
  }
}

/** `vault.unversioned`: without versions nothing keeps one secret from being written over another. */
function unversioned(name: string, mount: string): OpsError {
  return service.fault(
    "unversioned",
    text(
      `${mount} in ${name} keeps no versions, so that a secret there could be written over unnoticed.`,
      `${mount} dans ${name} ne conserve pas de versions : un secret pourrait y être écrasé sans qu'on le voie.`,
    ),
    text("Choose a mount of KV version 2.", "Choisissez un montage KV version 2."),
  );
}
