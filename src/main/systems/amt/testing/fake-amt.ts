import { randomBytes } from "node:crypto";
import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { expectedResponse, FakeFirmware, type Reply } from "./fake-firmware.ts";

/** One request as it came over the wire. */
export interface Received {
  connection: number;
  body: string;
  authorization: string | null;
  headers: Record<string, string>;
  status: number;
}

/** What the server does to one request instead of answering it well. */
export type Misbehaviour =
  | "close"
  | "silence"
  | "garbage"
  | "truncate"
  | "huge"
  | "huge-header"
  | "drip"
  | "redirect"
  | { reply: Reply }
  | { raw: string };

/**
 * An AMT on loopback for tests: Digest as FIELD-NOTES 1 describes it, chunked answers with zero-padded sizes, and
 * whatever misbehaviour a test asks for.
 */
export class FakeAmt {
  readonly firmware = new FakeFirmware();
  readonly received: Received[] = [];
  readonly password = "Secret-1";
  /** Chooses what happens to an authorised request; null answers well. */
  misbehave: (body: string, count: number) => Misbehaviour | null = () => null;
  /** Uses of a nonce until it is forgotten. */
  nonceUses = Number.POSITIVE_INFINITY;
  keepAlive = true;
  qop = "auth";
  /** Ask for another log-in for ever: with a stale nonce, or with a new one and no reason. */
  loop: "stale" | "refuse" | null = null;
  stale = "false";
  /** Takes over a connection that asks for /ws-redirection and is logged in; null: the firmware has none. */
  redirection: ((socket: Socket, headers: Record<string, string>, rest: Buffer) => void) | null = null;
  /** The HTTP answer to /ws-redirection where the firmware has none. */
  noRedirection = "404 Not Found";
  readonly #server: Server;
  readonly #realm = `Digest:${"A1".repeat(16)}`;
  readonly #sockets = new Set<Socket>();
  #nonce: { value: string; count: number } | null = null;
  #connections = 0;
  #authorised = 0;

  private constructor(tls: { cert: string; key: string } | null) {
    const serve = (socket: Socket) => this.#serve(socket);
    this.#server = tls ? createTlsServer(tls, serve) : createPlainServer(serve);
    if (tls) this.#server.on("connection", (socket: Socket) => this.#keep(socket));
  }

  static async start(tls: { cert: string; key: string } | null = null): Promise<FakeAmt> {
    const amt = new FakeAmt(tls);
    await new Promise<void>((resolve) => amt.#server.listen(0, "127.0.0.1", resolve));
    return amt;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Bodies that were accepted and hold these words. */
  accepted(words: string): Received[] {
    return this.received.filter(({ status, body }) => status === 200 && body.includes(words));
  }

  /** Forgets the nonce in use, as firmware does now and then. */
  forgetNonce(): void {
    this.#nonce = null;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
  }

  #serve(socket: Socket): void {
    this.#keep(socket);
    this.#connections += 1;
    const connection = this.#connections;
    let pending = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        const end = pending.indexOf("\r\n\r\n");
        if (end < 0) return;
        const head = pending.subarray(0, end).toString("latin1");
        const headers = headersOf(head);
        if (head.startsWith("GET /ws-redirection ")) {
          this.#upgrade(socket, connection, headers, pending.subarray(end + 4));
          return;
        }
        const length = Number(headers["content-length"] ?? "0");
        if (pending.length < end + 4 + length) return;
        const body = pending.subarray(end + 4, end + 4 + length).toString("utf8");
        pending = pending.subarray(end + 4 + length);
        this.#handle(socket, connection, headers, body);
      }
    });
  }

  #upgrade(socket: Socket, connection: number, headers: Record<string, string>, rest: Buffer): void {
    socket.removeAllListeners("data");
    const authorization = headers.authorization ?? null;
    const received: Received = { connection, body: "", authorization, headers, status: 401 };
    this.received.push(received);
    if (!this.#authorise(authorization, "", "GET:/ws-redirection")) {
      this.#challenge(socket);
      return;
    }
    received.status = this.redirection ? 101 : 404;
    if (this.redirection) this.redirection(socket, headers, rest);
    else socket.end(`HTTP/1.1 ${this.noRedirection}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  }

  #handle(socket: Socket, connection: number, headers: Record<string, string>, body: string): void {
    const authorization = headers.authorization ?? null;
    const received: Received = { connection, body, authorization, headers, status: 401 };
    this.received.push(received);
    if (!this.#authorise(authorization, body, "POST:/wsman")) {
      this.#challenge(socket);
      return;
    }
    this.#authorised += 1;
    const bad = this.misbehave(body, this.#authorised);
    received.status = 200;
    if (bad === null) {
      const reply = this.firmware.answer(body);
      received.status = reply.status;
      this.#write(socket, reply);
    } else if (typeof bad === "object") {
      if ("reply" in bad) {
        received.status = bad.reply.status;
        this.#write(socket, bad.reply);
      } else socket.end(bad.raw);
    } else {
      this.#misbehave(socket, bad, body);
    }
  }

  #challenge(socket: Socket): void {
    this.#nonce = { value: randomBytes(16).toString("hex"), count: 0 };
    const challenge = `Digest realm="${this.#realm}", nonce="${this.#nonce.value}",stale="${this.loop === "stale" ? "true" : this.stale}",qop="${this.qop}"`;
    socket.end(
      `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ${challenge}\r\nContent-Type: text/html\r\nServer: AMT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
  }

  #authorise(authorization: string | null, body: string, request: string): boolean {
    if (this.loop !== null || authorization === null || this.#nonce === null) return false;
    const part = (name: string) =>
      new RegExp(`[ ,]${name}=(?:"([^"]*)"|([^, ]*))`).exec(authorization)?.slice(1).find(Boolean) ?? "";
    const nc = part("nc");
    if (part("nonce") !== this.#nonce.value || !/^[0-9a-f]{8}$/.test(nc)) return false;
    if (Number.parseInt(nc, 16) <= this.#nonce.count || this.#nonce.count >= this.nonceUses) return false;
    const qop = part("qop");
    const right = expectedResponse("admin", this.#realm, this.password, {
      nonce: this.#nonce.value,
      nc,
      cnonce: part("cnonce"),
      qop,
      request,
      body,
    });
    if (part("response") !== right || !this.qop.split(",").includes(qop)) return false;
    this.#nonce.count = Number.parseInt(nc, 16);
    return true;
  }

  #write(socket: Socket, { status, body }: Reply): void {
    const bytes = Buffer.from(body, "utf8");
    const close = this.keepAlive ? "" : "Connection: close\r\n";
    socket.write(
      `HTTP/1.1 ${status} ${status === 200 ? "OK" : "Bad Request"}\r\nServer: AMT\r\nContent-Type: application/soap+xml; charset=UTF-8\r\n${close}Transfer-Encoding: chunked\r\n\r\n`,
    );
    for (let at = 0; at < bytes.length; at += 0x220) {
      const chunk = bytes.subarray(at, at + 0x220);
      socket.write(`${chunk.length.toString(16).padStart(4, "0")}\r\n`);
      socket.write(chunk);
      socket.write("\r\n");
    }
    socket.write("0000\r\n\r\n");
    if (!this.keepAlive) socket.end();
  }

  #misbehave(socket: Socket, how: Exclude<Misbehaviour, object>, body: string): void {
    const head = "HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n";
    if (how === "close") socket.destroy();
    else if (how === "garbage") socket.end("RFB 003.008\n and then some\r\n\r\n");
    else if (how === "truncate") {
      const whole = this.firmware.answer(body).body;
      socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n0100\r\n${whole.slice(0, 100)}`);
    } else if (how === "huge") {
      socket.write(`${head}Content-Length: 10485760\r\n\r\n`);
      socket.end(Buffer.alloc(10_485_760, "x"));
    } else if (how === "huge-header") {
      socket.end(`${head}X-Long: ${"x".repeat(200_000)}\r\n\r\n`);
    } else if (how === "redirect") {
      socket.end("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n");
    } else if (how === "drip") {
      socket.write(`${head}Content-Length: 1000\r\n\r\n`);
      const dripping = setInterval(() => socket.write("x"), 5);
      socket.on("close", () => clearInterval(dripping));
    }
  }
}

function headersOf(head: string): Record<string, string> {
  const lines = head.split("\r\n").slice(1);
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
}
