import { type FileHandle, lstat, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { openPrivateFile } from "../files/private-file.ts";
import { replaceFile } from "../files/replace-file.ts";
import { type Contents, largestFile, open, seal } from "./passphrase-format.ts";
import { cannotWrite, damagedFile, fileFault, secretsLocked } from "./secret-errors.ts";
import type { SecretStore } from "./secret-store.ts";

/** Identifies one writing of the file, so that a change by another console is noticed. */
type Stamp = string;

/**
 * Secrets in one encrypted file (see passphrase-format.ts), for machines without a keychain. It starts locked; while
 * it is unlocked the passphrase stays in memory, because every write derives a new key. Changes are made one after
 * the other, each on what the file holds at that moment.
 */
export class PassphraseFile implements SecretStore {
  readonly path: string;
  readonly #now: () => number;
  #opened: { passphrase: string; contents: Contents; stamp: Stamp } | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, now: () => number) {
    this.path = path;
    this.#now = now;
  }

  get locked(): boolean {
    return this.#opened === null;
  }

  /** Names and times of what it holds; empty while locked. */
  list(): { name: string; changedAt: number }[] {
    return Object.entries(this.#opened?.contents ?? {}).map(([name, { changedAt }]) => ({ name, changedAt }));
  }

  async exists(): Promise<boolean> {
    return (await this.#stamp()) !== null;
  }

  /** Creates the file when there is none, else opens it. Throws `secrets.wrong-passphrase`, `secrets.damaged-file` or `files.foreign`. */
  unlock(passphrase: string): Promise<{ created: boolean }> {
    return this.#inTurn(async () => {
      const stamp = await this.#stamp();
      if (stamp === null) {
        await this.#save({}, passphrase);
        return { created: true };
      }
      this.#opened = { passphrase, contents: await open(await this.#load(), passphrase), stamp };
      return { created: false };
    });
  }

  /** Forgets the passphrase and everything that was decrypted. */
  lock(): void {
    this.#opened = null;
  }

  read(name: string): Promise<string | null> {
    return this.#inTurn(async () => {
      const { contents } = await this.#current();
      return Object.hasOwn(contents, name) ? (contents[name]?.value ?? null) : null;
    });
  }

  write(name: string, value: string): Promise<void> {
    return this.#inTurn(async () => {
      const { contents, passphrase } = await this.#current();
      await this.#save({ ...contents, [name]: { value, changedAt: this.#now() } }, passphrase);
    });
  }

  remove(name: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const { contents, passphrase } = await this.#current();
      if (!Object.hasOwn(contents, name)) return false;
      await this.#save(
        Object.fromEntries(Object.entries(contents).filter(([other]) => other !== name)),
        passphrase,
      );
      return true;
    });
  }

  /** What is unlocked, read again when the file has changed since. */
  async #current(): Promise<{ passphrase: string; contents: Contents }> {
    const opened = this.#opened;
    if (!opened) throw secretsLocked("passphrase-file");
    const stamp = await this.#stamp();
    if (stamp === opened.stamp) return opened;
    if (stamp === null) {
      this.#opened = null;
      throw damagedFile(
        text("The passphrase file is gone.", "Le fichier protégé par phrase de passe a disparu."),
      );
    }
    try {
      const contents = await open(await this.#load(), opened.passphrase);
      this.#opened = { passphrase: opened.passphrase, contents, stamp };
      return this.#opened;
    } catch (cause) {
      // Another passphrase was set meanwhile, or the file was damaged: what is in memory is no longer true.
      this.#opened = null;
      throw cause;
    }
  }

  async #load(): Promise<Buffer> {
    let file: FileHandle;
    try {
      file = await openPrivateFile(this.path, "read");
    } catch (cause) {
      if (cause instanceof OpsError) throw cause;
      throw damagedFile(
        text(
          `The passphrase file could not be read: ${fileFault(cause).en}.`,
          `Le fichier protégé par phrase de passe n'a pas pu être lu : ${fileFault(cause).fr}.`,
        ),
        cause,
      );
    }
    try {
      const { size } = await file.stat();
      // One byte more than allowed is enough for the format to refuse it.
      const bytes = Buffer.alloc(Math.min(size, largestFile + 1));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytes.subarray(0, bytesRead);
    } catch (cause) {
      const fault = fileFault(cause);
      throw damagedFile(
        text(
          `The passphrase file could not be read: ${fault.en}.`,
          `Le fichier protégé par phrase de passe n'a pas pu être lu : ${fault.fr}.`,
        ),
        cause,
      );
    } finally {
      await file.close();
    }
  }

  async #save(contents: Contents, passphrase: string): Promise<void> {
    const bytes = await seal(contents, passphrase);
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      await replaceFile(this.path, bytes);
    } catch (cause) {
      if (cause instanceof OpsError) throw cause;
      throw cannotWrite(fileFault(cause), cause);
    }
    this.#opened = { passphrase, contents, stamp: (await this.#stamp()) ?? "" };
  }

  async #stamp(): Promise<Stamp | null> {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await lstat(this.path, { bigint: true });
      return [ino, size, mtimeNs, ctimeNs].join(":");
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
      throw damagedFile(
        text(
          `The passphrase file could not be looked at: ${fileFault(cause).en}.`,
          `Le fichier protégé par phrase de passe n'a pas pu être consulté : ${fileFault(cause).fr}.`,
        ),
        cause,
      );
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
