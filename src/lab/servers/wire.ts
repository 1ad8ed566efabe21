import { once } from "node:events";
import { type Duplex, duplexPair, type Readable, type Writable } from "node:stream";
import { finished } from "node:stream/promises";

/** The state of the way to a machine, as the World has it at the moment. */
export interface WireConditions {
  /** True while no byte gets through: the link is cut, the machine dead or hanging. */
  isStalled(): boolean;
  /** Bytes a second; null when it is not slowed. */
  rate(): number | null;
  /** Whether the first line that arrives must come in one piece. */
  wholeFirstLine?: boolean;
}

const slicesPerSecond = 10;
/** As long as an identification line may be (RFC 4253, 4.2). */
const longestFirstLine = 255;

/**
 * One connection on its way through the lab's network. What goes in at `outer` comes out at `inner` when the
 * conditions allow; a stalled wire holds bytes back without closing, as a real network does.
 */
export class Wire {
  readonly inner: Duplex;
  private readonly outer: Duplex;
  private readonly conditions: WireConditions;
  private readonly ended = new AbortController();
  private wake: (() => void)[] = [];

  constructor(outer: Duplex, conditions: WireConditions, onClose: () => void) {
    const [inner, far] = duplexPair();
    this.inner = inner;
    this.outer = outer;
    this.conditions = conditions;
    const close = () => {
      if (this.ended.signal.aborted) return;
      this.ended.abort();
      this.changed();
      for (const stream of [outer, inner, far]) stream.destroy();
      onClose();
    };
    for (const stream of [outer, inner, far]) stream.on("error", close);
    outer.once("close", close);
    const inward = this.carry(outer, far, conditions.wholeFirstLine === true);
    // What was written before an orderly end still arrives, however slowly.
    const outward = this.carry(far, outer, false).then(() => finished(outer, { readable: false }));
    inner.once("close", () => {
      if (!inner.writableFinished) close();
      else outward.then(close, close);
    });
    Promise.all([inward, outward]).then(close, close);
  }

  /** Looks at the conditions again. */
  changed(): void {
    for (const wake of this.wake.splice(0)) wake();
  }

  /** Ends the connection at once, without a farewell. */
  destroy(): void {
    this.outer.destroy();
  }

  /**
   * Carries one way. A `wholeFirstLine` arrives in one piece when it is through: the server's library loses parts of
   * an identification that comes in several.
   */
  private async carry(from: Readable, to: Writable, wholeFirstLine: boolean): Promise<void> {
    let held: Buffer | null = wholeFirstLine ? Buffer.alloc(0) : null;
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      let rest: Buffer = chunk;
      while (rest.length > 0) {
        while (this.conditions.isStalled() && !this.ended.signal.aborted) {
          await new Promise<void>((resolve) => this.wake.push(resolve));
        }
        if (this.ended.signal.aborted) return;
        const rate = this.conditions.rate();
        const slice =
          rate === null ? rest : rest.subarray(0, Math.max(1, Math.floor(rate / slicesPerSecond)));
        rest = rest.subarray(slice.length);
        if (rate !== null) await this.wait((slice.length / rate) * 1000);
        if (held !== null) {
          held = Buffer.concat([held, slice]);
          if (!held.includes(10) && held.length < longestFirstLine) continue;
        }
        const arriving = held ?? slice;
        held = null;
        if (!to.write(arriving)) await once(to, "drain", { signal: this.ended.signal });
      }
    }
    to.end(held);
  }

  private wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.ended;
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener("abort", done);
    });
  }
}
