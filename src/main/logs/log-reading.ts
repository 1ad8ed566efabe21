import { setTimeout as sleep } from "node:timers/promises";
import { OpsError, toOpsError, type WireError } from "../../shared/errors.ts";
import type { LogRequest, LogSourceState } from "../../shared/logs.ts";
import type { LogSource, Logs } from "../systems/system.ts";
import { noLogs, tooManySources } from "./faults.ts";
import { LineReader } from "./line-reader.ts";
import type { LineStore } from "./line-store.ts";
import { Merge } from "./merge.ts";
import { Pace } from "./pace.ts";
import { Places } from "./places.ts";
import type { NewLine } from "./segment.ts";

/** Containers whose logs are read at once, and those that one log may have had. */
export const mostReadings = 100;
export const mostKnown = 1000;
/** Milliseconds between two looks for pods that came meanwhile, at least and at most; jittered, longer after a fault. */
const lookEvery = 5_000;
const lookSeldom = 60_000;
/** A chunk is taken in pieces of so many bytes. */
const pieceSize = 64 * 1024;

export interface LogReadingParts {
  request: LogRequest;
  /** The logs of a resource; null when it has none. */
  logs(resource: string): Logs | null;
  store: LineStore;
  /** Called when a source's state changed. */
  onChange(): void;
  wait?: ((milliseconds: number, signal: AbortSignal) => Promise<unknown>) | undefined;
  random?: (() => number) | undefined;
  turn?: (() => Promise<unknown>) | undefined;
}

/** Reads the logs of all containers behind some resources into a store, and follows those that come later. */
export class LogReading {
  readonly #parts: LogReadingParts;
  readonly #merge: Merge;
  readonly #known = new Set<string>();
  readonly #sources: LogSourceState[] = [];
  readonly #pace: Pace;
  readonly #places = new Places(mostReadings);
  readonly #closing = new AbortController();
  readonly #work = new Set<Promise<void>>();
  readonly #stopListening: () => void;

  constructor(parts: LogReadingParts) {
    this.#parts = parts;
    this.#pace = new Pace(parts.turn);
    this.#merge = new Merge((lines) => this.#hold(lines));
    // A disk that takes no more ends the reading; what is held stays.
    this.#stopListening = parts.store.onChange(() => {
      const { error } = parts.store;
      if (error && !this.#closing.signal.aborted) this.#closing.abort(error);
    });
  }

  /** A copy of how each source stands. */
  sources(): LogSourceState[] {
    return this.#sources.map((source) => ({ ...source }));
  }

  /** Finds what there is and begins to read it. Throws when none of the resources can be asked. */
  async start(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const unread = await this.#look(either, this.#parts.request);
    const [first] = unread;
    if (first && unread.length === this.#parts.request.resources.length) throw first.error;
    for (const { resource, error } of unread) this.#tellOf(resource, error);
    if (this.#parts.request.follow) this.#track(this.#lookOn());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopListening();
    this.#merge.close();
    await Promise.all(this.#work);
  }

  /** Looks for pods that came since, until it is closed. */
  async #lookOn(): Promise<void> {
    const { request, wait = pause, random = Math.random } = this.#parts;
    const { signal } = this.#closing;
    // What comes later is read from its beginning.
    const later = { ...request, tail: null, since: null };
    let every = lookEvery;
    while (!signal.aborted) {
      try {
        await wait(every * (1 + 0.25 * random()), signal);
        const unread = await this.#look(signal, later);
        every = unread.length === 0 ? lookEvery : Math.min(every * 2, lookSeldom);
      } catch {
        return;
      }
    }
  }

  /** Asks every resource for its sources and begins with the new ones; gives those that did not answer. */
  async #look(signal: AbortSignal, request: LogRequest): Promise<{ resource: string; error: OpsError }[]> {
    const unread: { resource: string; error: OpsError }[] = [];
    const queue = [...request.resources];
    const lane = async () => {
      for (let resource = queue.shift(); resource !== undefined; resource = queue.shift()) {
        try {
          const logs = this.#parts.logs(resource);
          if (!logs) throw noLogs(resource);
          for (const source of await logs.sources(resource, request, signal)) this.#join(source, request);
        } catch (thrown) {
          signal.throwIfAborted();
          unread.push({ resource, error: toOpsError(thrown, "logs") });
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    return unread;
  }

  #join(source: LogSource, request: LogRequest): void {
    if (this.#known.has(source.id) || this.#closing.signal.aborted) return;
    if (this.#known.size >= mostKnown) {
      this.#tellOf(request.resources[0] ?? source.resource, tooManySources(mostKnown));
      return;
    }
    this.#known.add(source.id);
    const { resource, name } = source;
    const state: LogSourceState = { resource, name, state: "waiting", lines: 0, error: null };
    const index = this.#sources.push(state) - 1;
    this.#parts.onChange();
    this.#track(this.#read(index, state, source, request));
  }

  async #read(index: number, state: LogSourceState, source: LogSource, request: LogRequest): Promise<void> {
    const { signal } = this.#closing;
    const become = (to: LogSourceState["state"], error: WireError | null = null) => {
      this.#merge.tell(index, to === "connecting" || to === "reading" ? to : "silent");
      state.state = to;
      state.error = error;
      this.#parts.onChange();
    };
    let leave: (() => void) | null = null;
    try {
      leave = await this.#places.enter(signal);
      become("connecting");
      const reader = new LineReader();
      const chunks = source.read(request, signal, ({ state: now, error }) =>
        become(now, error?.toWire() ?? null),
      );
      for await (const chunk of chunks) {
        if (state.state !== "reading") become("reading");
        for (let from = 0; from < chunk.length; from += pieceSize) {
          const piece = Buffer.from(
            chunk.buffer,
            chunk.byteOffset + from,
            Math.min(pieceSize, chunk.length - from),
          );
          if (this.#pace.spend(piece.length)) await this.#pace.rest();
          this.#merge.add(index, reader.take(piece));
          await this.#merge.room(index);
          await this.#parts.store.room();
          signal.throwIfAborted();
        }
      }
      this.#merge.add(index, reader.end());
      become("ended");
    } catch (thrown) {
      const reason: unknown = signal.reason;
      if (!signal.aborted) become("failed", toOpsError(thrown, "logs").toWire());
      else if (reason instanceof OpsError) become("failed", reason.toWire());
    } finally {
      leave?.();
    }
  }

  #hold(lines: NewLine[]): void {
    for (const { source } of lines) {
      const state = this.#sources[source];
      if (state) state.lines += 1;
    }
    this.#parts.store.append(lines);
  }

  /** Puts what cannot be read among the sources, with why; once for each reason and resource. */
  #tellOf(resource: string, error: OpsError): void {
    const told = this.#sources.some(
      (source) => source.name === "" && source.resource === resource && source.error?.code === error.code,
    );
    if (told) return;
    this.#sources.push({ resource, name: "", state: "failed", lines: 0, error: error.toWire() });
    this.#parts.onChange();
  }

  #track(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return sleep(milliseconds, undefined, { signal, ref: false });
}
