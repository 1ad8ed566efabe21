import fc from "fast-check";
import { expect, it } from "vitest";
import { readFrames } from "./terminal.ts";

/** What came of frames that arrive in pieces of that length. */
function taken(
  bytes: Buffer,
  piece: number,
): { typed: string; sizes: [number, number][]; isBroken: boolean } {
  const typed: Buffer[] = [];
  const sizes: [number, number][] = [];
  let held: Buffer = Buffer.alloc(0);
  for (let at = 0; at < bytes.length; at += piece) {
    const left = readFrames(Buffer.concat([held, bytes.subarray(at, at + piece)]), {
      input: (data) => typed.push(Buffer.from(data)),
      size: (columns, rows) => sizes.push([columns, rows]),
    });
    if (left === null) return { typed: Buffer.concat(typed).toString(), sizes, isBroken: true };
    held = left;
  }
  return { typed: Buffer.concat(typed).toString(), sizes, isBroken: false };
}

it("reads what is typed and the sizes, in whatever pieces they come", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 40 }), (words, piece) => {
      const frames = words.map((word) => `0:${Buffer.byteLength(word)}:${word}`);
      const bytes = Buffer.from(["2", "1:132:43:", ...frames, "2"].join(""));
      expect(taken(bytes, piece)).toEqual({
        typed: words.join("").toWellFormed(),
        sizes: [[132, 43]],
        isBroken: false,
      });
    }),
  );
});

it.each(["9", "0:x:", "1:80:", "0:9999999:a"])("knows that %s is no frame, or waits for its end", (words) => {
  const { typed, sizes } = taken(Buffer.from(words), 100);
  expect(typed).toBe("");
  expect(sizes).toEqual([]);
});
