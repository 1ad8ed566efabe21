import type { Duplex } from "node:stream";
import type { WorldClock } from "../../world/clock.ts";
import type { AuthoritativeServer } from "./authoritative-server.ts";
import { DnsDoors } from "./doors.ts";
import {
  classes,
  codes,
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
  flagBits,
  operationOf,
  operations,
  type Reply,
  readMessage,
  replyBytes,
  types,
} from "./messages.ts";
import { nameAt, nameBytes } from "./names.ts";

/** What a resolver can be made to do: keep answers beyond their time, fail, or say nothing. */
export const resolverFaults = ["stale", "failing", "silent"] as const;
export type ResolverFault = (typeof resolverFaults)[number];

export interface CachingResolverOptions {
  /** The name servers that it can reach now, asked one after the other. */
  servers(): readonly AuthoritativeServer[];
  fault(): ResolverFault | null;
  /** By which answers get old. */
  clock: WorldClock;
}

interface Kept {
  code: number;
  records: readonly DnsRecord[];
  /** World time. */
  until: number;
}

const negativeSeconds = 30;
const staleSeconds = 30;
const mostKept = 10_000;
const mostAliases = 12;

/** A resolver that remembers what name servers answer for as long as they allow. */
export class CachingResolver {
  private readonly options: CachingResolverOptions;
  private readonly kept = new Map<string, Kept>();
  private readonly doors = new DnsDoors((bytes) => this.respond(bytes));

  constructor(options: CachingResolverOptions) {
    this.options = options;
  }

  /** Takes a connection. */
  connect(stream: Duplex): void {
    this.doors.connect(stream);
  }

  listen(wished = 0): Promise<number> {
    return this.doors.listen(wished);
  }

  close(): Promise<void> {
    return this.doors.close();
  }

  /** Answers one message, as it comes over the wire; null: says nothing. */
  respond(bytes: Buffer): Buffer | null {
    const fault = this.options.fault();
    if (fault === "silent") return null;
    let request: DnsMessage;
    try {
      request = readMessage(bytes);
    } catch {
      return null;
    }
    if ((request.flags & flagBits.response) !== 0) return null;
    const [question] = request.questions;
    if (operationOf(request) !== operations.query || !question) {
      return replyBytes(request, { code: codes.notImplemented });
    }
    return replyBytes(request, {
      ...(fault === "failing" ? { code: codes.failure } : this.resolve(question)),
      recursive: true,
    });
  }

  /** Follows aliases wherever they lead; each step is remembered by itself. */
  private resolve({ name, type }: DnsQuestion): Reply {
    const answers: DnsRecord[] = [];
    let owner = name;
    for (let steps = 0; steps < mostAliases; steps += 1) {
      const found = this.lookUp(owner, type);
      if (!found) return { code: codes.failure };
      answers.push(...found.records);
      const [alias] = found.records.filter((each) => each.type === types.CNAME);
      if (!alias || type === types.CNAME) return { code: found.code, answers };
      owner = nameAt(alias.data, 0).name;
    }
    return { code: codes.failure };
  }

  /** One name, remembered or asked for; the time that is left is its TTL. Null: no server answers. */
  private lookUp(name: string, type: number): Kept | null {
    const { clock, fault } = this.options;
    const key = `${name} ${type}`;
    const known = this.kept.get(key);
    const isStale = fault() === "stale";
    if (known && (known.until > clock.now() || isStale)) {
      const left = Math.max(isStale ? staleSeconds : 0, Math.floor((known.until - clock.now()) / 1000));
      return { ...known, records: known.records.map((each) => ({ ...each, ttl: Math.min(each.ttl, left) })) };
    }
    const asked = this.ask(name, type);
    if (!asked) return null;
    if (this.kept.size >= mostKept) this.kept.clear();
    this.kept.set(key, asked);
    return asked;
  }

  private ask(name: string, type: number): Kept | null {
    const head = Buffer.alloc(12);
    head.writeUInt16BE(1, 4);
    const tail = Buffer.alloc(4);
    tail.writeUInt16BE(type, 0);
    tail.writeUInt16BE(classes.IN, 2);
    const question = Buffer.concat([head, nameBytes(name), tail]);
    for (const server of this.options.servers()) {
      const bytes = server.respond(question);
      if (bytes === null) continue;
      const { flags, answers } = readMessage(bytes);
      const code = flags & 15;
      if (code !== codes.ok && code !== codes.noName) continue;
      // Its own step alone: where an alias leads is asked of whoever answers for that.
      const own = answers.filter((each) => each.name === name);
      const seconds = own.length > 0 ? Math.min(...own.map(({ ttl }) => ttl)) : negativeSeconds;
      return { code, records: own, until: this.options.clock.now() + seconds * 1000 };
    }
    return null;
  }
}
