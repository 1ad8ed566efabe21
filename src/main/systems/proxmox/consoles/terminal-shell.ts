import type WebSocket from "ws";
import type { OpsError } from "../../../../shared/errors.ts";
import { abortFault } from "../../../reach/abort.ts";
import { keepHeartbeat } from "../../../reach/heartbeat.ts";
import type { ShellSession } from "../../system.ts";
import { consoleBroken, consoleNotReading } from "./faults.ts";
import { silent } from "./socket-stream.ts";
import { greetingLine, inputFrames, sizeFrame, stillThere } from "./terminal-frames.ts";

const welcome = Buffer.from("OK", "latin1");
/** Milliseconds between two signs that somebody is still there. */
const signEvery = 30_000;
/** Bytes of input that may lie unsent: a terminal that is stopped must not hold whatever is pasted into it. */
const mostUnsent = 4 * 1024 * 1024;
/** Milliseconds for a farewell. */
const farewell = 2000;

type End = { exitCode: number | null; error: OpsError | null };

export interface TerminalShellParts {
  /** As errors name it. */
  name: string;
  /** It was let in no further than to the greeting. */
  refused(): OpsError;
  /** Why it ended; null: nothing went wrong, as far as is known. */
  explain(): Promise<OpsError | null>;
}

/** A terminal of Proxmox VE over its WebSocket, which belongs to it. What it shows waits for `resume`. */
export class TerminalShell implements ShellSession {
  readonly #socket: WebSocket;
  readonly #parts: TerminalShellParts;
  readonly #onEnd: ((end: End) => void)[] = [];
  readonly #held: Uint8Array[] = [];
  #onData: (bytes: Uint8Array) => void = () => undefined;
  /** What came of the answer to the greeting; null once we are in. */
  #answer: Buffer | null = Buffer.alloc(0);
  #onAnswer: (error: OpsError | null) => void = () => undefined;
  #isPaused = true;
  #end: End | null = null;

  constructor(socket: WebSocket, parts: TerminalShellParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.on("message", (data: Buffer) => this.#receive(data));
    let cause: Error | null = null;
    socket.on("error", (error) => {
      cause = error;
    });
    // A node closes the connection without the farewell that WebSockets have, be it by `exit` or by an accident.
    socket.once("close", () => this.#closed(cause));
    keepHeartbeat(socket, () => this.#fail(silent(parts.name)));
    const signs = setInterval(() => this.#send(stillThere), signEvery);
    signs.unref();
    socket.once("close", () => clearInterval(signs));
  }

  /** Says who it is; resolves once the terminal is open. Throws what `refused` gives, or the signal was aborted with. */
  async enter(user: string, ticket: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<OpsError | null>();
    this.#onAnswer = resolve;
    const onAbort = () => resolve(abortFault(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    this.#send(greetingLine(user, ticket));
    this.#socket.resume();
    try {
      const error = await promise;
      if (error) throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    if (this.#isPaused) this.#socket.pause();
  }

  write(data: string): void {
    for (const frame of inputFrames(data)) this.#send(frame);
    if (this.#socket.bufferedAmount > mostUnsent) this.#fail(consoleNotReading(this.#parts.name));
  }

  resize(columns: number, rows: number): void {
    this.#send(sizeFrame(columns, rows));
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused) {
      const bytes = this.#held.shift();
      if (!bytes) break;
      this.#onData(bytes);
    }
    if (!this.#isPaused) this.#socket.resume();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onEnd(listener: (end: End) => void): void {
    if (this.#end) listener(this.#end);
    else this.#onEnd.push(listener);
  }

  close(): void {
    this.#finish(null);
    this.#socket.close();
    this.#socket.resume();
    const late = setTimeout(() => this.#socket.terminate(), farewell);
    late.unref();
    this.#socket.once("close", () => clearTimeout(late));
  }

  #send(bytes: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(bytes);
  }

  #receive(data: Buffer): void {
    if (this.#end) return;
    if (this.#answer === null) this.#show(data);
    else this.#hearAnswer(Buffer.concat([this.#answer, data]));
  }

  #hearAnswer(answer: Buffer): void {
    this.#answer = answer;
    const begun = answer.subarray(0, welcome.length);
    if (!begun.equals(welcome.subarray(0, begun.length))) this.#fail(this.#parts.refused());
    else if (begun.length === welcome.length) {
      this.#answer = null;
      if (answer.length > welcome.length) this.#show(answer.subarray(welcome.length));
      this.#onAnswer(null);
    }
  }

  #show(bytes: Uint8Array): void {
    if (this.#isPaused) this.#held.push(bytes);
    else this.#onData(bytes);
  }

  #closed(cause: Error | null): void {
    if (this.#end) return;
    if (this.#answer !== null) {
      this.#fail(this.#parts.refused());
      return;
    }
    const unknown = cause ? consoleBroken(this.#parts.name, cause) : null;
    this.#parts.explain().then(
      (known) => this.#finish(known ?? unknown),
      () => this.#finish(unknown),
    );
  }

  #fail(error: OpsError): void {
    this.#finish(error);
    this.#socket.terminate();
  }

  #finish(error: OpsError | null): void {
    if (this.#end) return;
    this.#end = { exitCode: null, error };
    if (error) this.#onAnswer(error);
    for (const listener of this.#onEnd.splice(0)) listener(this.#end);
  }
}
