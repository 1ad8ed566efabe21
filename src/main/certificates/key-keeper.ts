/**
 * Where private keys that are made here go: straight into the console's secrets, never into a file or a window. References
 * are those of the estate file, `keychain:NAME`.
 */
export interface KeyKeeper {
  /** Whether keys can be put there from here. */
  takes(reference: string): boolean;
  /** Whether there is a secret of that name. Throws where the store cannot be read. */
  has(reference: string, subject: string): Promise<boolean>;
  keep(reference: string, key: string): Promise<void>;
  /** Throws `secrets.…`. */
  read(reference: string, subject: string): Promise<string>;
  forget(reference: string): Promise<void>;
}
