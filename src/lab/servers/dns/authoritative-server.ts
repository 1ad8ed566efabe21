import type { Duplex } from "node:stream";
import type { WorldClock } from "../../world/clock.ts";
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
import { isBelow, nameAt } from "./names.ts";
import { judgeSignature, signatureErrors, signedReply } from "./signatures.ts";
import { startOf, unmetCondition, updated, type ZoneCopy } from "./zone.ts";

/** What a name server can be made to do: refuse every change, fail, or say nothing. */
export const nameServerFaults = ["refuses-updates", "failing", "silent"] as const;
export type NameServerFault = (typeof nameServerFaults)[number];

export interface AuthoritativeServerOptions {
  zones: readonly ZoneCopy[];
  /** Whether it takes updates; the others follow it. */
  isPrimary: boolean;
  /** The secrets of the keys by which zones may be changed, by their names. */
  keys: ReadonlyMap<string, Buffer>;
  fault(): NameServerFault | null;
  /** Epoch milliseconds of the wall, by which signatures are judged. */
  now(): number;
}

/** What a datagram may hold without the extension that allows more (RFC 1035, 2.3.4). */
const longestDatagram = 512;
const mostAliases = 8;

/** A name server for some zones: answers, signed updates (RFC 2136, RFC 8945), and copies for those that follow it. */
export class AuthoritativeServer {
  private readonly options: AuthoritativeServerOptions;
  private readonly zones: Map<string, ZoneCopy>;
  private readonly followers = new Set<(zone: ZoneCopy) => void>();
  private readonly doors = new DnsDoors((bytes, overDatagrams) => this.respond(bytes, overDatagrams));

  constructor(options: AuthoritativeServerOptions) {
    this.options = options;
    this.zones = new Map(options.zones.map((zone) => [zone.name, zone]));
  }

  /** A zone as this server holds it now. */
  zone(name: string): ZoneCopy | null {
    return this.zones.get(name) ?? null;
  }

  /**
   * Takes the zones over from another server whenever they change there, so many milliseconds of world time later, and
   * once the two can reach each other; `stop` ends that.
   */
  follow(
    primary: AuthoritativeServer,
    { clock, delay, canReach }: { clock: WorldClock; delay: number; canReach(): boolean },
  ): { stop(): void } {
    const waiting = new Map<string, () => void>();
    const take = (name: string) => {
      waiting.delete(name);
      const theirs = primary.zone(name);
      const own = this.zones.get(name);
      if (!theirs || !own || own.serial === theirs.serial) return;
      if (canReach()) this.zones.set(name, theirs);
      else later(name);
    };
    const later = (name: string) => {
      waiting.get(name)?.();
      waiting.set(
        name,
        clock.after(delay, () => take(name)),
      );
    };
    const onChange = (zone: ZoneCopy) => later(zone.name);
    primary.followers.add(onChange);
    return {
      stop() {
        primary.followers.delete(onChange);
        for (const callOff of waiting.values()) callOff();
      },
    };
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
  respond(bytes: Buffer, overDatagrams = false): Buffer | null {
    const fault = this.options.fault();
    if (fault === "silent") return null;
    let request: DnsMessage;
    try {
      request = readMessage(bytes);
    } catch {
      return null;
    }
    if ((request.flags & flagBits.response) !== 0) return null;
    try {
      if (fault === "failing") return replyBytes(request, { code: codes.failure });
      if (operationOf(request) === operations.update) return this.update(bytes, request);
      if (operationOf(request) !== operations.query)
        return replyBytes(request, { code: codes.notImplemented });
      return this.signedAsAsked(bytes, request, this.answer(request), overDatagrams);
    } catch {
      return replyBytes({ ...request, questions: [] }, { code: codes.unreadable });
    }
  }

  /** An answer to a question that may be signed, as it is when a key is tried. */
  private signedAsAsked(bytes: Buffer, request: DnsMessage, reply: Reply, overDatagrams: boolean): Buffer {
    const { keys, now } = this.options;
    const signature = judgeSignature(bytes, request, keys, now());
    const isGood = !signature || signature.error === signatureErrors.none;
    const whole = replyBytes(request, isGood ? reply : { code: codes.notAuthorised });
    const short =
      overDatagrams && whole.length > allowedBytes(request)
        ? replyBytes(request, { ...reply, truncated: true })
        : whole;
    return signature ? signedReply(short, signature, keys, now()) : short;
  }

  private answer(request: DnsMessage): Reply {
    const [question, ...more] = request.questions;
    if (!question || more.length > 0) return { code: codes.unreadable };
    const zone = this.closestZone(question.name);
    if (!zone) return { code: codes.refused };
    return { ...answerFrom(zone, question, (name) => this.closestZone(name)), authoritative: true };
  }

  private update(bytes: Buffer, request: DnsMessage): Buffer {
    const { keys, now, isPrimary, fault } = this.options;
    const signature = judgeSignature(bytes, request, keys, now());
    if (!signature) return replyBytes(request, { code: codes.refused });
    const reply = (code: number) => signedReply(replyBytes(request, { code }), signature, keys, now());
    if (signature.error !== signatureErrors.none) return reply(codes.notAuthorised);
    const [place] = request.questions;
    const zone = place?.type === types.SOA ? this.zones.get(place.name) : undefined;
    if (!zone) return reply(codes.notAuthorised);
    if (!isPrimary || fault() === "refuses-updates") return reply(codes.refused);
    const unmet = unmetCondition(zone, request);
    if (unmet !== codes.ok) return reply(unmet);
    const after = updated(zone, request);
    if (!after) return reply(codes.notInZone);
    if (after !== zone) {
      this.zones.set(zone.name, after);
      for (const tell of this.followers) tell(after);
    }
    return reply(codes.ok);
  }

  private closestZone(name: string): ZoneCopy | null {
    const held = [...this.zones.values()].filter((zone) => isBelow(name, zone.name));
    return held.sort((one, other) => other.name.length - one.name.length)[0] ?? null;
  }
}

/** What a zone answers (RFC 1034, 4.3.2), with the aliases that lead on within the zones of the same server. */
function answerFrom(
  zone: ZoneCopy,
  { name, type }: DnsQuestion,
  zoneOf: (name: string) => ZoneCopy | null,
): Omit<Reply, "authoritative"> {
  if (type === types.SOA && name === zone.name) return { code: codes.ok, answers: [startOf(zone)] };
  const answers: DnsRecord[] = [];
  let owner = name;
  for (let steps = 0; steps < mostAliases; steps += 1) {
    const held = (zoneOf(owner)?.records ?? []).filter(
      (each) => each.name === owner && each.class === classes.IN,
    );
    const wanted = held.filter((each) => each.type === type || type === types.ANY);
    const alias = held.find((each) => each.type === types.CNAME);
    answers.push(...(wanted.length > 0 || !alias ? wanted : [alias]));
    if (wanted.length > 0 || !alias) break;
    owner = nameAt(alias.data, 0).name;
  }
  const isKnown = zone.records.some((each) => isBelow(each.name, name));
  if (answers.length > 0) return { code: codes.ok, answers };
  return { code: isKnown ? codes.ok : codes.noName, authorities: [startOf(zone)] };
}

/** The bytes that a datagram may have, by what the request says (RFC 6891, 6.2.3). */
function allowedBytes({ additionals }: DnsMessage): number {
  const extension = additionals.find(({ type }) => type === types.OPT);
  return Math.max(longestDatagram, Math.min(extension?.class ?? 0, 4096));
}
