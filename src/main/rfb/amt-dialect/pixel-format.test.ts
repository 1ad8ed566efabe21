import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DialectFault } from "./faults.ts";
import {
  compactPixels,
  fullPixels,
  offeredFormat,
  readPixelFormat,
  replicate,
  writePixelFormat,
} from "./pixel-format.ts";

const rgb = (
  bits: number,
  depth: number,
  shifts: [number, number, number],
  max = 255,
  bigEndian = false,
) => ({
  bitsPerPixel: bits,
  depth,
  bigEndian,
  red: { max, shift: shifts[0] },
  green: { max, shift: shifts[1] },
  blue: { max, shift: shifts[2] },
});

describe("replicate", () => {
  it("repeats the high bits", () => {
    expect([0, 1, 15, 31].map((level) => replicate(level, 31))).toEqual([0, 8, 123, 255]);
    expect([0, 1, 32, 63].map((level) => replicate(level, 63))).toEqual([0, 4, 130, 255]);
    expect([0, 1, 4, 7].map((level) => replicate(level, 7))).toEqual([0, 36, 146, 255]);
    expect([0, 1, 2, 3].map((level) => replicate(level, 3))).toEqual([0, 85, 170, 255]);
  });
});

describe("PIXEL_FORMAT", () => {
  it("is read as it was written", () => {
    for (const format of [offeredFormat, rgb(16, 16, [11, 5, 0], 31), rgb(32, 24, [0, 8, 16], 255, true)]) {
      expect(readPixelFormat(writePixelFormat(format))).toEqual(format);
    }
  });

  it("is refused when pixels cannot be made of it", () => {
    const bad = [rgb(24, 24, [16, 8, 0]), rgb(8, 8, [16, 8, 0]), rgb(16, 16, [11, 5, 0], 65_535)];
    for (const format of bad) expect(() => readPixelFormat(writePixelFormat(format))).toThrow(DialectFault);
    const palette = writePixelFormat(rgb(8, 8, [0, 0, 0], 3));
    palette[3] = 0;
    expect(() => readPixelFormat(palette)).toThrow(DialectFault);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        try {
          const { table, size } = compactPixels(8, readPixelFormat(bytes));
          expect([table.length, [1, 2, 3, 4].includes(size)]).toEqual([256, true]);
        } catch (error) {
          expect(error).toBeInstanceOf(DialectFault);
        }
      }),
    );
  });
});

describe("pixel tables", () => {
  const orange = (31 << 11) | (32 << 5) | 1;

  it("put the colours where the viewer wants them", () => {
    expect(fullPixels(16, offeredFormat)).toMatchObject({ size: 4 });
    expect(fullPixels(16, offeredFormat).table[orange]).toBe(0x00ff8208);
    expect(fullPixels(16, rgb(32, 24, [0, 8, 16])).table[orange]).toBe(0x000882ff);
    // Bytes for the wire, the first one lowest.
    expect(fullPixels(16, rgb(32, 24, [16, 8, 0], 255, true)).table[orange]).toBe(0x0882ff00);
    expect(
      fullPixels(16, { ...rgb(16, 16, [11, 5, 0], 31), green: { max: 63, shift: 5 } }).table[orange],
    ).toBe(orange);
    expect(fullPixels(8, rgb(8, 6, [0, 2, 4], 3)).table[0b111_100_01]).toBe(0b01_10_11);
  });

  it("leave out the byte that holds no colour where tiles do", () => {
    expect(compactPixels(16, offeredFormat)).toMatchObject({ size: 3 });
    expect(compactPixels(16, rgb(32, 24, [24, 16, 8]))).toMatchObject({ size: 3 });
    expect(compactPixels(16, rgb(32, 24, [24, 16, 8])).table[orange]).toBe(0xff8208);
    expect(compactPixels(16, rgb(32, 24, [16, 8, 0], 255, true)).table[orange]).toBe(0x0882ff);
    expect(compactPixels(16, rgb(32, 32, [16, 8, 0]))).toMatchObject({ size: 4 });
    expect(compactPixels(16, rgb(32, 24, [24, 8, 0]))).toMatchObject({ size: 4 });
    expect(compactPixels(16, rgb(16, 16, [11, 5, 0], 31))).toMatchObject({ size: 2 });
  });
});
