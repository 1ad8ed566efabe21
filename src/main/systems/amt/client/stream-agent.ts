import { Agent } from "node:http";
import type { Duplex } from "node:stream";
import { withKnobs } from "../../../reach/reach-agent.ts";

/**
 * Lets Node's HTTP client speak over streams that somebody else has opened, one at a time, and keeps the last one
 * for the next request as long as both sides wish (RFC 9112 section 9.3).
 */
export class StreamAgent extends Agent {
  #offered: Duplex | null = null;
  #current: Duplex | null = null;

  constructor() {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
  }

  /** Whether a stream is left over from the last request that looks usable. */
  get ready(): boolean {
    const stream = this.#current;
    return stream !== null && !stream.destroyed && stream.writable && stream.readable;
  }

  /** Drops what is left over and takes a new stream for the next request. */
  offer(stream: Duplex): void {
    this.drop();
    this.#offered = withKnobs(stream);
  }

  /** Ends every stream. */
  drop(): void {
    this.#offered?.destroy();
    this.#current?.destroy();
    this.#offered = null;
    this.#current = null;
    this.destroy();
  }

  override createConnection(): Duplex {
    const stream = this.#offered;
    if (!stream) throw Object.assign(new Error("the kept connection was closed"), { code: "ECONNRESET" });
    this.#offered = null;
    this.#current = stream;
    return stream;
  }
}
