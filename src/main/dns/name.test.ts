import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalName, closestZone, isWithin, Malformed, readName, writeName } from "./name.ts";

const label = fc.uint8Array({ minLength: 1, maxLength: 63 });

describe("names", () => {
  it("of any bytes are written so that they are read as the same", () => {
    fc.assert(
      fc.property(fc.array(label, { maxLength: 3 }), (labels) => {
        const wire = Buffer.concat([
          ...labels.flatMap((each) => [Buffer.from([each.length]), each]),
          Buffer.of(0),
        ]);
        const { name, next } = readName(wire, 0);
        expect(next).toBe(wire.length);
        expect(readName(writeName(name), 0).name).toBe(name);
        expect(writeName(name).length).toBe(wire.length);
      }),
    );
  });

  it("are never read out of noise by anything but an end or Malformed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (noise, at) => {
        try {
          expect(readName(Buffer.from(noise), at).next).toBeGreaterThan(at);
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
    );
  });

  it("with a pointer to themselves or forwards are refused", () => {
    expect(() => readName(Buffer.from([0xc0, 0x00]), 0)).toThrow(Malformed);
    expect(() => readName(Buffer.from([1, 0x61, 0xc0, 0x00]), 0)).toThrow(Malformed);
    expect(() => readName(Buffer.from([0xc0, 0x02, 0]), 0)).toThrow(Malformed);
    expect(readName(Buffer.from([1, 0x61, 0, 1, 0x62, 0xc0, 0x00]), 3)).toEqual({ name: "b.a", next: 7 });
  });

  it("are told alike in their usual form", () => {
    expect(canonicalName("WWW.Shop.Example.")).toBe("www.shop.example");
    expect(canonicalName("a\\.b.example")).toBe("a\\046b.example");
    expect(canonicalName(".")).toBe(".");
    for (const no of ["", "a..b", ".a", "é.example", `${"a".repeat(64)}.example`, "a b", "a\\", "\\999.a"]) {
      expect(canonicalName(no), no).toBeNull();
    }
    expect(canonicalName(Array(5).fill("a".repeat(60)).join("."))).toBeNull();
  });

  it("are in the closest zone that holds them", () => {
    const zones = [{ name: "example" }, { name: "shop.example" }];
    expect(closestZone("www.shop.example", zones)?.name).toBe("shop.example");
    expect(closestZone("workshop.example", zones)?.name).toBe("example");
    expect(closestZone("shop.test", zones)).toBeNull();
    expect(isWithin("a.b", ".")).toBe(true);
  });
});
