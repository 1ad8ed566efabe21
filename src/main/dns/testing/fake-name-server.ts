import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Reach } from "../../reach/reach.ts";
import type { NameServer } from "../exchange.ts";
import {
  classes,
  decodeMessage,
  encodeMessage,
  encodeRecord,
  type Message,
  opcodes,
  tsigType,
  type WireRecord,
} from "../message.ts";
import { isWithin, writeName } from "../name.ts";
import { recordTypes } from "../record-data.ts";
import { checkSignature, signMessage, type TsigKey } from "../tsig.ts";

export interface FakeRecord {
  name: string;
  type: keyof typeof recordTypes;
  ttl: number;
  data: Buffer;
}

/** What a fake does with a message instead: bytes that it sends, nothing at all, or the end of the connection. */
type Instead = Buffer | "silence" | "close" | null;

/** A small name server in memory, over TCP and UDP on one loopback port: one zone, updates with one key. */
export class FakeNameServer {
  readonly zone: string;
  records: FakeRecord[] = [];
  serial = 1;
  authoritative = true;
  key: TsigKey | null = null;
  /** The clock that signatures are judged by. */
  now: () => number = Date.now;
  /** Told of every change, as a secondary would be. */
  onChange: (records: FakeRecord[], serial: number) => void = () => {};
  instead: (request: Message, bytes: Buffer, overUdp: boolean) => Instead = () => null;
  readonly requests: Message[] = [];
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();
  #datagrams: DatagramSocket | null = null;

  constructor(zone: string) {
    this.zone = zone;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Takes datagrams as well, at a port of its own. */
  async startDatagrams(): Promise<number> {
    const socket = createSocket("udp4");
    this.#datagrams = socket;
    socket.on("message", (bytes, from) => {
      const answer = this.respond(bytes, true);
      if (Buffer.isBuffer(answer)) socket.send(answer, from.port, from.address);
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return socket.address().port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#datagrams?.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** How the console would list it. */
  as(name: string, more: Partial<NameServer> = {}): NameServer {
    const place = { address: "127.0.0.1", port: this.port, via: null, allowlist: null };
    return { name, ...place, transport: "tcp", ...more };
  }

  respond(bytes: Buffer, overUdp = false): Exclude<Instead, null> {
    const request = decodeMessage(bytes);
    if (!request) return "close";
    this.requests.push(request);
    const instead = this.instead(request, bytes, overUdp);
    if (instead !== null) return instead;
    return request.opcode === opcodes.update ? this.#update(request, bytes) : this.#answer(request);
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let held = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0);
        const answer = this.respond(Buffer.from(held.subarray(2, end)));
        held = held.subarray(end);
        if (answer === "close") socket.destroy();
        if (Buffer.isBuffer(answer)) {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(answer.length);
          socket.write(Buffer.concat([length, answer]));
        }
      }
    });
  }

  #answer(request: Message): Buffer {
    const [question] = request.questions;
    if (!question) return this.#bytes(request, 1);
    if (!isWithin(question.name, this.zone)) return this.#bytes(request, 5);
    if (question.type === recordTypes.SOA && question.name === this.zone) {
      return this.#bytes(request, 0, { answers: [this.#start()] });
    }
    const answers: WireRecord[] = [];
    let owner = question.name;
    for (let steps = 0; steps < 20; steps += 1) {
      const found = this.#at(owner, question.type);
      const [alias] = this.#at(owner, recordTypes.CNAME);
      answers.push(...(found.length > 0 ? found : alias ? [alias] : []));
      if (found.length > 0 || !alias) break;
      owner = nameOf(alias);
    }
    const known = this.records.some(({ name }) => name === question.name);
    const negative = answers.length === 0 ? [this.#start()] : [];
    return this.#bytes(request, answers.length > 0 || known ? 0 : 3, { answers, authorities: negative });
  }

  #update(request: Message, bytes: Buffer): Buffer {
    if (!this.key) return this.#bytes(request, 5);
    const checked = checkSignature(bytes, this.key, this.now());
    if (checked.refusal === "unsigned") return this.#bytes(request, 5);
    if (checked.refusal === "bad-time") {
      return signMessage(this.#bytes(request, 9), this.key, this.now(), macOf(bytes)).signed;
    }
    if (checked.refusal !== null) return this.#notSigned(request, checked.refusal);
    const code = this.#failing(request) ?? 0;
    if (code === 0) {
      for (const each of request.authorities) this.#apply(each);
      this.serial += 1;
      this.onChange(this.records, this.serial);
    }
    return signMessage(this.#bytes(request, code), this.key, this.now(), checked.mac).signed;
  }

  /** The code of the first prerequisite that fails (RFC 2136, 3.2). */
  #failing({ answers }: Message): number | null {
    for (const { name, type, class: of } of answers.filter((each) => each.class !== classes.in)) {
      const held =
        type === 255 ? this.records.some((each) => each.name === name) : this.#at(name, type).length;
      if (of === classes.none && held) return type === 255 ? 6 : 7;
      if (of === classes.any && !held) return 8;
    }
    const wanted = answers.filter((each) => each.class === classes.in);
    for (const { name, type } of wanted) {
      const same = (list: WireRecord[]) =>
        list
          .map(({ data }) => data.toString("hex"))
          .sort()
          .join();
      const named = wanted.filter((each) => each.name === name && each.type === type);
      if (same(named) !== same(this.#at(name, type))) return 8;
    }
    return null;
  }

  #apply({ name, type, class: of, ttl, data }: WireRecord): void {
    const typeName = typeNames.get(type);
    if (!typeName) return;
    const others = this.records.filter(
      (each) =>
        each.name !== name || each.type !== typeName || (of !== classes.any && !each.data.equals(data)),
    );
    this.records = of === classes.in ? [...others, { name, type: typeName, ttl, data }] : others;
  }

  /** A refusal that is not signed: its signature is empty and says why (RFC 8945, 5.2). */
  #notSigned(request: Message, refusal: "bad-signature" | "bad-key"): Buffer {
    const key = this.key;
    const error = { "bad-signature": 16, "bad-key": 17 }[refusal];
    const bytes = this.#bytes(request, 9);
    if (!key) return bytes;
    const tail = Buffer.alloc(16);
    tail.writeUIntBE(Math.floor(this.now() / 1000), 0, 6);
    tail.writeUInt16BE(300, 6);
    tail.writeUInt16BE(request.id, 10);
    tail.writeUInt16BE(error, 12);
    const data = Buffer.concat([writeName(key.algorithm), tail]);
    const signed = Buffer.concat([
      bytes,
      encodeRecord({ name: key.name, type: tsigType, class: classes.any, ttl: 0, data }),
    ]);
    signed.writeUInt16BE(1, 10);
    return signed;
  }

  #bytes(request: Message, code: number, sections: Partial<Message> = {}): Buffer {
    return encodeMessage({
      ...request,
      response: true,
      authoritative: this.authoritative,
      code,
      answers: [],
      authorities: [],
      additionals: [],
      ...sections,
    });
  }

  #at(name: string, type: number): WireRecord[] {
    return this.records
      .filter((each) => each.name === name && recordTypes[each.type] === type)
      .map(({ ttl, data }) => ({ name, type, class: classes.in, ttl, data }));
  }

  #start(): WireRecord {
    const numbers = Buffer.alloc(20);
    [this.serial, 3600, 600, 86_400, 60].forEach((value, index) => {
      numbers.writeUInt32BE(value, index * 4);
    });
    const data = Buffer.concat([writeName(`ns.${this.zone}`), writeName(`ops.${this.zone}`), numbers]);
    return { name: this.zone, type: recordTypes.SOA, class: classes.in, ttl: 300, data };
  }
}

/** The code in a request's signature, which its answer is signed over. */
function macOf(bytes: Buffer): Buffer {
  const data = decodeMessage(bytes)?.additionals.at(-1)?.data ?? Buffer.alloc(0);
  const at = data.indexOf(0) + 9;
  return data.subarray(at + 2, at + 2 + data.readUInt16BE(at));
}

const typeNames = new Map<number, keyof typeof recordTypes>(
  Object.entries(recordTypes).map(([name, type]) => [type, name as keyof typeof recordTypes]),
);

function nameOf({ data }: WireRecord): string {
  const labels: string[] = [];
  for (let at = 0; data[at]; at += (data[at] ?? 0) + 1) {
    labels.push(data.subarray(at + 1, at + 1 + (data[at] ?? 0)).toString("latin1"));
  }
  return labels.join(".");
}

/** Dials loopback, as reach would. */
export const dialLoopback: Reach["dial"] = async ({ port }) => {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
};
