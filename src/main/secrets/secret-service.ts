import { join } from "node:path";
import type { z } from "zod";
import { OpsError, toOpsError } from "../../shared/errors.ts";
import type { SecretReference } from "../../shared/estate-access.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import type { SecretsState, secretTrialSchema } from "../../shared/secrets-state.ts";
import type { Status } from "../../shared/status.ts";
import { HeldSecret } from "./held-secret.ts";
import { type KeychainFinding, type KeychainPort, NativeKeychain } from "./keychain.ts";
import { readSecretFile, readVariable, secretFileExists } from "./outside-secrets.ts";
import { PassphraseFile } from "./passphrase-file.ts";
import type { Redaction } from "./redaction.ts";
import type { SecretResolver, SecretValue, VaultSecrets } from "./resolver.ts";
import { keychainInUse, noSecretStore, unknownSecret, vaultNotConfigured } from "./secret-errors.ts";
import { SecretIndex } from "./secret-index.ts";
import { SecretJournal } from "./secret-journal.ts";
import type { SecretStore } from "./secret-store.ts";
import { storeWords } from "./store-words.ts";

/** How one place answered when it was tried with a secret. */
export type Trial = z.infer<typeof secretTrialSchema>;

/** Logs in wherever the secret is used, with `value` in place of the stored one when it is given. */
export type Trials = (name: string, value: string | null) => Promise<Trial[]>;

/** A secret that the estate names, and what uses it. */
export interface DeclaredSecret {
  reference: SecretReference;
  usedBy: string[];
}

export interface SecretServiceOptions {
  /** The folder of the passphrase file and of the index; it is made when it is missing. */
  dataFolder: string;
  /** Where `file:` references are relative to. */
  estateFolder(): string;
  journal: JournalWriter;
  /** Epoch milliseconds. */
  now(): number;
  redaction: Redaction;
  keychain?: KeychainPort;
  /** Where `env:` references and the passphrase for scripts are read. */
  environment?: NodeJS.ProcessEnv;
  /** Values by reference that come before all else and are nowhere but here: those of an opened bundle. */
  held?: ReadonlyMap<string, string>;
  vault?: VaultSecrets;
}

type Provider = SecretsState["provider"];

/**
 * Every secret of the console by its reference. `keychain:` names live in the OS keychain when this session has one
 * that is open, else in the passphrase file. What is given out is journalled and made known to the redaction first.
 */
export class SecretService implements SecretResolver {
  readonly #options: SecretServiceOptions;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #keychain: KeychainPort;
  readonly #file: PassphraseFile;
  readonly #index: SecretIndex;
  readonly #journal: SecretJournal;
  readonly #listeners = new Set<() => void>();
  /** Null until the keychain was looked for. */
  #finding: KeychainFinding | null = null;
  #fileExists = false;
  #declared = new Map<string, string[]>();
  #present = new Map<string, boolean | null>();
  #lastChange: Promise<unknown> = Promise.resolve();
  #lastLook: Promise<unknown> = Promise.resolve();

  constructor(options: SecretServiceOptions) {
    this.#options = options;
    this.#environment = options.environment ?? process.env;
    this.#keychain = options.keychain ?? new NativeKeychain();
    this.#file = new PassphraseFile(join(options.dataFolder, "secrets.passphrase"), options.now);
    this.#index = new SecretIndex(join(options.dataFolder, "secrets-index.json"));
    this.#journal = new SecretJournal(options.journal, options.now);
  }

  /**
   * Begins to look for the keychain, which may take as long as a person takes to unlock it: reads and changes wait for
   * that, this does not. Only when the environment names the passphrase of the file it is waited for, and the file is
   * opened. Throws `secrets.wrong-passphrase`, `secrets.damaged-file` or `secrets.unreadable` when that fails.
   */
  async start(): Promise<void> {
    await this.#index.load();
    this.#fileExists = await this.#file.exists().catch(() => true);
    const looked = this.refresh();
    const passphrase = await this.#scriptPassphrase();
    if (passphrase === null) return;
    await looked;
    if (this.#provider() === "passphrase-file") await this.unlock(passphrase);
  }

  /** Looks again at the keychain, unless it is open, and at which secrets are there. Never throws. */
  refresh(): Promise<void> {
    return this.#lookInTurn(async () => {
      if (this.#finding?.state !== "ready") this.#finding = await this.#keychain.probe();
    });
  }

  /** The chip of the masthead. */
  status(): Status["secrets"] {
    const { provider, locked, text: words } = this.state();
    return { state: locked ? "locked" : provider, text: words };
  }

  /** What the Secrets page shows: names, presence and times, never a value. */
  state(): SecretsState {
    const provider = this.#provider();
    const locked = this.#locked();
    const references = new Set([
      ...this.#declared.keys(),
      ...this.#remembered(),
      ...this.#file.list().map(({ name }) => `keychain:${name}`),
    ]);
    return {
      provider,
      locked,
      passphraseFileExists: this.#fileExists,
      text: storeWords(provider, locked, this.#fileExists, this.#finding !== null),
      secrets: [...references].sort().map((reference) => ({
        name: reference.slice(reference.indexOf(":") + 1),
        reference,
        present: this.#present.get(reference) ?? null,
        writable: reference.startsWith("keychain:") && provider !== "none" && !locked,
        lastUsedAt: this.#index.get(reference).lastUsedAt,
        changedAt: this.#index.get(reference).changedAt,
        usedBy: this.#declared.get(reference) ?? [],
      })),
    };
  }

  /** Calls `listener` after every change of `state`; returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes the references of the estate in force, in place of those declared before. */
  declare(references: DeclaredSecret[]): void {
    this.#declared = new Map();
    for (const { reference, usedBy } of references) {
      this.#declared.set(reference, [...(this.#declared.get(reference) ?? []), ...usedBy]);
    }
    this.#changed();
    // Without another look at the keychain: a locked one would ask its question at every edit of the estate.
    void this.#lookInTurn(async () => {});
  }

  async resolve(reference: SecretReference, subject: string): Promise<SecretValue> {
    let value: string;
    try {
      value = await this.#read(reference);
    } catch (thrown) {
      this.#seen(reference, thrown);
      this.#journal.refused(reference, subject, toOpsError(thrown, "secrets").code);
      throw thrown;
    }
    this.#options.redaction.add(value);
    this.#journal.used(reference, subject);
    this.#index.used(reference, this.#options.now());
    this.#present.set(reference, true);
    this.#changed();
    return new HeldSecret(value);
  }

  /**
   * Opens the passphrase file, or creates it when there is none. Throws `secrets.wrong-passphrase` (nothing changes,
   * any number of tries), `secrets.damaged-file`, `secrets.cannot-write`, or `secrets.keychain-in-use`.
   */
  async unlock(passphrase: string): Promise<{ created: boolean }> {
    this.#options.redaction.add(passphrase);
    if (this.#finding === null) await this.#lastLook;
    if (this.#finding?.state === "ready") throw keychainInUse();
    const result = await this.#inTurn(async () =>
      this.#journal.around(
        (await this.#file.exists()) ? "unlock" : "create",
        "passphrase-file",
        () => this.#file.unlock(passphrase),
        ({ created }) => ({ created }),
      ),
    );
    // The keychain is left alone here: a locked one would ask its question once more.
    await this.#lookInTurn(async () => {});
    return result;
  }

  /** Stores a secret. Throws `secrets.no-store`, `secrets.locked` or `secrets.cannot-write`. */
  async set(name: string, value: string): Promise<{ stored: boolean }> {
    this.#options.redaction.add(value);
    await this.#change("set", name, async (store) => store.write(name, value));
    return { stored: true };
  }

  /** Tries the stored secret wherever it is used. Throws `secrets.unknown` when it is not there. */
  test(name: string, trials: Trials): Promise<Trial[]> {
    return this.#journal.around(
      "test",
      `keychain:${name}`,
      async () => {
        await this.#read(`keychain:${name}`);
        return trials(name, null);
      },
      counted,
    );
  }

  /**
   * Tries a new value wherever the secret is used and stores it only when it is accepted everywhere. Throws
   * `secrets.unknown` when there is nothing to replace.
   */
  async rotate(name: string, value: string, trials: Trials): Promise<{ rotated: boolean; trials: Trial[] }> {
    this.#options.redaction.add(value);
    let tried: Trial[] = [];
    const rotated = await this.#change("rotate", name, async (store) => {
      if ((await store.read(name)) === null) throw unknownSecret(`keychain:${name}`);
      tried = await trials(name, value);
      if (tried.some((trial) => !trial.accepted)) return false;
      await store.write(name, value);
      return true;
    });
    return { rotated, trials: tried };
  }

  /** Removes a secret for good; `forgotten` is false when there was none. */
  async forget(name: string): Promise<{ forgotten: boolean }> {
    const forgotten = await this.#change("forget", name, (store) => store.remove(name));
    return { forgotten };
  }

  /** Forgets the passphrase and writes the index out. */
  async close(): Promise<void> {
    await this.#lastChange;
    this.#file.lock();
    this.#listeners.clear();
    await this.#index.flush();
  }

  #change<Result>(
    change: "set" | "rotate" | "forget",
    name: string,
    work: (store: SecretStore) => Promise<Result>,
  ): Promise<Result> {
    const reference = `keychain:${name}`;
    return this.#inTurn(async () => {
      const result = await this.#journal.around(
        change,
        reference,
        async () => {
          if (this.#finding === null) await this.#lastLook;
          const store = this.#store();
          if (!store) throw noSecretStore();
          return work(store);
        },
        (done) => (typeof done === "boolean" ? { effective: done } : {}),
      );
      if (change === "forget") this.#index.forget(reference);
      else if (result !== false) this.#index.changed(reference, this.#options.now());
      this.#present.set(reference, change !== "forget");
      this.#changed();
      return result;
    });
  }

  async #read(reference: string): Promise<string> {
    const held = this.#options.held?.get(reference);
    if (held !== undefined) return held;
    const rest = reference.slice(reference.indexOf(":") + 1);
    switch (reference.slice(0, reference.indexOf(":"))) {
      case "keychain": {
        if (this.#finding === null) await this.#lastLook;
        const store = this.#store();
        const value = await store?.read(rest);
        if (store === this.#keychain) this.#finding = { state: "ready" };
        if (value === null || value === undefined) throw unknownSecret(reference);
        return value;
      }
      case "env":
        return readVariable(rest, this.#environment);
      case "file":
        return readSecretFile(rest, this.#options.estateFolder());
      case "vault": {
        const value = await this.#options.vault?.read(reference);
        if (value === null || value === undefined) throw vaultNotConfigured(reference);
        return value;
      }
      default:
        throw unknownSecret(reference);
    }
  }

  /** The keychain when it is open, else the passphrase file when there is one, else a keychain that is locked. */
  #provider(): Provider {
    if (this.#finding?.state === "ready") return "keychain";
    if (this.#fileExists) return "passphrase-file";
    return this.#finding?.state === "locked" ? "keychain" : "none";
  }

  #locked(): boolean {
    switch (this.#provider()) {
      case "keychain":
        return this.#finding?.state === "locked";
      case "passphrase-file":
        return this.#file.locked;
      case "none":
        return false;
    }
  }

  #store(): SecretStore | null {
    switch (this.#provider()) {
      case "keychain":
        return this.#keychain;
      case "passphrase-file":
        return this.#file;
      case "none":
        return null;
    }
  }

  /** Names that were stored here once and that the estate does not name, unless they are known to be gone. */
  #remembered(): string[] {
    return this.#index
      .references()
      .filter((reference) => reference.startsWith("keychain:") && this.#present.get(reference) !== false);
  }

  #lookInTurn(first: () => Promise<void>): Promise<void> {
    const turn = this.#lastLook.then(first).then(() => this.#look());
    this.#lastLook = turn.catch(() => undefined);
    return turn;
  }

  async #look(): Promise<void> {
    // A file that cannot be looked at is there: taking it for absent would let it be overwritten.
    this.#fileExists = await this.#file.exists().catch(() => true);
    for (const { name, changedAt } of this.#file.list()) {
      const reference = `keychain:${name}`;
      if (this.#index.get(reference).changedAt === null) this.#index.changed(reference, changedAt);
    }
    for (const { reference } of this.state().secrets) {
      this.#present.set(reference, await this.#isPresent(reference));
    }
    this.#changed();
  }

  async #isPresent(reference: string): Promise<boolean | null> {
    const rest = reference.slice(reference.indexOf(":") + 1);
    if (reference.startsWith("env:")) return (this.#environment[rest] ?? "") !== "";
    if (reference.startsWith("file:")) return secretFileExists(rest, this.#options.estateFolder());
    if (!reference.startsWith("keychain:") || this.#locked()) return null;
    try {
      return ((await this.#store()?.read(rest)) ?? null) !== null;
    } catch (thrown) {
      this.#seen(reference, thrown);
      return null;
    }
  }

  /** Draws from a failed read what it says about where the secrets are kept. */
  #seen(reference: string, thrown: unknown): void {
    if (!(thrown instanceof OpsError)) return;
    if (thrown.code === "secrets.unknown") this.#present.set(reference, false);
    if (thrown.code === "secrets.locked" && this.#provider() === "keychain") {
      this.#finding = { state: "locked" };
    }
    this.#changed();
  }

  async #scriptPassphrase(): Promise<string | null> {
    const { PASSERELLE_PASSPHRASE: words, PASSERELLE_PASSPHRASE_FILE: file } = this.#environment;
    if (words !== undefined && words !== "") {
      // What this process starts has no business with it.
      delete this.#environment.PASSERELLE_PASSPHRASE;
      return words;
    }
    return file !== undefined && file !== "" ? readSecretFile(file, process.cwd()) : null;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#lastChange.then(work);
    this.#lastChange = turn.catch(() => undefined);
    return turn;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function counted(trials: Trial[]): { accepted: number; refused: number } {
  const accepted = trials.filter((trial) => trial.accepted).length;
  return { accepted, refused: trials.length - accepted };
}
