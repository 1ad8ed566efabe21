import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { insideRanges } from "./allowlist.ts";
import { type AddressRange, isCovered, overlapOf, readRange, sizeOf, usualRange } from "./ranges.ts";

function rangeOf(words: string): AddressRange {
  const range = readRange(words);
  if (range === null) throw new Error(`${words} is no range`);
  return range;
}

/** Networks within 203.0.113.0/24, so that they meet often. */
const network = fc
  .tuple(fc.integer({ min: 24, max: 32 }), fc.integer({ min: 0, max: 255 }))
  .map(([bits, host]) => `203.0.113.${host - (host % 2 ** (32 - bits))}/${bits}`);
const wide = fc
  .tuple(fc.integer({ min: 0, max: 128 }), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }))
  .map(([bits, value]): string => {
    const first = (value >> BigInt(128 - bits)) << BigInt(128 - bits);
    const words = first.toString(16).padStart(32, "0").match(/.{4}/g)?.join(":") ?? "::";
    return `${words}/${bits}`;
  });
const everyHost = Array.from({ length: 256 }, (_, host) => `203.0.113.${host}`);

describe("ranges of addresses", () => {
  it("are read in every spelling, and IPv4-mapped ones as IPv4", () => {
    expect(usualRange(" 203.0.113.7 ")).toBe("203.0.113.7/32");
    expect(usualRange("2001:DB8:0::/32")).toBe("2001:db8::/32");
    expect(usualRange("::ffff:203.0.113.0/120")).toBe("203.0.113.0/24");
    expect(usualRange("0.0.0.0/0")).toBe("0.0.0.0/0");
    expect(sizeOf(rangeOf("2001:db8::/32"))).toBe(1n << 96n);
  });

  it.each([
    "",
    "203.0.113",
    "203.0.113.0/33",
    "203.0.113.7/24",
    "::/129",
    "fe80::1%eth0",
    "1/2/3",
    "::ffff:0:0/95",
    "x",
  ])("are not read from %j", (words) => expect(readRange(words)).toBeNull());

  it("keep their meaning in the usual spelling", () => {
    fc.assert(
      fc.property(fc.oneof(network, wide), (words) => {
        expect(rangeOf(usualRange(words) ?? "")).toEqual(rangeOf(words));
      }),
    );
  });

  it("are covered exactly when each of their addresses is inside one of the others", () => {
    fc.assert(
      fc.property(network, fc.array(network, { maxLength: 6 }), (words, others) => {
        const each = everyHost.filter((address) => insideRanges(address, [words]));
        const isInside = each.every((address) => insideRanges(address, others));
        expect(isCovered(rangeOf(words), others.map(rangeOf))).toBe(isInside);
      }),
    );
  });

  it("overlap exactly where both have an address", () => {
    fc.assert(
      fc.property(network, network, (one, other) => {
        const common = everyHost.filter(
          (address) => insideRanges(address, [one]) && insideRanges(address, [other]),
        );
        const overlap = overlapOf(rangeOf(one), rangeOf(other));
        expect(overlap === null ? 0n : sizeOf(overlap)).toBe(BigInt(common.length));
      }),
    );
  });

  it("of one family never cover those of the other", () => {
    expect(isCovered(rangeOf("203.0.113.7"), [rangeOf("::/0")])).toBe(false);
    expect(isCovered(rangeOf("2001:db8::1"), [rangeOf("0.0.0.0/0"), rangeOf("2001:db8::/33")])).toBe(true);
  });
});
