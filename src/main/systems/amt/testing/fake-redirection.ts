import { createHash, randomBytes } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { FakeAmt } from "./fake-amt.ts";
import { binaryFrame, readFrames, upgradeAnswer } from "./web-socket-frames.ts";

/** What a session does instead of going on, and where: before it answers that step. */
export interface Trouble {
  at: "start" | "login" | "open" | "rfb";
  how: "close" | "silence" | "garbage" | "truncate" | "drip" | "endless";
}

/** One session as the firmware sees it. */
export interface FakeSession {
  kind: "KVMR" | "SOL ";
  by: "web-port" | "raw-port";
  /** The types of its messages in the order in which they came, as two hex digits each. */
  steps: string[];
  /** Whether its screen or serial line was opened, and whether it is over. */
  open: boolean;
  over: boolean;
  /** What came on the serial line. */
  typed: Buffer;
  send(bytes: Uint8Array): void;
  close(): void;
}

/**
 * The redirection of a FakeAmt: over its web port and on a port of its own. It is what the traces of real firmware show
 * (FIELD-NOTES 1), with whatever refusal or trouble a test asks for. The firmware refuses power while a session is open.
 */
export class FakeRedirection {
  readonly sessions: FakeSession[] = [];
  readonly user = "admin";
  readonly password = "Secret-1";
  version: [number, number] = [16, 1];
  oem = Buffer.alloc(0);
  startStatus = 0;
  openStatus = 0;
  /** The type by which it wants to be told that HTTP has logged in; another is answered by `wrongTypeStatus`. */
  webType = 2;
  wrongTypeStatus = 2;
  /** Types of log-in that the raw port offers. */
  offered = [4];
  trouble: Trouble | null = null;
  /** Whether a second session of a kind is turned away. */
  single = true;
  readonly #amt: FakeAmt;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(amt: FakeAmt) {
    this.#amt = amt;
    this.#server = createServer((socket) => this.#serve(socket, "raw-port", Buffer.alloc(0)));
    amt.redirection = (socket, headers, rest) => {
      socket.write(upgradeAnswer(headers["sec-websocket-key"] ?? ""));
      this.#serve(socket, "web-port", rest);
    };
    this.#tellFirmware();
  }

  static async start(amt: FakeAmt): Promise<FakeRedirection> {
    const redirection = new FakeRedirection(amt);
    await new Promise<void>((resolve) => redirection.#server.listen(0, "127.0.0.1", resolve));
    return redirection;
  }

  /** Of its own port. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get open(): FakeSession[] {
    return this.sessions.filter(({ open, over }) => open && !over);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket, by: FakeSession["by"], rest: Buffer): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    const send = (bytes: Uint8Array) => {
      if (socket.writable) socket.write(by === "web-port" ? binaryFrame(bytes) : bytes);
    };
    const session: FakeSession = {
      kind: "SOL ",
      by,
      steps: [],
      open: false,
      over: false,
      typed: Buffer.alloc(0),
      send,
      close: () => socket.end(),
    };
    this.sessions.push(session);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      session.over = true;
      this.#tellFirmware();
    });
    const talk = new Conversation(this, session, () => this.#tellFirmware());
    if (by === "web-port") readFrames(socket, rest, (bytes) => talk.take(bytes));
    else socket.on("data", (bytes) => talk.take(bytes));
  }

  #tellFirmware(): void {
    const { firmware } = this.#amt;
    const screens = this.open.filter(({ kind }) => kind === "KVMR").length;
    firmware.single.CIM_KVMRedirectionSAP = [["EnabledState", screens > 0 ? 2 : 6]];
    firmware.returnValue = this.open.length > 0 ? 2 : 0;
  }
}

/** The firmware's side of one session. */
class Conversation {
  readonly #own: FakeRedirection;
  readonly #session: FakeSession;
  readonly #onOpened: () => void;
  readonly #nonce = randomBytes(16).toString("hex");
  readonly #realm = `Digest:${"A1".repeat(16)}`;
  #pending = Buffer.alloc(0);
  #rfb = 0;

  constructor(own: FakeRedirection, session: FakeSession, onOpened: () => void) {
    this.#own = own;
    this.#session = session;
    this.#onOpened = onOpened;
  }

  take(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    if (this.#isScreen) {
      this.#screen();
      return;
    }
    for (let length = this.#length(); length > 0 && this.#pending.length >= length; length = this.#length()) {
      const message = this.#pending.subarray(0, length);
      this.#pending = this.#pending.subarray(length);
      this.#session.steps.push(message.toString("hex", 0, 1));
      this.#answer(message);
      if (this.#isScreen) {
        this.#screen();
        return;
      }
    }
  }

  get #isScreen(): boolean {
    return this.#session.open && this.#session.kind === "KVMR";
  }

  #length(): number {
    const bytes = this.#pending;
    const fixed: Record<number, number> = { 16: 8, 18: 4, 32: 24, 34: 8, 37: 8, 43: 8, 64: 8 };
    const type = bytes[0] ?? 0;
    if (type === 0x13) return bytes.length < 9 ? 9 : 9 + bytes.readUInt32LE(5);
    if (type === 0x28) return bytes.length < 10 ? 10 : 10 + bytes.readUInt16LE(8);
    return fixed[type] ?? 0;
  }

  #answer(message: Buffer): void {
    const own = this.#own;
    const session = this.#session;
    const type = message[0];
    if (type === 0x10) {
      session.kind = message.toString("latin1", 4) === "KVMR" ? "KVMR" : "SOL ";
      const taken = own.single && own.open.some(({ kind }) => kind === session.kind);
      const status = own.startStatus || (taken ? 2 : 0);
      const words = [0x11, status, 0, 0, 1, 0, ...own.version, 0x57, 1, 0, 0, own.oem.length, ...own.oem];
      this.#say("start", status === 0 ? words : words.slice(0, 4));
    } else if (type === 0x13) {
      this.#say("login", session.by === "web-port" ? this.#webLogin(message) : this.#digestLogin(message));
    } else if (type === 0x40 || type === 0x20) {
      session.open = own.openStatus === 0 && own.trouble?.at !== "open";
      this.#onOpened();
      const reply = type === 0x40 ? [0x41, own.openStatus, 0, 0, 0, 0, 0, 0] : serialReply(own.openStatus);
      this.#say("open", reply);
      if (type === 0x40 && session.open) this.#say("rfb", [...Buffer.from("RFB 003.008\n")]);
    } else if (type === 0x28) {
      session.typed = Buffer.concat([session.typed, message.subarray(10)]);
      session.send(serialOutput(message.subarray(10)));
    } else if (type === 0x22) session.send(Buffer.from([0x23, 0, 0, 0, 0, 0, 0, 0]));
    else if (type === 0x12) session.close();
  }

  #webLogin(message: Buffer): number[] {
    const type = message.readUInt8(4);
    const status = type === this.#own.webType ? 0 : this.#own.wrongTypeStatus;
    return [0x14, status, 0, 0, type, 0, 0, 0, 0];
  }

  #digestLogin(message: Buffer): number[] {
    const type = message.readUInt8(4);
    if (type === 0) return loginReply(0, 0, Buffer.from(this.#own.offered));
    const [user = "", realm, nonce, uri = "", cnonce, count, response, qop] = wordsOf(message.subarray(9));
    const challenge = [this.#realm, this.#nonce, ...(type === 4 ? ["auth"] : [])];
    if (!response) return loginReply(1, type, Buffer.concat(challenge.map(lengthFirst)));
    const middle = type === 4 ? `${nonce}:${count}:${cnonce}:${qop}` : nonce;
    const key = md5(`${user}:${realm}:${this.#own.password}`);
    const right = md5(`${key}:${middle}:${md5(`POST:${uri}`)}`);
    const well =
      response === right &&
      nonce === this.#nonce &&
      realm === this.#realm &&
      user === this.#own.user &&
      uri === "/RedirectionService";
    return loginReply(well ? 0 : 1, type, Buffer.alloc(0));
  }

  /** Says the answer of a step, unless this is where the trouble is. */
  #say(at: Trouble["at"], reply: number[]): void {
    const { trouble } = this.#own;
    const bytes = Buffer.from(reply);
    const session = this.#session;
    if (trouble?.at !== at) session.send(bytes);
    else if (trouble.how === "close") session.close();
    else if (trouble.how === "garbage") session.send(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
    else if (trouble.how === "truncate") {
      session.send(bytes.subarray(0, 3));
      session.close();
    } else if (trouble.how === "drip") {
      session.send(bytes.subarray(0, 1));
      session.send(bytes.subarray(1, 2));
    } else if (trouble.how === "endless") {
      session.send(Buffer.from([0x14, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0x7f]));
      session.send(Buffer.alloc(100_000));
    }
  }

  /** As much RFB 3.8 as a log-in needs; what comes after it is kept as typed. */
  #screen(): void {
    const answers: [number, Buffer][] = [
      [12, Buffer.from([1, 1])],
      [1, Buffer.alloc(4)],
      [1, serverInit("Intel(r) AMT KVM")],
    ];
    for (;;) {
      const next = answers[this.#rfb];
      if (!next || this.#pending.length < next[0]) break;
      this.#pending = this.#pending.subarray(next[0]);
      this.#rfb += 1;
      this.#session.send(next[1]);
    }
    if (this.#rfb < answers.length) return;
    this.#session.typed = Buffer.concat([this.#session.typed, this.#pending]);
    this.#pending = Buffer.alloc(0);
  }
}

/** A message by which the machine's serial port says these bytes. */
export function serialOutput(bytes: Uint8Array): Buffer {
  const head = Buffer.from([0x2a, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16LE(bytes.length, 8);
  return Buffer.concat([head, bytes]);
}

function serialReply(status: number): number[] {
  return status === 0 ? [0x21, ...new Array<number>(22).fill(0)] : [0x21, status, 0, 0];
}

function loginReply(status: number, type: number, words: Buffer): number[] {
  return [0x14, status, 0, 0, type, words.length, 0, 0, 0, ...words];
}

function wordsOf(bytes: Buffer): string[] {
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 1 + bytes.readUInt8(at)) {
    words.push(bytes.toString("latin1", at + 1, at + 1 + bytes.readUInt8(at)));
  }
  return words;
}

function lengthFirst(word: string): Buffer {
  return Buffer.concat([Buffer.from([word.length]), Buffer.from(word)]);
}

function serverInit(name: string): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt16BE(640, 0);
  head.writeUInt16BE(400, 2);
  head.set([16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0], 4);
  head.writeUInt32BE(name.length, 20);
  return Buffer.concat([head, Buffer.from(name)]);
}

function md5(words: string): string {
  return createHash("md5").update(words).digest("hex");
}
