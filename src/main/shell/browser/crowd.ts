import type { Socket } from "node:net";

/** Connections that may be open at once, of whoever has not signed in and of all together. */
export const mostStrangers = 192;
const mostConnections = 512;

/**
 * Keeps room at the door: of connections that have shown no session yet the oldest is ended when too many stand there, so that
 * however many come and say nothing, whoever has signed in stays, and whoever comes next is heard.
 */
export class Crowd {
  /** By the peer's address and port, oldest first: under TLS a request knows another object than the one that was accepted. */
  readonly #strangers = new Map<string, Socket>();
  #open = 0;

  /** Takes note of a connection that was accepted. */
  enter(socket: Socket): void {
    const name = nameOf(socket);
    if (this.#open >= mostConnections && !this.#endOldest()) {
      socket.destroy();
      return;
    }
    this.#open += 1;
    this.#strangers.set(name, socket);
    socket.once("close", () => {
      this.#open -= 1;
      if (this.#strangers.get(name) === socket) this.#strangers.delete(name);
    });
    if (this.#strangers.size > mostStrangers) this.#endOldest();
  }

  /** A request over this connection showed a session of ours. */
  trust(socket: { remoteAddress?: string | undefined; remotePort?: number | undefined }): void {
    this.#strangers.delete(nameOf(socket));
  }

  #endOldest(): boolean {
    for (const [name, socket] of this.#strangers) {
      this.#strangers.delete(name);
      socket.destroy();
      return true;
    }
    return false;
  }
}

function nameOf(socket: { remoteAddress?: string | undefined; remotePort?: number | undefined }): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
