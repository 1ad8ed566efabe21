import { relative, resolve, sep } from "node:path";
import { type FSWatcher, watch as watchFiles } from "chokidar";
import { type OpsError, toOpsError } from "../../shared/errors.ts";
import type { Estate, EstateFault } from "../../shared/estate.ts";
import type { EstateState } from "../../shared/estate-state.ts";
import { estateContents } from "./contents.ts";
import type { SystemConfigs } from "./json-schema.ts";
import { keepLastGood, readLastGood } from "./last-good.ts";
import { type EstateOrigin, type EstateResult, type FurtherCheck, loadEstate } from "./load.ts";
import { isEstateEntry } from "./read-files.ts";

export interface EstateWatcherOptions {
  path: string;
  dataFolder: string;
  systemConfigs: SystemConfigs;
  furtherCheck?: FurtherCheck;
  /** Epoch milliseconds. */
  now?: () => number;
  /** Milliseconds of quiet after the last change before the files are read. */
  quiet?: number;
  /** Told of what does not stop the estate: a copy that could not be kept, a folder that cannot be watched. */
  onTrouble?: (error: OpsError) => void;
}

interface InForce {
  estate: Estate;
  origin: EstateOrigin;
  advice: EstateFault[];
  /** When the files of this estate were read. */
  readAt: number;
}

const longestQuiet = 20;

/**
 * The estate in force. An edit of its files (in place, by an editor's rename, by a Git checkout) is applied
 * without a restart. An edit with faults leaves the last good estate running and reports the faults. At start
 * the copy in the data folder serves when the files are broken or gone.
 */
export class EstateWatcher {
  readonly #options: Required<Omit<EstateWatcherOptions, "furtherCheck">> &
    Pick<EstateWatcherOptions, "furtherCheck">;
  readonly #listeners = new Set<(watcher: EstateWatcher) => void>();
  #inForce: InForce | null = null;
  #faults: EstateFault[] = [];
  #lastDigest: string | null = null;
  #files: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #waits = 0;
  #work: Promise<void> = Promise.resolve();
  #closed = false;
  #state: EstateState;

  private constructor(options: EstateWatcherOptions) {
    this.#options = { now: Date.now, quiet: 150, onTrouble: () => {}, ...options };
    this.#state = this.#stateNow();
  }

  /** Reads the estate (or its last good copy) and watches it until `close`. */
  static async start(options: EstateWatcherOptions): Promise<EstateWatcher> {
    const watcher = new EstateWatcher(options);
    // Watching begins first, so that no edit falls between the first reading and the watch.
    await watcher.#watch("auto");
    await watcher.reload();
    return watcher;
  }

  /** The estate in force; null when there has never been a sound one. */
  get estate(): Estate | null {
    return this.#inForce?.estate ?? null;
  }

  /** Where the estate in force came from. Relative paths in it start at `origin.folder`. */
  get origin(): EstateOrigin | null {
    return this.#inForce?.origin ?? null;
  }

  /** What the Estate page shows; `loadedAt` is when the estate in force was read, so its age is known. */
  state(): EstateState {
    return this.#state;
  }

  #stateNow(): EstateState {
    const valid = this.#faults.length === 0 && this.#inForce !== null;
    return {
      name: this.#inForce?.estate.name ?? "",
      file: this.#options.path,
      valid,
      loadedAt: this.#inForce?.readAt ?? null,
      fromLastGood: !valid && this.#inForce !== null,
      faults: this.#faults,
      advice: valid ? (this.#inForce?.advice ?? []) : [],
      contents: this.#inForce ? estateContents(this.#inForce.estate) : [],
    };
  }

  /** Calls the listener after each reading that changed the estate in force or its faults. */
  onChange(listener: (watcher: EstateWatcher) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the files now; readings never overlap. */
  reload(): Promise<void> {
    this.#work = this.#work
      .then(() => this.#load())
      .catch((thrown: unknown) => this.#options.onTrouble(toOpsError(thrown, "estate")));
    return this.#work;
  }

  /** Stops watching and waits for a reading under way; the estate in force stays readable. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#listeners.clear();
    await this.#files?.close();
    await this.#work;
  }

  async #load(): Promise<void> {
    if (this.#closed) return;
    const { path, dataFolder, systemConfigs, furtherCheck, now } = this.#options;
    const result = await loadEstate(path, systemConfigs, furtherCheck);
    if (this.#closed) return;
    if (result.ok) return this.#accept(result, now());
    const startsNow = this.#inForce === null && this.#lastDigest === null;
    const same = !startsNow && JSON.stringify(result.faults) === JSON.stringify(this.#faults);
    this.#lastDigest = result.origin.digest;
    this.#faults = result.faults;
    if (startsNow) {
      const copy = await readLastGood(dataFolder, path, systemConfigs, furtherCheck);
      if (copy) this.#inForce = { ...copy.result, readAt: copy.savedAt };
    }
    if (!same) this.#announce();
  }

  async #accept(result: Extract<EstateResult, { ok: true }>, readAt: number): Promise<void> {
    const { digest } = result.origin;
    if (this.#faults.length === 0 && this.#lastDigest === digest) return;
    this.#lastDigest = digest;
    this.#faults = [];
    this.#inForce = { estate: result.estate, origin: result.origin, advice: result.advice, readAt };
    this.#announce();
    try {
      await keepLastGood(this.#options.dataFolder, result.origin, readAt);
    } catch (thrown) {
      this.#options.onTrouble(toOpsError(thrown, "estate"));
    }
  }

  #announce(): void {
    this.#state = this.#stateNow();
    if (this.#closed) return;
    for (const listener of [...this.#listeners]) listener(this);
  }

  async #watch(backend: "auto" | "polling"): Promise<void> {
    const root = resolve(this.#options.path);
    const files = watchFiles(root, {
      backend,
      pollingInterval: 2000,
      ignoreInitial: true,
      ignorePermissionErrors: true,
      depth: 8,
      ignored: (entry) => {
        const inner = relative(root, resolve(entry));
        return !inner.startsWith("..") && inner !== "" && !inner.split(sep).every(isEstateEntry);
      },
    });
    this.#files = files;
    files.on("all", () => this.#changed());
    files.on("error", (thrown) => {
      if (this.#closed || this.#files !== files) return;
      this.#options.onTrouble(toOpsError(thrown, "estate"));
      // The kernel's watches can run out; looking every two seconds needs none.
      if (backend === "auto") {
        this.#files = null;
        this.#work = this.#work.then(() => files.close()).then(() => this.#watch("polling"));
      }
    });
    await new Promise<void>((ready) => {
      files.once("ready", () => ready());
      files.once("error", () => ready());
    });
  }

  /** A checkout changes many files in a row: reading waits for quiet, but not for ever. */
  #changed(): void {
    if (this.#closed) return;
    if (this.#timer) {
      if (this.#waits >= longestQuiet) return;
      clearTimeout(this.#timer);
      this.#waits++;
    } else this.#waits = 0;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.reload();
    }, this.#options.quiet);
  }
}
