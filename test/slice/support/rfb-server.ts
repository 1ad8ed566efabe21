import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** The only password that the server takes, and how a viewer proves it for the challenge (RFC 6143, 7.2.2). */
export const screenPassword = "slice-pw";
const challenge = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const proof = Buffer.from("23e1c7697a09c0bfd883884e0ab8e3d2", "hex");

const width = 4;
const height = 2;

/** Pixels of one colour over the whole screen, 32 bits each, in the upper left corner: one raw rectangle. */
export function picture(pixel: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(width, 8);
  head.writeUInt16BE(height, 10);
  const pixels = Buffer.alloc(width * height * 4);
  for (let at = 0; at < pixels.length; at += 4) pixels.writeUInt32LE(pixel, at);
  return Buffer.concat([head, pixels]);
}

function serverInit(): Buffer {
  const init = Buffer.from(
    "00040002 20180001 00ff00ff00ff 100800 000000 00000005".replaceAll(" ", ""),
    "hex",
  );
  return Buffer.concat([init, Buffer.from("Salle")]);
}

/** A screen of 4 × 2 pixels behind a password, over RFB 3.8 on loopback. */
export class RfbServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Everything that viewers sent after ClientInit. */
  received = Buffer.alloc(0);
  #asked: () => void = () => {};

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
      this.#serve(socket).catch(() => socket.destroy());
    });
  }

  static async start(): Promise<RfbServer> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new RfbServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get viewers(): number {
    return this.#sockets.size;
  }

  /** Resolves once a viewer has said these bytes. */
  async hears(bytes: Buffer): Promise<void> {
    while (!this.received.includes(bytes)) {
      await new Promise<void>((resolve) => {
        this.#asked = resolve;
      });
    }
  }

  paint(pixel: number): void {
    for (const socket of this.#sockets) socket.write(picture(pixel));
  }

  /** Breaks every connection in the middle. */
  drop(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(socket: Socket): Promise<void> {
    const take = taker(socket);
    socket.write("RFB 003.008\n");
    await take(12);
    socket.write(Buffer.from([1, 2]));
    await take(1);
    socket.write(challenge);
    if (!(await take(16)).equals(proof)) {
      socket.end(Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 5]), Buffer.from("wrong")]));
      return;
    }
    socket.write(Buffer.alloc(4));
    await take(1);
    socket.write(serverInit());
    for (;;) {
      this.received = Buffer.concat([this.received, await take(1)]);
      this.#asked();
    }
  }
}

/** Takes so many bytes from a stream, in order; rejects when it ends first. */
function taker(socket: Socket): (size: number) => Promise<Buffer> {
  let held = Buffer.alloc(0);
  let look = () => {};
  socket.on("data", (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    look();
  });
  socket.on("close", () => look());
  return async (size) => {
    while (held.length < size) {
      if (socket.destroyed) throw new Error("the viewer has gone");
      await new Promise<void>((resolve) => {
        look = resolve;
      });
    }
    const taken = held.subarray(0, size);
    held = held.subarray(size);
    return taken;
  };
}
