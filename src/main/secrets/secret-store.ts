/** Where `keychain:` secrets are kept by name: the OS keychain or the passphrase file. Errors are OpsErrors. */
export interface SecretStore {
  /** Null when there is nothing under the name; throws `secrets.locked` or `secrets.unreadable`. */
  read(name: string): Promise<string | null>;
  /** Throws `secrets.locked` or `secrets.cannot-write`; then nothing has changed. */
  write(name: string, value: string): Promise<void>;
  /** Whether there was something to remove. */
  remove(name: string): Promise<boolean>;
}
