import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { makeSelfSigned } from "../../../reach/testing/self-signed.ts";
import { answer, challenge, serverInit, smallUpdate, word } from "../../../rfb/testing/dialogue.ts";

const identity = makeSelfSigned("vnc.example");
/** The SHA-256 of the certificate that every server here shows. */
export const pin = createHash("sha256").update(new X509Certificate(identity.cert).raw).digest("hex");

/** A TCP server on loopback whose connections behave as a test wants. */
export class FakeVnc {
  readonly sockets: Socket[] = [];
  /** The security types that were chosen, whether the answer to a challenge was right, and what came in clear. */
  readonly heard: string[] = [];
  behave: (socket: Socket) => void;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.behave = (socket) => this.play(socket, []);
    server.on("connection", (socket) => {
      this.sockets.push(socket);
      socket.on("error", () => undefined);
      this.behave(socket);
    });
  }

  static async start(): Promise<FakeVnc> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FakeVnc(server);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  /** Plays a server of RFB 3.8 up to one update; with VNC authentication, or with these types of VeNCrypt. */
  play(stream: Duplex, types: readonly number[], name = "vm"): void {
    this.#play(stream, types, name).catch((error: unknown) => void this.heard.push(String(error)));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #play(plain: Duplex, types: readonly number[], name: string): Promise<void> {
    plain.write("RFB 003.008\n");
    await hear(plain, 12);
    const stream = types.length === 0 ? await this.#vnc(plain) : await this.#veNCrypt(plain, types);
    stream.write(word(0));
    await hear(stream, 1);
    stream.write(Buffer.concat([serverInit(640, 480, name), smallUpdate]));
  }

  async #vnc(stream: Duplex): Promise<Duplex> {
    stream.write(Buffer.of(1, 2));
    await hear(stream, 1);
    await this.#challenge(stream);
    return stream;
  }

  async #veNCrypt(plain: Duplex, types: readonly number[]): Promise<Duplex> {
    plain.write(Buffer.of(1, 19));
    await hear(plain, 1);
    plain.write(Buffer.of(0, 2));
    await hear(plain, 2);
    plain.write(Buffer.concat([Buffer.of(0, types.length), ...types.map(word)]));
    const type = (await hear(plain, 4)).readUInt32BE();
    this.heard.push(String(type));
    plain.write(Buffer.of(1));
    const stream = secured(plain, type < 260);
    if (type === 258 || type === 261) await this.#challenge(stream);
    if (type === 259 || type === 262) {
      const lengths = await hear(stream, 8);
      this.heard.push((await hear(stream, lengths.readUInt32BE() + lengths.readUInt32BE(4))).toString());
    }
    return stream;
  }

  async #challenge(stream: Duplex): Promise<void> {
    stream.write(challenge);
    this.heard.push((await hear(stream, 16)).equals(answer) ? "right" : "wrong");
  }
}

/** The server's end of TLS over a stream; without a certificate if wished. */
export function secured(stream: Duplex, anonymous = false): TLSSocket {
  const socket = new TLSSocket(stream, {
    isServer: true,
    ...(anonymous
      ? { ciphers: "ADH-AES128-SHA256:@SECLEVEL=0", dhparam: "auto", maxVersion: "TLSv1.2" as const }
      : identity),
  });
  socket.on("error", () => undefined);
  return socket;
}

/** Waits for exactly so many bytes. */
async function hear(stream: Duplex, count: number): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = stream.read(count);
    if (bytes) return bytes;
    if (stream.destroyed || stream.readableEnded) throw new Error("closed");
    await Promise.race([once(stream, "readable"), once(stream, "close")]);
  }
}
