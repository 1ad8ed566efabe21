import { type OpsError, toOpsError } from "../../../../shared/errors.ts";
import { Deadline } from "../../../reach/abort.ts";
import { timedOut } from "../client/faults.ts";
import type { RestSession } from "../client/rest/session.ts";
import { TagReader, type TagReading } from "./reading.ts";

export interface TagWatchParts {
  session: RestSession;
  onRead(reading: TagReading): void;
  onError(error: OpsError): void;
  /** Waits so many milliseconds; rejects when the signal fires. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

/** vCenter ends a session that nobody uses for five minutes; one that is used needs no log-in each time. Milliseconds. */
const usualPause = 120_000;
const firstPause = 30_000;
const longestPause = 600_000;
/** What a person must change first. */
const settledPause = 600_000;
const notOfferedPause = 3_600_000;
/** The most that one reading may take. */
const readingDeadline = 600_000;
/** After so many readings names are asked for anew: a tag may be renamed. */
const readingsPerNames = 15;

/** Reads the tags of a vCenter again and again, since nothing tells of their changes; less often after a failure. */
export class TagWatch {
  readonly #parts: TagWatchParts;
  readonly #reader: TagReader;
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;
  #nudge = new AbortController();

  constructor(parts: TagWatchParts) {
    this.#parts = parts;
    this.#reader = new TagReader(parts.session);
  }

  /** Begins, unless it has begun. */
  begin(): void {
    this.#running ??= this.#run();
  }

  /** Drops what is under way and reads anew at once. */
  restart(): void {
    this.#nudge.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { wait, random, onRead, onError } = this.#parts;
    const closing = this.#closing.signal;
    let failures = 0;
    for (let readings = 0; !closing.aborted; readings++) {
      this.#nudge = new AbortController();
      const signal = AbortSignal.any([closing, this.#nudge.signal]);
      let pause = usualPause;
      try {
        if (readings % readingsPerNames === 0) this.#reader.forget();
        onRead(await this.#read(signal));
        failures = 0;
      } catch (thrown) {
        if (closing.aborted) return;
        if (signal.aborted) continue;
        const error = toOpsError(thrown, "vsphere");
        onError(error);
        pause = pauseAfter(error, failures);
        failures += 1;
      }
      await wait(pause * (0.9 + random() / 5), signal).catch(() => undefined);
    }
  }

  async #read(signal: AbortSignal): Promise<TagReading> {
    const { name } = this.#parts.session;
    const deadline = new Deadline(readingDeadline, signal, () => timedOut(name, readingDeadline / 1000));
    try {
      return await this.#reader.read(deadline.signal);
    } finally {
      deadline.end();
    }
  }
}

function pauseAfter({ code }: OpsError, failures: number): number {
  if (code === "vsphere.rest-not-offered") return notOfferedPause;
  if (code === "vsphere.login-refused" || code === "vsphere.rest-forbidden") return settledPause;
  return Math.min(firstPause * 2 ** Math.min(failures, 6), longestPause);
}
