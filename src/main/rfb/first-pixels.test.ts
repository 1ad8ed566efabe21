import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FirstPixels } from "./first-pixels.ts";
import { lengthy, smallUpdate } from "./testing/dialogue.ts";

/** An update of one rectangle without pixels. */
function pseudo(encoding: number, body: Uint8Array = new Uint8Array(), width = 0): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(width, 8);
  head.writeInt32BE(encoding, 12);
  return Buffer.concat([head, body]);
}

/** ServerCutText of so many bytes; below zero in the way of the extended clipboard. */
function cutText(length: number): Buffer {
  const head = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]);
  head.writeInt32BE(length, 4);
  return Buffer.concat([head, Buffer.alloc(Math.abs(length), 0)]);
}

const withoutPixels = new Map<string, Buffer>([
  ["a bell", Buffer.of(2)],
  ["a colour map", Buffer.concat([Buffer.of(1, 0, 0, 0, 0, 2), Buffer.alloc(12)])],
  ["an empty update", Buffer.alloc(4)],
  ["the clipboard", cutText(77)],
  ["the extended clipboard", cutText(-33)],
  ["a fence", Buffer.concat([Buffer.of(248, 0, 0, 0, 128, 0, 0, 0, 5), Buffer.alloc(5)])],
  ["the end of continuous updates", Buffer.of(150)],
  ["xvp", Buffer.of(250, 0, 1, 1)],
  ["another size", pseudo(-223, new Uint8Array(), 800)],
  ["LEDs", pseudo(-261, Buffer.of(7))],
  ["another name", pseudo(-307, lengthy("Tower B"))],
  ["monitors", pseudo(-308, Buffer.concat([Buffer.of(2, 0, 0, 0), Buffer.alloc(32)]))],
  [
    "many rectangles, cut short",
    Buffer.concat([Buffer.of(0, 0, 255, 255), pseudo(-258).subarray(4), pseudo(-224).subarray(4)]),
  ],
]);

describe("the first pixels", () => {
  test("are those of the first update", () => {
    const pixels = new FirstPixels();
    expect(pixels.take(smallUpdate.subarray(0, 15))).toBe(false);
    expect(pixels.take(smallUpdate.subarray(15, 16))).toBe(true);
    expect(pixels.over).toBe(true);
  });

  test.each([...withoutPixels])("are not in %s, and are found behind it", (_what, bytes) => {
    const pixels = new FirstPixels();
    expect(pixels.take(bytes)).toBe(false);
    expect(pixels.over).toBe(false);
    expect(pixels.take(smallUpdate)).toBe(true);
  });

  test("are found wherever messages are cut", () => {
    const messages = fc.array(fc.constantFrom(...withoutPixels.values()), { maxLength: 6 });
    const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(messages, cuts, (before, sizes) => {
        const head = Buffer.concat(before);
        const all = Buffer.concat([head, smallUpdate]);
        const pixels = new FirstPixels();
        let seenAt = -1;
        for (let at = 0, piece = 0; at < all.length && seenAt < 0; piece++) {
          const end = at + (sizes[piece % sizes.length] ?? 1);
          if (pixels.take(all.subarray(at, end))) seenAt = Math.min(end, all.length);
          at = end;
        }
        expect(seenAt).toBeGreaterThanOrEqual(head.length + 16);
        expect(seenAt).toBeLessThan(head.length + 16 + 20);
      }),
    );
  });

  test("are given up at a message that is not known, and noise breaks nothing", () => {
    const pixels = new FirstPixels();
    expect(pixels.take(Buffer.of(99))).toBe(false);
    expect(pixels.over).toBe(true);
    expect(pixels.take(smallUpdate)).toBe(false);
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (pieces) => {
        const noise = new FirstPixels();
        for (const piece of pieces) noise.take(piece);
      }),
    );
  });
});
