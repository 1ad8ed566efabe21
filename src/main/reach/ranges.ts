import ipaddr from "ipaddr.js";

/** Addresses of one family from `first` to `last`, both in it. */
export interface AddressRange {
  family: "ipv4" | "ipv6";
  first: bigint;
  last: bigint;
}

const width = { ipv4: 32, ipv6: 128 } as const;
/** IPv4-mapped IPv6, ::ffff:0:0/96 (RFC 4291, 2.5.5.2). */
const mapped = 96;

/**
 * The range that an address or a network (CIDR) means; IPv4-mapped IPv6 counts as IPv4. Null for what is neither, and for a
 * network with bits set behind its prefix: nobody can tell which of the two was meant.
 */
export function readRange(words: string): AddressRange | null {
  const [address = "", prefix, ...rest] = words.trim().split("/");
  if (rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return null;
  if (!ipaddr.isValid(address) || address.includes("%")) return null;
  if (!address.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(address)) return null;
  const parsed = ipaddr.parse(address);
  const isMapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress();
  const family = isMapped ? "ipv4" : parsed.kind();
  const bits = (prefix === undefined ? width[parsed.kind()] : Number(prefix)) - (isMapped ? mapped : 0);
  if (bits < 0 || bits > width[family]) return null;
  const bytes = ipaddr.process(address).toByteArray();
  const first = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const size = 1n << BigInt(width[family] - bits);
  return first % size === 0n ? { family, first, last: first + size - 1n } : null;
}

/** The same range in one spelling, such as `203.0.113.7/32`; null where `readRange` gives null. */
export function usualRange(words: string): string | null {
  const range = readRange(words);
  if (range === null) return null;
  const { family, first, last } = range;
  const bits = width[family] - ((last - first + 1n).toString(2).length - 1);
  const bytes = Array.from({ length: width[family] / 8 }, (_, index) =>
    Number((first >> BigInt(width[family] - 8 * (index + 1))) & 0xffn),
  );
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}

/** How many addresses are in it. */
export function sizeOf({ first, last }: AddressRange): bigint {
  return last - first + 1n;
}

/** What two ranges have in common; null for nothing. */
export function overlapOf(one: AddressRange, other: AddressRange): AddressRange | null {
  if (one.family !== other.family) return null;
  // Math.max knows no integers of that size.
  const [lower, upper] = one.first < other.first ? [one, other] : [other, one];
  const { first } = upper;
  const { last } = lower.last < upper.last ? lower : upper;
  return first <= last ? { family: one.family, first, last } : null;
}

/** Whether every address of a range is in one or the other of `ranges`: two halves cover the whole. */
export function isCovered(range: AddressRange, ranges: readonly AddressRange[]): boolean {
  const touching = ranges
    .flatMap((each) => overlapOf(range, each) ?? [])
    .sort((one, other) => (one.first < other.first ? -1 : one.first > other.first ? 1 : 0));
  let next = range.first;
  for (const { first, last } of touching) {
    if (first > next) return false;
    if (last >= next) next = last + 1n;
  }
  return next > range.last;
}
