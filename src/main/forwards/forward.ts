import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { type OpsError, toOpsError } from "../../shared/errors.ts";
import { abortable, Deadline } from "../reach/abort.ts";
import { connectingTimedOut, noLocalPort, tooManyConnections } from "./faults.ts";

/** Connections that may be open through one forward at once. */
export const mostConnections = 200;
/** How long reaching the far port may take, in milliseconds. */
const connectLimit = 30_000;

/**
 * A port of the loopback address whose connections each get a stream of their own to the far port. What ends one
 * direction ends that direction alone; what breaks one side breaks the other.
 */
export class Forward {
  readonly #connect: (signal: AbortSignal) => Promise<Duplex>;
  readonly #changed: () => void;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  #served = 0;
  #error: OpsError | null = null;

  constructor(parts: { connect(signal: AbortSignal): Promise<Duplex>; changed(): void }) {
    this.#connect = parts.connect;
    this.#changed = parts.changed;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true });
    this.#server.on("connection", (socket) => void this.#carry(socket));
  }

  /** Listens on that port of 127.0.0.1, any that is free when null, and gives it. Throws `forward.port-taken`, `.no-local-port`. */
  async listen(port: number | null): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error) => reject(noLocalPort(port, error)));
      this.#server.listen(port ?? 0, "127.0.0.1", resolve);
    });
    this.#server.on("error", () => undefined);
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections open now, and since the beginning; why the last one failed. */
  get figures(): { connections: number; served: number; error: OpsError | null } {
    return { connections: this.#sockets.size, served: this.#served, error: this.#error };
  }

  /** Cuts every connection for a reason, and goes on listening. */
  cut(reason: OpsError): void {
    const open = [...this.#sockets];
    for (const socket of open) socket.destroy();
    if (open.length > 0) this.#failed(reason);
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #carry(socket: Socket): Promise<void> {
    socket.on("error", () => undefined);
    if (this.#sockets.size >= mostConnections) {
      socket.destroy();
      this.#failed(tooManyConnections(mostConnections));
      return;
    }
    const gone = new AbortController();
    this.#sockets.add(socket);
    this.#served += 1;
    this.#changed();
    socket.once("close", () => {
      gone.abort();
      this.#sockets.delete(socket);
      this.#changed();
    });
    const ending = AbortSignal.any([gone.signal, this.#closing.signal]);
    const deadline = new Deadline(connectLimit, ending, () => connectingTimedOut(connectLimit / 1000));
    try {
      const opening = this.#connect(deadline.signal);
      const stream = await abortable(opening, deadline.signal, (late) => late.destroy());
      this.#join(socket, stream);
    } catch (thrown) {
      if (!ending.aborted) this.#failed(thrown);
      socket.destroy();
    } finally {
      deadline.end();
    }
  }

  #join(socket: Socket, stream: Duplex): void {
    const onEnd = (error: Error | null | undefined) => {
      if (!error) return;
      socket.destroy();
      stream.destroy();
    };
    stream.once("error", (error) => {
      // Where the program here has hung up first, the far side is only told so.
      if (!socket.destroyed && !this.#closing.signal.aborted) this.#failed(error);
    });
    pipeline(socket, stream, onEnd);
    pipeline(stream, socket, onEnd);
    this.#succeeded();
  }

  #succeeded(): void {
    if (this.#error === null) return;
    this.#error = null;
    this.#changed();
  }

  #failed(thrown: unknown): void {
    this.#error = toOpsError(thrown, "forwards");
    this.#changed();
  }
}
