import { type FarSide, viewerBrokeProtocol } from "./faults.ts";
import { securityType } from "./security-types.ts";
import { greetings } from "./version.ts";

/**
 * The server's side of a log-in by a viewer (RFC 6143, 7.1 to 7.3): RFB 3.8, no security, for the one who looks is known
 * already. What the viewer says before that is complete is held against what it must be, byte for byte.
 */
export class ViewerGreeting {
  readonly #farSide: FarSide;
  readonly #steps: {
    expected: (byte: number, index: number) => boolean;
    length: number;
    answer: Uint8Array;
  }[];
  #taken = 0;

  /** `serverInit` is the whole message that ends the log-in. */
  constructor(farSide: FarSide, serverInit: Uint8Array) {
    this.#farSide = farSide;
    const version = Buffer.from(greetings["3.8"], "latin1");
    this.#steps = [
      {
        expected: (byte, index) => byte === version[index],
        length: version.length,
        answer: Buffer.of(1, securityType.none),
      },
      { expected: (byte) => byte === securityType.none, length: 1, answer: Buffer.alloc(4) },
      // ClientInit: whether others may look too was settled at the far side.
      { expected: () => true, length: 1, answer: serverInit },
    ];
  }

  /** What the server says first. */
  begin(): Uint8Array {
    return Buffer.from(greetings["3.8"], "latin1");
  }

  get done(): boolean {
    return this.#steps.length === 0;
  }

  /**
   * Takes bytes of the viewer; gives the answers to it and what it said beyond the log-in. Throws OpsError
   * `rfb.viewer-broke-protocol`.
   */
  take(bytes: Uint8Array): { answers: Uint8Array[]; rest: Uint8Array } {
    const answers: Uint8Array[] = [];
    let at = 0;
    for (; at < bytes.length; at++) {
      const [step] = this.#steps;
      if (!step) break;
      if (!step.expected(bytes[at] ?? 0, this.#taken)) throw viewerBrokeProtocol(this.#farSide);
      this.#taken += 1;
      if (this.#taken < step.length) continue;
      this.#taken = 0;
      this.#steps.shift();
      answers.push(step.answer);
    }
    return { answers, rest: bytes.subarray(at) };
  }
}
