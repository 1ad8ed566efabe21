import type { SecretReference } from "../../shared/estate-access.ts";

/**
 * A secret in memory. It prints as `[secret]` everywhere (string, JSON, inspection); only `reveal` gives the
 * value, to be handed straight to the protocol that needs it.
 */
export interface SecretValue {
  reveal(): string;
}

/** Where `vault:` references are read. */
export interface VaultSecrets {
  /** The value; null where the estate has no Vault. Throws OpsErrors `vault.…` and `reach.…`. */
  read(reference: string): Promise<string | null>;
}

/** Resolves a reference of the estate file; each use is journalled (name and purpose, never the value). */
export interface SecretResolver {
  /**
   * `subject` is the resource or hop that it is for. Throws OpsError `secrets.unknown` (not stored),
   * `secrets.locked` (passphrase file not opened) or `secrets.unreadable`.
   */
  resolve(reference: SecretReference, subject: string): Promise<SecretValue>;
}
