import type { KeyPlace } from "../../shared/estate-certificates.ts";

/** How a change of what is kept is sent; `committed` is called right before it can no longer be taken back. */
export interface KeyChange {
  signal: AbortSignal;
  committed(): void;
}

/**
 * Where private keys that are made here go: straight into the console's secrets or into Vault, never into a file or a window.
 * References are those of the estate file, `keychain:NAME` and `vault:MOUNT/PATH#FIELD`.
 */
export interface KeyKeeper {
  /** Where the estate lets keys be kept, the usual place first. */
  places(): readonly KeyPlace[];
  /** The reference of a key of this name (lower-case words and dashes) at a place. */
  referenceOf(place: KeyPlace, name: string): string;
  /** Whether keys can be put there from here. */
  takes(reference: string): boolean;
  /** Whether there is, or was, anything at that reference. Throws where that cannot be told. */
  has(reference: string, subject: string, signal: AbortSignal): Promise<boolean>;
  /** Never takes the place of another secret. */
  keep(reference: string, key: string, change: KeyChange): Promise<void>;
  /** Throws `secrets.…` and `vault.…`. */
  read(reference: string, subject: string): Promise<string>;
  forget(reference: string, change: KeyChange): Promise<void>;
}
