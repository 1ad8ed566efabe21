import type { WireError } from "../../shared/errors.ts";
import type { Client, Connection } from "./client.ts";
import { ConnectionLost, toWireError } from "./wire-error.ts";

/** How to open one live query; `signal` aborts when nobody looks any longer. */
export type OpenLive<Frame> = (client: Client, signal: AbortSignal) => Promise<AsyncIterable<Frame>>;

/** Adds a frame to what was there; `null` before the first frame of each subscription. */
export type Fold<Frame, Value> = (value: Value | null, frame: Frame) => Value;

export interface Live<Value> {
  /** The last value, kept over a lost connection; null before the first frame. */
  value: Value | null;
  /** Why main could not answer; null while it does. */
  error: WireError | null;
  state: "waiting" | "live" | "paused" | "lost" | "failed";
}

/** What of the page a live query needs, so that it runs in a test as well. */
export interface Surroundings {
  hidden(): boolean;
  onVisibility(listener: () => void): () => void;
  /** Calls back before the next paint; returns the cancellation. */
  nextFrame(callback: () => void): () => void;
}

/** The browser's page. */
const page: Surroundings = {
  hidden: () => document.hidden,
  onVisibility(listener) {
    document.addEventListener("visibilitychange", listener);
    return () => document.removeEventListener("visibilitychange", listener);
  },
  nextFrame(callback) {
    const handle = requestAnimationFrame(callback);
    return () => cancelAnimationFrame(handle);
  },
};

/**
 * One live query as a store for React. Frames are folded as they come and shown at most once per painted frame; the first
 * answer, which somebody waits for, at once.
 * It subscribes again after a reconnect, pauses while the page is hidden, and closes the iterator when stopped,
 * so that main stops as well.
 */
export class LiveQuery<Frame, Value> {
  readonly #connection: Connection;
  readonly #open: OpenLive<Frame>;
  readonly #fold: Fold<Frame, Value>;
  readonly #page: Surroundings;
  readonly #listeners = new Set<() => void>();
  #shown: Live<Value> = { value: null, error: null, state: "waiting" };
  #next: Live<Value> = this.#shown;
  #cancelFrame: (() => void) | null = null;
  #abort: AbortController | null = null;
  #started = false;
  #cleanups: (() => void)[] = [];

  constructor(
    connection: Connection,
    open: OpenLive<Frame>,
    fold: Fold<Frame, Value>,
    surroundings: Surroundings = page,
  ) {
    this.#connection = connection;
    this.#open = open;
    this.#fold = fold;
    this.#page = surroundings;
  }

  read = (): Live<Value> => this.#shown;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    if (this.#started) return;
    this.#started = true;
    let generation = this.#connection.phase().generation;
    this.#cleanups = [
      this.#connection.subscribe(() => {
        const phase = this.#connection.phase();
        if (phase.state === "lost") this.#closeRun("lost");
        if (phase.state === "open" && phase.generation !== generation) {
          generation = phase.generation;
          this.#run();
        }
      }),
      this.#page.onVisibility(() => (this.#page.hidden() ? this.#closeRun("paused") : this.#run())),
    ];
    if (!this.#page.hidden()) this.#run();
  }

  /** Ends the query here and in main. It may be started again. */
  stop(): void {
    this.#started = false;
    for (const cleanup of this.#cleanups) cleanup();
    this.#cleanups = [];
    this.#abort?.abort();
    this.#abort = null;
    this.#cancelFrame?.();
    this.#cancelFrame = null;
  }

  /** Asks again after a failure. */
  retry = (): void => {
    if (this.#started && this.#next.state === "failed") this.#run();
  };

  #closeRun(state: "lost" | "paused"): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#show({ ...this.#next, state });
  }

  #run(): void {
    const state = this.#connection.phase().state;
    if (state === "lost" || !this.#started || this.#page.hidden()) return;
    this.#abort?.abort();
    const controller = new AbortController();
    this.#abort = controller;
    this.#consume(controller).catch((thrown: unknown) => {
      if (controller.signal.aborted || this.#abort !== controller) return;
      this.#abort = null;
      if (thrown instanceof ConnectionLost && this.#connection.phase().state === "lost") {
        this.#show({ ...this.#next, state: "lost" });
      } else {
        this.#show({ ...this.#next, error: toWireError(thrown), state: "failed" });
      }
    });
  }

  async #consume(controller: AbortController): Promise<void> {
    const { signal } = controller;
    const frames = await this.#open(this.#connection.client, signal);
    let value: Value | null = null;
    for await (const frame of frames) {
      // A frame that was on its way when nobody wanted it any more.
      if (signal.aborted) return;
      const isFirst = value === null;
      value = this.#fold(value, frame);
      this.#show({ value, error: null, state: "live" }, isFirst);
    }
    if (!signal.aborted && this.#connection.phase().state === "open") {
      // Main ended the query by itself; what is shown is no longer kept up to date.
      this.#show({ ...this.#next, state: "paused" });
    }
  }

  #show(next: Live<Value>, atOnce = false): void {
    this.#next = next;
    const publish = () => {
      this.#cancelFrame = null;
      this.#shown = this.#next;
      for (const listener of [...this.#listeners]) listener();
    };
    // A hidden page paints no frames, and must still learn that it is paused.
    if (atOnce || this.#page.hidden()) {
      this.#cancelFrame?.();
      publish();
    } else this.#cancelFrame ??= this.#page.nextFrame(publish);
  }
}
