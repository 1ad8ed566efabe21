import { randomInt } from "node:crypto";
import type { Duplex } from "node:stream";
import type { OpsError } from "../../shared/errors.ts";
import { abortable, abortFault, Deadline } from "../reach/abort.ts";
import type { Reach } from "../reach/reach.ts";
import { askDatagram } from "./datagram.ts";
import { type Answered, answerTo, type NameServer } from "./exchange.ts";
import * as faults from "./faults.ts";

/** Milliseconds for one question with its connection and its whole answer. */
const usualDeadline = 8_000;

/**
 * Asks name servers, over TCP (RFC 7766) through the hop that leads to them, or over UDP where the estate file says so; an
 * answer that was cut off there is asked for again over TCP. Throws OpsErrors `reach.…` and those of faults.ts.
 */
export class DnsClient {
  readonly #dial: Reach["dial"];
  readonly #deadline: number;
  readonly #closing = new AbortController();

  constructor(dial: Reach["dial"], deadline: number = usualDeadline) {
    this.#dial = dial;
    this.#deadline = deadline;
  }

  /** A number for a message that nobody can guess (RFC 5452, 9.2). */
  newId(): number {
    return randomInt(0x10000);
  }

  /** Asks a question that may be asked again. */
  async ask(server: NameServer, request: Buffer, signal: AbortSignal): Promise<Answered> {
    return this.#within(server, signal, async (limited) => {
      if (server.transport === "tcp") return this.#overStream(server, request, limited);
      const answer = answerTo(request, await askDatagram(server, request, limited));
      if (answer && !answer.message.truncated) return answer;
      return this.#overStream(server, request, limited);
    });
  }

  /** Sends a change, once and over TCP; `onSent` is called right before it leaves. */
  send(server: NameServer, request: Buffer, signal: AbortSignal, onSent: () => void): Promise<Answered> {
    return this.#within(server, signal, (limited) => this.#overStream(server, request, limited, onSent));
  }

  close(): void {
    this.#closing.abort();
  }

  async #within(
    server: NameServer,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Answered>,
  ): Promise<Answered> {
    const outer = AbortSignal.any([signal, this.#closing.signal]);
    const deadline = new Deadline(this.#deadline, outer, () =>
      faults.timedOut(server.name, this.#deadline / 1000),
    );
    try {
      return await work(deadline.signal);
    } catch (error) {
      throw deadline.signal.aborted ? abortFault(deadline.signal) : error;
    } finally {
      deadline.end();
    }
  }

  async #overStream(
    server: NameServer,
    request: Buffer,
    signal: AbortSignal,
    onSent: () => void = () => {},
  ): Promise<Answered> {
    const { via, address, port, allowlist } = server;
    const stream = await this.#dial({ via, address, port, allowlist }, signal);
    try {
      if (signal.aborted) throw abortFault(signal);
      const reading = readFramed(stream, faults.closed(server.name));
      reading.catch(() => undefined);
      onSent();
      const length = Buffer.alloc(2);
      length.writeUInt16BE(request.length);
      // In one piece: some servers drop a message whose length comes by itself (RFC 7766, 8).
      stream.write(Buffer.concat([length, request]));
      const answer = answerTo(request, await abortable(reading, signal));
      if (!answer) throw faults.garbage(server.name);
      return answer;
    } finally {
      stream.destroy();
    }
  }
}

/** One message with its length before it (RFC 1035, 4.2.2). */
function readFramed(stream: Duplex, closed: OpsError): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let held = Buffer.alloc(0);
    stream.on("data", (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      if (held.length < 2) return;
      const end = 2 + held.readUInt16BE(0);
      if (held.length >= end) resolve(held.subarray(2, end));
    });
    stream.on("error", () => reject(closed));
    stream.once("end", () => reject(closed));
    stream.once("close", () => reject(closed));
  });
}
