import { isIPv4, isIPv6 } from "node:net";
import { classes, codes, type DnsMessage, type DnsRecord, types } from "./messages.ts";
import { canonical, isBelow, nameBytes } from "./names.ts";

/** A record as a zone file has it: `A 192.0.2.10`, `CNAME edge.east.example`. */
export interface PlainRecord {
  name: string;
  type: "A" | "AAAA" | "CNAME" | "NS" | "TXT" | "MX";
  ttl: number;
  value: string;
}

/** A zone as one server holds it. */
export interface ZoneCopy {
  name: string;
  serial: number;
  records: readonly DnsRecord[];
}

const usualTtl = 300;
const negativeTtl = 30;

/** Makes a zone of its records; its start and its name servers are among what it answers. */
export function makeZone(
  zone: string,
  servers: readonly string[],
  listed: readonly PlainRecord[],
  serial = 1,
): ZoneCopy {
  const name = canonical(zone);
  const own = servers.map((server): PlainRecord => ({ name, type: "NS", ttl: usualTtl, value: server }));
  return { name, serial, records: [...own, ...listed].map(wireRecord) };
}

function wireRecord({ name, type, ttl, value }: PlainRecord): DnsRecord {
  return { name: canonical(name), type: types[type], class: classes.IN, ttl, data: dataOf(type, value) };
}

function dataOf(type: PlainRecord["type"], value: string): Buffer {
  switch (type) {
    case "A":
      if (!isIPv4(value)) throw new RangeError(`${value} is no IPv4 address`);
      return Buffer.from(value.split(".").map(Number));
    case "AAAA":
      return addressBytes(value);
    case "TXT": {
      const words = Buffer.from(value, "utf8");
      return Buffer.concat([Buffer.from([words.length]), words]);
    }
    case "MX": {
      const [preference = "10", host = value] = value.includes(" ") ? value.split(" ") : [];
      const head = Buffer.alloc(2);
      head.writeUInt16BE(Number(preference));
      return Buffer.concat([head, nameBytes(host)]);
    }
    default:
      return nameBytes(value);
  }
}

/** An IPv6 address as sixteen bytes (RFC 3596, 2.2). */
function addressBytes(value: string): Buffer {
  if (!isIPv6(value) || value.includes(".")) throw new RangeError(`${value} is no IPv6 address`);
  const [before = "", after] = value.split("::");
  const groups = (words: string) => (words === "" ? [] : words.split(":"));
  const [left, right] = [groups(before), groups(after ?? "")];
  const gap = Array.from({ length: 8 - left.length - right.length }, () => "0");
  const all = after === undefined ? left : [...left, ...gap, ...right];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** The start of a zone (RFC 1035, 3.3.13). */
export function startOf({ name, serial, records }: ZoneCopy): DnsRecord {
  const server = records.find((each) => each.name === name && each.type === types.NS);
  const times = Buffer.alloc(20);
  [serial, 3600, 600, 86_400, negativeTtl].forEach((value, index) => {
    times.writeUInt32BE(value, 4 * index);
  });
  const data = Buffer.concat([server?.data ?? nameBytes(name), nameBytes(`ops.${name}`), times]);
  return { name, type: types.SOA, class: classes.IN, ttl: negativeTtl, data };
}

/** The code of the first condition of an update that is not met (RFC 2136, 3.2); 0: all are. */
export function unmetCondition(zone: ZoneCopy, { answers }: Pick<DnsMessage, "answers">): number {
  const at = (name: string, type: number) =>
    zone.records.filter((each) => each.name === name && (type === types.ANY || each.type === type));
  for (const { name, type, class: of } of answers) {
    if (!isBelow(name, zone.name)) return codes.notInZone;
    const held = at(name, type).length > 0;
    if (of === classes.ANY && !held) return type === types.ANY ? codes.noName : codes.noRecord;
    if (of === classes.NONE && held) return type === types.ANY ? codes.nameExists : codes.recordExists;
  }
  const sets = new Map<string, DnsRecord[]>();
  for (const each of answers.filter((record) => record.class === classes.IN)) {
    const key = `${each.name} ${each.type}`;
    sets.set(key, [...(sets.get(key) ?? []), each]);
  }
  const words = (list: readonly DnsRecord[]) =>
    [...new Set(list.map(({ data }) => data.toString("hex")))].sort().join();
  for (const [first, ...rest] of sets.values()) {
    if (first && words([first, ...rest]) !== words(at(first.name, first.type))) return codes.noRecord;
  }
  return codes.ok;
}

/** A zone after an update (RFC 2136, 3.4), or null where one of its records stands outside of it. */
export function updated(zone: ZoneCopy, { authorities }: Pick<DnsMessage, "authorities">): ZoneCopy | null {
  if (authorities.some(({ name }) => !isBelow(name, zone.name))) return null;
  const records = authorities.reduce(
    (held: readonly DnsRecord[], change) => applied(zone.name, held, change),
    zone.records,
  );
  return records === zone.records ? zone : { ...zone, serial: (zone.serial + 1) >>> 0, records };
}

function applied(zone: string, held: readonly DnsRecord[], change: DnsRecord): readonly DnsRecord[] {
  const { name, type, class: of, data } = change;
  const isSame = (each: DnsRecord) => each.name === name && each.type === type;
  // A zone keeps its start and its name servers.
  const isKept = (each: DnsRecord) => each.name === zone && each.type === types.NS;
  if (of === classes.ANY) {
    return held.filter(
      (each) => isKept(each) || each.name !== name || (type !== types.ANY && each.type !== type),
    );
  }
  if (of === classes.NONE)
    return held.filter((each) => isKept(each) || !isSame(each) || !each.data.equals(data));
  if (type === types.SOA) return held;
  const others = held.filter((each) => each.name === name && each.type !== type);
  const hasAlias = others.some((each) => each.type === types.CNAME);
  // An alias stands alone, and one is not put beside others (RFC 2136, 3.4.2.2).
  if (type === types.CNAME ? others.length > 0 : hasAlias) return held;
  if (type === types.CNAME) return [...held.filter((each) => !isSame(each)), change];
  return [...held.filter((each) => !isSame(each) || !each.data.equals(data)), change];
}
