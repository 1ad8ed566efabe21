import { readFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { type OpsError, toOpsError } from "../../shared/errors.ts";
import type { Estate } from "../../shared/estate.ts";
import type { SecretReference } from "../../shared/estate-access.ts";
import { parseDuration } from "../../shared/estate-words.ts";
import type { JournalEvent, JournalFilter, NewJournalEvent } from "../../shared/journal.ts";
import { readPrivateFile } from "../files/private-file.ts";
import { makePrivateFolder } from "../files/private-folder.ts";
import { type BundleContents, digestOf } from "./contents.ts";
import * as faults from "./faults.ts";
import { seal } from "./seal.ts";
import { type BundleNote, checkBundle, keepBundle, readNote } from "./store.ts";

const largestKnownHosts = 16 * 1024 * 1024;

export interface BundleParts {
  estate(): Pick<Estate, "bundle" | "reach"> | null;
  /** Where the estate in force came from, as its watcher has it. */
  origin(): {
    path: string;
    folder: string;
    digest: string;
    files: readonly { file: string; source: string }[];
  } | null;
  /** Every secret that the systems and hops of the estate need. */
  declaredSecrets(): readonly { reference: SecretReference }[];
  secrets: {
    resolve(reference: SecretReference, subject: string): Promise<{ reveal(): string }>;
  };
  journal: { page(filter: JournalFilter): { events: JournalEvent[] } };
  write(event: NewJournalEvent): JournalEvent;
  dataFolder: string;
  workstation: string;
  /** When the bundle was made that this console was started from; null: it was started from an estate. */
  openedFrom?: number | null;
  /** Hears of what went wrong while nobody waited for it. */
  report(error: OpsError): void;
  now(): number;
}

/** How the newest bundle stands. `age` is in milliseconds. */
export interface BundleState {
  /** False where the estate asks for none. */
  wanted: boolean;
  note: BundleNote | null;
  age: number | null;
  /** Older than twice `every`, or another estate is in force since. */
  late: boolean;
  /** Why it could not be made, or does not hold; null: it was read again and is as it was made. */
  error: OpsError | null;
  checkedAt: number | null;
  /** How old the bundle is that this console was started from, in milliseconds; null: from none. */
  openedAge: number | null;
}

/** Milliseconds between two looks at whether a bundle is due; a failed one is tried again with the next. */
const lookEvery = 15 * 60_000;

/**
 * Makes the sealed bundle when it is due and when the estate is another one, and reads it again: what can be known of it
 * without an identity. The console cannot open what it seals for others.
 */
export class BundleKeeper {
  readonly #parts: BundleParts;
  #timer: NodeJS.Timeout | null = null;
  #last: Promise<void> = Promise.resolve();
  #note: BundleNote | null = null;
  #error: OpsError | null = null;
  #checkedAt: number | null = null;

  constructor(parts: BundleParts) {
    this.#parts = parts;
  }

  get isStarted(): boolean {
    return this.#timer !== null;
  }

  /** Looks now and every quarter of an hour. */
  start(): void {
    this.#timer ??= setInterval(() => this.look(), lookEvery).unref();
    this.look();
  }

  /** Has the bundle checked, and made where it is due; not waited for. */
  look(): void {
    this.#last = this.#last.then(() => this.#look());
  }

  /** Once what was begun has ended. */
  settled(): Promise<void> {
    return this.#last;
  }

  state(): BundleState {
    const { openedFrom = null } = this.#parts;
    const rules = openedFrom === null ? this.#parts.estate()?.bundle : undefined;
    const note = this.#note;
    const age = note === null ? null : Math.max(0, this.#parts.now() - note.madeAt);
    return {
      wanted: rules !== undefined,
      note,
      age,
      late: rules !== undefined && (age === null || age > 2 * milliseconds(rules.every)),
      error: this.#error,
      checkedAt: this.#checkedAt,
      openedAge: openedFrom === null ? null : Math.max(0, this.#parts.now() - openedFrom),
    };
  }

  /** Makes a bundle now. Throws OpsError `bundle.not-wanted`, `bundle.cannot-write` or the journal's. */
  async make(): Promise<BundleNote> {
    const rules = this.#parts.estate()?.bundle;
    const origin = this.#parts.origin();
    if (rules === undefined || origin === null) throw faults.noRules();
    const contents = await this.#contents(origin);
    const recipients = Object.entries(rules.recipients);
    const sealed = await seal(
      contents,
      recipients.map(([, recipient]) => recipient),
    );
    // That it goes out with secrets is told before it does.
    this.#parts.write({
      type: "bundle.made",
      subject: null,
      task: null,
      data: {
        sha256: digestOf(sealed),
        recipients: recipients.map(([name]) => name),
        secrets: Object.keys(contents.secrets),
        missing: contents.missing,
      },
    });
    const note = {
      madeAt: contents.madeAt,
      inputs: inputsOf(origin.digest, rules.recipients),
      recipients: recipients.map(([name]) => name),
      missing: contents.missing,
    };
    const folder = this.folder();
    if (folder === this.#ownFolder) makePrivateFolder(folder);
    this.#note = await keepBundle(folder, sealed, note, rules.keep);
    this.#error = null;
    this.#checkedAt = this.#parts.now();
    return this.#note;
  }

  /** Reads the newest bundle again. Throws OpsError `bundle.cannot-read` or `bundle.damaged`. */
  async check(): Promise<BundleState> {
    this.#note = await readNote(this.folder());
    if (this.#note !== null) await checkBundle(this.folder(), this.#note);
    this.#error = null;
    this.#checkedAt = this.#parts.now();
    return this.state();
  }

  /** Where the bundles are; a folder of the estate file is relative to the estate. */
  folder(): string {
    const folder = this.#parts.estate()?.bundle?.folder;
    return folder === undefined ? this.#ownFolder : resolve(this.#parts.origin()?.folder ?? ".", folder);
  }

  get #ownFolder(): string {
    return join(this.#parts.dataFolder, "bundles");
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#last;
  }

  async #look(): Promise<void> {
    const rules = this.#parts.estate()?.bundle;
    const origin = this.#parts.origin();
    if (rules === undefined || origin === null) return;
    let broken: unknown = null;
    await this.check().catch((thrown: unknown) => {
      broken = thrown;
    });
    try {
      const note = this.#note;
      const due =
        broken !== null ||
        note === null ||
        note.inputs !== inputsOf(origin.digest, rules.recipients) ||
        this.#parts.now() - note.madeAt >= milliseconds(rules.every);
      if (due) await this.make();
    } catch (thrown) {
      this.#error = toOpsError(thrown, "bundle");
      this.#parts.report(this.#error);
    }
  }

  /** The known_hosts files that the estate names, as far as they lie in its folder and can be read. */
  async #knownHostsFiles(folder: string): Promise<{ file: string; source: string }[]> {
    const found: { file: string; source: string }[] = [];
    for (const name of this.#parts.estate()?.reach.knownHosts ?? []) {
      const file = resolve(folder, name);
      if (!file.startsWith(`${resolve(folder)}${sep}`)) continue;
      const source = await readFile(file, "utf8").catch(() => null);
      if (source !== null) found.push({ file, source });
    }
    return found;
  }

  async #contents(origin: NonNullable<ReturnType<BundleParts["origin"]>>): Promise<BundleContents> {
    const parts = this.#parts;
    const secrets: Record<string, string> = {};
    const missing: string[] = [];
    for (const { reference } of parts.declaredSecrets()) {
      try {
        secrets[reference] = (await parts.secrets.resolve(reference, "bundle")).reveal();
      } catch {
        // Why is in the journal; the bundle says which it lacks.
        missing.push(reference);
      }
    }
    const [newest] = parts.journal.page(newestEvent).events;
    const inner = (file: string) => relative(origin.folder, resolve(file)).split(sep).join("/");
    const whole = resolve(origin.path) === resolve(origin.folder);
    return {
      format: "passerelle-bundle",
      version: 1,
      madeAt: parts.now(),
      workstation: parts.workstation,
      estate: {
        path: whole ? "" : inner(origin.path),
        digest: origin.digest,
        files: [...origin.files, ...(await this.#knownHostsFiles(origin.folder))].map(({ file, source }) => ({
          path: isAbsolute(file) ? inner(file) : file,
          source,
          sha256: digestOf(source),
        })),
      },
      knownHosts: await readPrivateFile(join(parts.dataFolder, "known_hosts"), largestKnownHosts).then(
        (bytes) => bytes.toString("utf8"),
        () => "",
      ),
      secrets,
      missing,
      journal: { sequence: newest?.sequence ?? 0, hash: newest?.hash ?? "" },
    };
  }
}

const newestEvent: JournalFilter = { text: "", types: [], subject: null, task: null, before: null, limit: 1 };

/** What a bundle is made of, as far as a change of it wants a new one at once. */
function inputsOf(estate: string, recipients: Readonly<Record<string, string>>): string {
  return digestOf(JSON.stringify([estate, Object.entries(recipients).sort()]));
}

function milliseconds(duration: string): number {
  return parseDuration(duration) ?? 0;
}
