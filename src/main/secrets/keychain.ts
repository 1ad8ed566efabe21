import { randomBytes } from "node:crypto";
import { AsyncEntry } from "@napi-rs/keyring";
import type { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { keychainFailed, secretsLocked, unreadableSecret } from "./secret-errors.ts";
import type { SecretStore } from "./secret-store.ts";

/** What a look at the keychain found; `absent` also stands for one that is there and does not keep anything. */
export type KeychainFinding = { state: "ready" | "locked" | "absent" };

/** The operating system's keychain. `probe` may make the desktop ask the person to unlock it; it never throws. */
export interface KeychainPort extends SecretStore {
  probe(): Promise<KeychainFinding>;
}

/** One entry of the operating system's keychain, as @napi-rs/keyring offers it. */
export interface KeychainEntry {
  getPassword(): Promise<string | null | undefined>;
  setPassword(value: string): Promise<void>;
  deletePassword(): Promise<boolean>;
}

const service = "passerelle";
/** Long enough for a person to answer the desktop's question for the keychain's password. */
const defaultDeadline = 60_000;

/**
 * An entry in the keychain proper. On Linux it is bound to the Secret Service, so that it fails where there is none:
 * left to itself the library would fall back to the kernel's key ring, which a reboot empties.
 */
function openEntry(name: string): KeychainEntry {
  return new AsyncEntry(service, name, { linux: { store: "secret-service" } });
}

function isLocked(thrown: unknown): boolean {
  return thrown instanceof Error && /lock|dismissed|prompt|interaction is not allowed/i.test(thrown.message);
}

class NoAnswer extends Error {}

/**
 * The keychain of the desktop session: Secret Service (Linux), Keychain (macOS), Credential Manager (Windows). Its
 * calls run one at a time and each has a deadline, because a call may hang on a question nobody answers.
 */
export class NativeKeychain implements KeychainPort {
  readonly #open: (name: string) => KeychainEntry;
  readonly #deadline: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: { open?: (name: string) => KeychainEntry; deadline?: number } = {}) {
    this.#open = options.open ?? openEntry;
    this.#deadline = options.deadline ?? defaultDeadline;
  }

  async probe(): Promise<KeychainFinding> {
    const name = `probe-${randomBytes(8).toString("hex")}`;
    const value = randomBytes(16).toString("hex");
    try {
      const kept = await this.#call(async () => {
        const entry = this.#open(name);
        await entry.setPassword(value);
        // A second handle: the answer must come from the keychain and not from the handle that wrote it.
        const readBack = await this.#open(name).getPassword();
        const removed = await entry.deletePassword();
        return readBack === value && removed;
      });
      if (kept) return { state: "ready" };
    } catch (thrown) {
      if (thrown instanceof NoAnswer || isLocked(thrown)) return { state: "locked" };
    }
    return { state: "absent" };
  }

  async read(name: string): Promise<string | null> {
    try {
      return (await this.#call(() => this.#open(name).getPassword())) ?? null;
    } catch (thrown) {
      throw this.#failure(thrown, (why) => unreadableSecret(`keychain:${name}`, why, thrown));
    }
  }

  async write(name: string, value: string): Promise<void> {
    try {
      const readBack = await this.#call(async () => {
        await this.#open(name).setPassword(value);
        return this.#open(name).getPassword();
      });
      if (readBack === value) return;
    } catch (thrown) {
      throw this.#failure(thrown, (why) => keychainFailed(why, thrown));
    }
    throw keychainFailed(
      text(
        "the keychain did not give back what was stored",
        "le trousseau n'a pas rendu ce qui a été enregistré",
      ),
    );
  }

  async remove(name: string): Promise<boolean> {
    try {
      return await this.#call(() => this.#open(name).deletePassword());
    } catch (thrown) {
      throw this.#failure(thrown, (why) => keychainFailed(why, thrown));
    }
  }

  #failure(thrown: unknown, other: (why: LocalText) => OpsError): OpsError {
    if (isLocked(thrown)) return secretsLocked("keychain", thrown);
    return other(
      thrown instanceof NoAnswer
        ? text("the keychain does not answer", "le trousseau ne répond pas")
        : text("the keychain refused", "le trousseau a refusé"),
    );
  }

  /** Waits its turn, then for the answer; both together no longer than the deadline. */
  async #call<Result>(work: () => Promise<Result>): Promise<Result> {
    let given = false;
    const turn = this.#last.then(() => {
      // Whoever asked has been told that there was no answer: the call must not happen behind their back.
      if (given) throw new NoAnswer();
      return work();
    });
    this.#last = turn.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, refuse) => {
      timer = setTimeout(() => {
        given = true;
        refuse(new NoAnswer());
      }, this.#deadline);
    });
    try {
      return await Promise.race([turn, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
