import type { Duplex } from "node:stream";
import { OpsError } from "../../../../shared/errors.ts";
import { abortFault } from "../../../reach/abort.ts";
import { notRedirection, sessionClosed } from "./faults.ts";
import type { SessionKind } from "./messages.ts";
import type { Parse } from "./replies.ts";

/** More than any message of a dialogue before its session runs. */
const mostBytes = 8192;

/**
 * The beginning of a session: this side says something, AMT answers, in turns. What comes after the last answer stays
 * in the stream for whoever takes it over. Errors are OpsErrors, or what the signal was aborted with.
 */
export class Dialogue {
  readonly #stream: Duplex;
  readonly #signal: AbortSignal;
  readonly name: string;
  readonly kind: SessionKind;

  constructor(parts: { stream: Duplex; name: string; kind: SessionKind; signal: AbortSignal }) {
    this.#stream = parts.stream;
    this.#signal = parts.signal;
    this.name = parts.name;
    this.kind = parts.kind;
  }

  /** Says `message` and waits for the answer. Throws `amt.not-redirection`, `amt.screen-closed`, `amt.serial-closed`. */
  ask<T>(message: Uint8Array, parse: Parse<T>): Promise<T> {
    const stream = this.#stream;
    return new Promise<T>((resolve, reject) => {
      let come = Buffer.alloc(0);
      const settle = (settled: () => void) => {
        stream.off("readable", onReadable);
        stream.off("end", onClosed);
        stream.off("close", onClosed);
        stream.off("error", onError);
        this.#signal.removeEventListener("abort", onAbort);
        settled();
      };
      const fail = (error: unknown) => settle(() => reject(error));
      const onAbort = () => fail(abortFault(this.#signal));
      const onClosed = () => fail(sessionClosed(this.name, this.kind));
      const onError = (error: Error) =>
        fail(error instanceof OpsError ? error : sessionClosed(this.name, this.kind, error));
      const onReadable = () => {
        const bytes: Buffer | null = stream.read();
        if (bytes === null) return;
        come = Buffer.concat([come, bytes]);
        const parsed = parse(come);
        if (parsed === "garbage" || (parsed === "more" && come.length > mostBytes)) {
          fail(notRedirection(this.name));
        } else if (parsed !== "more") {
          settle(() => resolve(parsed.value));
          if (parsed.length < come.length) stream.unshift(come.subarray(parsed.length));
        }
      };
      if (this.#signal.aborted) return reject(abortFault(this.#signal));
      if (stream.destroyed || stream.readableEnded) return reject(sessionClosed(this.name, this.kind));
      stream.on("readable", onReadable);
      stream.once("end", onClosed);
      stream.once("close", onClosed);
      stream.once("error", onError);
      this.#signal.addEventListener("abort", onAbort, { once: true });
      stream.write(message);
    });
  }
}
