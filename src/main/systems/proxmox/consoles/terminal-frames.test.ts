import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFrames } from "../../../../lab/servers/proxmox/consoles/terminal.ts";
import { greetingLine, inputFrames, largestInput, sizeFrame, stillThere } from "./terminal-frames.ts";

/** What a reader that was written by itself makes of frames that come in pieces. */
function read(frames: readonly Buffer[], piece: number) {
  const typed: Buffer[] = [];
  const sizes: [number, number][] = [];
  const bytes = Buffer.concat(frames);
  let held: Buffer = Buffer.alloc(0);
  for (let at = 0; at < bytes.length; at += piece) {
    const left = readFrames(Buffer.concat([held, bytes.subarray(at, at + piece)]), {
      input: (data) => typed.push(Buffer.from(data)),
      size: (columns, rows) => sizes.push([columns, rows]),
    });
    if (left === null) throw new Error("no frames");
    held = left;
  }
  return { typed: Buffer.concat(typed).toString("utf8"), sizes, left: held.length };
}

const words = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "0:5:",
    "1:80:24:",
    "2",
    "\r",
    "é漢🙂",
    "x".repeat(largestInput),
    "漢".repeat(largestInput),
  ),
);

describe("frames of a terminal", () => {
  test("come out as they went in, whatever is typed and however they are cut", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(words, fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }))),
        ),
        fc.integer({ min: 1, max: 20_000 }),
        (said, piece) => {
          const frames = said.flatMap((each) =>
            typeof each === "string" ? [...inputFrames(each), stillThere] : [sizeFrame(...each)],
          );
          const texts = said.filter((each) => typeof each === "string").map((each) => each.toWellFormed());
          const sizes = said.filter((each) => typeof each !== "string");
          expect(read(frames, piece)).toEqual({ typed: texts.join(""), sizes, left: 0 });
        },
      ),
      { numRuns: 60 },
    );
  });

  test("are small enough for every node, and whole by themselves", () => {
    fc.assert(
      fc.property(words, (data) => {
        for (const frame of inputFrames(data)) {
          expect(frame.length).toBeLessThanOrEqual(largestInput + 8);
          expect(read([frame], frame.length).left).toBe(0);
        }
      }),
      { numRuns: 40 },
    );
    expect(inputFrames("")).toEqual([]);
  });

  test.each([
    [100, 30, "1:100:30:"],
    [0, -3, "1:1:1:"],
    [Number.NaN, 70_000, "1:1:65535:"],
    [80.9, 24.2, "1:80:24:"],
  ])("tell a size of %s × %s as %s", (columns, rows, shown) => {
    expect(sizeFrame(columns, rows).toString()).toBe(shown);
  });

  test("come after a line with the user and the ticket", () => {
    expect(greetingLine("console@pve!token", "PVEVNC:1::x+/=").toString()).toBe(
      "console@pve!token:PVEVNC:1::x+/=\n",
    );
  });
});
