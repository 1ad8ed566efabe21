import { constants, deflateRawSync, deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DialectFault } from "./faults.ts";
import { mostBlockBytes, mostTileBytes, RleBlocks } from "./rle-block.ts";
import { BlockWrapper } from "./testing/amt-encoder.ts";

const most = 100_000;
const noise = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, index) => Math.imul(index + seed, 2654435761) >>> 24);

describe("RleBlocks", () => {
  it("unwraps blocks of every kind, in any order", () => {
    const block = fc.record({
      content: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 40_000 }).map((length) => noise(length, 1)),
        fc.integer({ min: 1, max: 60_000 }).map((length) => new Uint8Array(length).fill(7)),
      ),
      wrapping: fc.constantFrom(
        "stored" as const,
        "deflated" as const,
        "deflated-apart" as const,
        "zlib" as const,
      ),
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), (blocks) => {
        const wrapper = new BlockWrapper();
        const reader = new RleBlocks();
        for (const { content, wrapping } of blocks) {
          const wrapped = Uint8Array.from(wrapper.wrap([...content], wrapping));
          expect(Buffer.from(reader.unwrap(wrapped, most)).equals(Buffer.from(content))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("begins anew with each zlib header", () => {
    const reader = new RleBlocks();
    for (const text of ["the first stream", "the second stream"]) {
      const whole = deflateSync(Buffer.from(text));
      expect(Buffer.from(reader.unwrap(whole, most)).toString()).toBe(text);
    }
    const content = noise(2_000, 3);
    const wrapper = new BlockWrapper();
    const [first, second] = [0, 1].map(() => Uint8Array.from(wrapper.wrap([...content], "deflated")));
    expect([...reader.unwrap(first ?? content, most)]).toEqual([...content]);
    const refersBeforeItsBeginning = Uint8Array.from([0x78, 0x9c, ...(second ?? content)]);
    expect(() => reader.unwrap(refersBeforeItsBeginning, most)).toThrow(DialectFault);
    const storedWithHeader = Uint8Array.from([0x78, 0x01, 0, 2, 0, 0xfd, 0xff, 1, 9]);
    expect([...reader.unwrap(storedWithHeader, most)]).toEqual([1, 9]);
  });

  it("refuses what cannot be inflated, and what becomes more than it may", () => {
    const bomb = deflateRawSync(Buffer.alloc(100_000_000), { finishFlush: constants.Z_SYNC_FLUSH });
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => new RleBlocks().unwrap(bomb, most)).toThrow(DialectFault);
    expect(() => new RleBlocks().unwrap(Uint8Array.from([0x07, 1, 2, 3]), most)).toThrow(DialectFault);
    expect(() => new RleBlocks().unwrap(Uint8Array.from([0, 3, 0, 0, 0, 1, 2, 3]), most)).toThrow(
      DialectFault,
    );
    const farBack = Uint8Array.from([0x4a, 0x04, 0x13, 0x00]);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
        const reader = new RleBlocks();
        for (const block of [bytes, farBack]) {
          try {
            expect(reader.unwrap(block, 500).length).toBeLessThanOrEqual(500);
          } catch (error) {
            expect(error).toBeInstanceOf(DialectFault);
          }
        }
      }),
    );
  });
});

describe("the most that a block may take", () => {
  it("holds every tile, and no more than a few megabytes", () => {
    const tile = { x: 0, y: 0, width: 64, height: 64 };
    expect(mostTileBytes(tile, 16)).toBe(1 + 254 + 3 * 4096);
    expect(mostTileBytes({ ...tile, width: 65 }, 8)).toBe(2 * (1 + 127) + 2 * 65 * 64);
    const wholeScreen = { x: 0, y: 0, width: 16_384, height: 1_024 };
    expect(mostTileBytes(wholeScreen, 16)).toBe(16 * 1024 * 1024);
    expect(mostBlockBytes(wholeScreen, 16)).toBeLessThan(20_000_000);
    const incompressible = noise(mostTileBytes(tile, 16), 5);
    expect(deflateRawSync(incompressible).length).toBeLessThanOrEqual(mostBlockBytes(tile, 16));
  });
});
