import { type ClientContext, type ClientLink, type ClientOptions, createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { type Channel, closeCode } from "../../shared/channel.ts";
import type { Contract } from "../../shared/contract.ts";
import { backoff } from "./backoff.ts";
import { type ChannelLink, ChannelRefused, linkOver, opened } from "./channel-link.ts";
import { callTimedOut, connectionLost, isAborted } from "./wire-error.ts";

export type Client = ContractRouterClient<Contract>;

/** How the window stands with main. `generation` grows with every channel that opened. */
export interface Phase {
  state: "connecting" | "open" | "lost";
  generation: number;
  /** Epoch milliseconds since when the channel is lost; null while it is not. */
  lostSince: number | null;
  attempts: number;
  /** Main is there but no longer knows this browser: only a new one-time link helps. */
  signInNeeded: boolean;
}

/** Milliseconds that a call may wait for a channel, and then for its answer. */
const connectDeadline = 10_000;
const answerDeadline = 30_000;
/** These try log-ins or probe many hosts before they answer. */
const slowCalls: ReadonlySet<string> = new Set([
  "actions.preview",
  "secrets.test",
  "secrets.rotate",
  "tasks.settle",
  "procedures.dryRun",
  "procedures.takeOver",
  "procedures.resume",
  "procedures.report",
  "terminal.open",
  "screen.replay",
  "journal.verify",
]);
const slowAnswerDeadline = 180_000;
/** For these somebody may have to fetch a code from the machine's own screen: longer than main itself waits. */
const attendedCalls: ReadonlySet<string> = new Set(["screen.open"]);
const attendedAnswerDeadline = 390_000;

function deadlineOf(call: string): number {
  if (attendedCalls.has(call)) return attendedAnswerDeadline;
  return slowCalls.has(call) ? slowAnswerDeadline : answerDeadline;
}

/**
 * The renderer's one connection to main. It reconnects by itself with a bounded, jittered delay. A call made
 * while the first channel opens waits for it; a call made while the channel is lost fails at once, and no call
 * is ever sent twice: main may have begun it.
 */
export class Connection {
  readonly client: Client;
  readonly #open: () => Channel;
  readonly #listeners = new Set<() => void>();
  #phase: Phase = { state: "connecting", generation: 0, lostSince: null, attempts: 0, signInNeeded: false };
  #link: ChannelLink | null = null;
  #channel: Channel | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #ended = false;

  constructor(open: () => Channel) {
    this.#open = open;
    const link: ClientLink<ClientContext> = {
      call: (path, input, options) => this.#call(path, input, options),
    };
    this.client = createORPCClient<Client>(link);
    this.#connect();
  }

  phase = (): Phase => this.#phase;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Tries again now in place of at the end of the delay; after sleep, or when the user asks. */
  reconnectNow = (): void => {
    if (this.#timer === null || this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#connect();
  };

  close(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#channel?.close(1000, "window closed");
    this.#link?.closed();
    this.#listeners.clear();
  }

  #become(phase: Partial<Phase>): void {
    this.#phase = { ...this.#phase, ...phase };
    for (const listener of [...this.#listeners]) listener();
  }

  #connect(): void {
    let channel: Channel;
    try {
      channel = this.#open();
    } catch {
      this.#lose(null, closeCode.lost);
      return;
    }
    this.#channel = channel;
    opened(channel).then(
      () => {
        if (this.#ended || this.#channel !== channel) return channel.close(1000, "no longer wanted");
        const link = linkOver(channel);
        this.#link = link;
        channel.onclose = ({ code }) => this.#lose(channel, code);
        this.#become({
          state: "open",
          generation: this.#phase.generation + 1,
          lostSince: null,
          attempts: 0,
          signInNeeded: false,
        });
      },
      (refused: unknown) =>
        this.#lose(channel, refused instanceof ChannelRefused ? refused.code : closeCode.failed),
    );
  }

  #lose(channel: Channel | null, code: number): void {
    if (this.#ended || (channel !== null && channel !== this.#channel)) return;
    const link = this.#link;
    this.#channel = null;
    this.#link = null;
    // First, so that nobody who hears of the loss sends a farewell into the closed channel.
    link?.closed();
    const attempts = this.#phase.attempts;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#connect();
    }, backoff(attempts));
    this.#become({
      state: "lost",
      lostSince: this.#phase.lostSince ?? Date.now(),
      attempts: attempts + 1,
      signInNeeded: code === closeCode.signInNeeded,
    });
  }

  async #call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>) {
    const link = await this.#readyLink(options.signal);
    const deadline = deadlineOf(path.join("."));
    // The deadline is for the answer only: a live query that has begun runs for as long as it is looked at.
    const controller = new AbortController();
    const forward = () => controller.abort(options.signal?.reason);
    if (options.signal?.aborted) forward();
    options.signal?.addEventListener("abort", forward, { once: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      controller.abort();
    }, deadline);
    try {
      return await link.call(path, input, { ...options, signal: controller.signal });
    } catch (thrown) {
      options.signal?.removeEventListener("abort", forward);
      if (late) throw callTimedOut(deadline / 1000);
      if (options.signal?.aborted) throw thrown;
      if (isAborted(thrown) || this.#link !== link) throw connectionLost();
      throw thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  #readyLink(signal: AbortSignal | undefined): Promise<ChannelLink> {
    if (this.#link) return Promise.resolve(this.#link);
    if (this.#phase.state === "lost" || this.#ended) return Promise.reject(connectionLost());
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        unsubscribe();
        signal?.removeEventListener("abort", aborted);
        act();
      };
      const aborted = () => settle(() => reject(signal?.reason));
      const timer = setTimeout(() => settle(() => reject(connectionLost())), connectDeadline);
      const unsubscribe = this.subscribe(() => {
        const link = this.#link;
        if (link) settle(() => resolve(link));
        else if (this.#phase.state === "lost") settle(() => reject(connectionLost()));
      });
      signal?.addEventListener("abort", aborted, { once: true });
    });
  }
}
