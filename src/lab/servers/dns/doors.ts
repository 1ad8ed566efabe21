import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { createServer } from "node:net";
import type { Duplex } from "node:stream";

/** Answers one message; null: says nothing. */
export type Respond = (request: Buffer, overDatagrams: boolean) => Buffer | null;

/** How DNS comes in: streams (RFC 7766) that are handed in or come to a loopback port, and datagrams at the same port. */
export class DnsDoors {
  private readonly respond: Respond;
  private readonly streams = new Set<Duplex>();
  private readonly listener = createServer((socket) => this.connect(socket));
  private datagrams: DatagramSocket | null = null;

  constructor(respond: Respond) {
    this.respond = respond;
  }

  /** Takes a connection. */
  connect(stream: Duplex): void {
    this.streams.add(stream);
    stream.once("close", () => this.streams.delete(stream));
    stream.on("error", () => {});
    let held = Buffer.alloc(0);
    stream.on("data", (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0);
        const answer = this.respond(Buffer.from(held.subarray(2, end)), false);
        held = held.subarray(end);
        if (answer === null) continue;
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        stream.write(Buffer.concat([length, answer]));
      }
    });
    stream.once("end", () => stream.end());
  }

  /** Listens on loopback, at `wished` or where the system chooses (0); resolves to the port of both transports. */
  async listen(wished = 0): Promise<number> {
    const port = await new Promise<number>((resolve, reject) => {
      this.listener.once("error", reject);
      this.listener.listen(wished, "127.0.0.1", () => {
        this.listener.off("error", reject);
        const address = this.listener.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
    const socket = createSocket("udp4");
    this.datagrams = socket;
    socket.on("message", (bytes, from) => {
      const answer = this.respond(bytes, true);
      if (answer !== null) socket.send(answer, from.port, from.address, () => {});
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(port, "127.0.0.1", () => {
        socket.off("error", reject);
        socket.on("error", () => {});
        resolve();
      });
    });
    return port;
  }

  async close(): Promise<void> {
    for (const stream of [...this.streams]) stream.destroy();
    const { datagrams } = this;
    this.datagrams = null;
    if (datagrams) await new Promise<void>((resolve) => datagrams.close(() => resolve()));
    await new Promise<void>((resolve) => {
      if (this.listener.listening) this.listener.close(() => resolve());
      else resolve();
    });
  }
}
