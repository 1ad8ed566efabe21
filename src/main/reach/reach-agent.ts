import { Agent } from "node:http";
import type { Duplex } from "node:stream";

/** What Node's agent calls on a connection that it keeps; a stream through a hop has no such knobs and needs none. */
const knobs = ["setKeepAlive", "setTimeout", "setNoDelay", "ref", "unref"] as const;

/** Lets Node's HTTP client speak over streams that `open` brings, and keeps them for the next requests. */
export class ReachAgent extends Agent {
  readonly #open: () => Promise<Duplex>;

  constructor(open: () => Promise<Duplex>, options: { maxSockets: number; keepAlive: boolean }) {
    super({ ...options, maxFreeSockets: options.maxSockets });
    this.#open = open;
  }

  /** Nothing new goes over its connections: those in use end with their answers, the others now. */
  retire(): void {
    this.maxFreeSockets = 0;
    for (const streams of Object.values(this.freeSockets))
      for (const stream of streams ?? []) stream.destroy();
  }

  override createConnection(
    _options: unknown,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const call = done as ((error: Error | null, stream?: Duplex) => void) | undefined;
    this.#open().then(
      (stream) => call?.(null, withKnobs(stream)),
      (error: unknown) =>
        call?.(error instanceof Error ? error : new Error("no connection", { cause: error })),
    );
    return undefined;
  }
}

/** The stream with all of what Node's agent calls on it. */
export function withKnobs(stream: Duplex): Duplex {
  for (const knob of knobs) {
    if (!(knob in stream)) Object.defineProperty(stream, knob, { value: () => stream });
  }
  return stream;
}
