import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { insideRanges, normalAddress } from "./allowlist.ts";

const toNumber = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

describe("insideRanges", () => {
  it("agrees with the arithmetic of IPv4 networks", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, network, bits) => {
        const size = 2 ** (32 - bits);
        const same = Math.floor(toNumber(address) / size) === Math.floor(toNumber(network) / size);
        expect(insideRanges(address, [`${network}/${bits}`])).toBe(same);
        expect(insideRanges(`::ffff:${address}`, [`${network}/${bits}`])).toBe(same);
        expect(insideRanges(address, [`::ffff:${network}/${bits + 96}`])).toBe(same);
      }),
    );
  });

  it("finds every IPv6 address in its own network and in all", () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (address, bits) => {
        fc.pre(!normalAddress(address)?.includes("."));
        expect(insideRanges(address, [`${address}/${bits}`])).toBe(true);
        expect(insideRanges(address, ["198.51.100.0/24", "::/0"])).toBe(true);
      }),
    );
  });

  it("never throws and takes in nothing that is not an address", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (address, ranges) => {
        fc.pre(normalAddress(address) === null);
        expect(insideRanges(address, [...ranges, "0.0.0.0/0", "::/0"])).toBe(false);
      }),
    );
  });

  it("keeps the families apart, and takes a zone off", () => {
    expect(insideRanges("192.0.2.7", ["192.0.2.0/24"])).toBe(true);
    expect(insideRanges("192.0.3.7", ["192.0.2.0/24", "198.51.100.0/24"])).toBe(false);
    expect(insideRanges("2001:db8::1", ["0.0.0.0/0"])).toBe(false);
    expect(insideRanges("192.0.2.7", ["::/0"])).toBe(false);
    expect(insideRanges("fe80::1%eth0", ["fe80::/10"])).toBe(true);
    expect(insideRanges("192.0.2.7", [])).toBe(false);
    expect(normalAddress("0300.0.2.7")).toBeNull();
  });
});
