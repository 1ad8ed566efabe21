import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskOutput } from "../../../shared/action.ts";
import { plainOutput } from "./plain-output.ts";
import { foldOutput, type Outputs } from "./task-output.ts";

describe("a command's words", () => {
  it("lose colours, titles, clipboard writes and other sequences", () => {
    expect(plainOutput("\u001b[1;31mred\u001b[0m")).toBe("red");
    expect(plainOutput("\u001b]0;owned\u0007a\u001b]52;c;ZWNobw==\u001b\\b")).toBe("ab");
    expect(plainOutput("\u001bP$q m\u001b\\x\u001bcy\u001b(Bz")).toBe("xyz");
    expect(plainOutput("cut\u001b]8;;http://x.example")).toBe("cut");
  });

  it("show what a progress bar ended with, and lines of any ending", () => {
    expect(plainOutput("10 %\r50 %\r100 %\ndone\r\n")).toBe("100 %\ndone\n");
  });

  it("never keep a control character but tab and line feed", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\u001b", "[", "]", "\u0007", "P", "\\", "\r", "\n", "\u009b", "0;1m"),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const codes = [...plainOutput(pieces.join(""))].map((character) => character.codePointAt(0) ?? 0);
        expect(
          codes.filter((code) => (code < 32 && code !== 9 && code !== 10) || (code > 126 && code < 160)),
        ).toEqual([]);
      }),
    );
  });

  it("are left alone when they are plain", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "é", "漢", " ", "\n", "\t", "[", "m") }),
        (words) => {
          expect(plainOutput(words)).toBe(words);
        },
      ),
    );
  });
});

describe("live output", () => {
  const frame = fc.array(
    fc.record({
      task: fc.constant("t"),
      resource: fc.constantFrom("a", "b"),
      stream: fc.constantFrom("output", "error"),
      text: fc.string({ minLength: 1 }),
    }) satisfies fc.Arbitrary<TaskOutput>,
  );

  it("keeps the newest characters of each resource, in order, however it is cut into frames", () => {
    fc.assert(
      fc.property(fc.array(frame), fc.integer({ min: 1, max: 50 }), (frames, limit) => {
        let outputs: Outputs | null = null;
        for (const each of frames) outputs = foldOutput(outputs, each, limit);
        for (const resource of ["a", "b"]) {
          const all = frames
            .flat()
            .filter((piece) => piece.resource === resource)
            .map((piece) => piece.text)
            .join("");
          const kept = outputs?.get(resource);
          expect(kept?.pieces.map((piece) => piece.words).join("") ?? "").toBe(all.slice(-limit));
          expect(kept?.truncated ?? false).toBe(all.length > limit);
        }
      }),
    );
  });

  it("never changes what was handed out before", () => {
    const first = foldOutput(null, [{ task: "t", resource: "a", stream: "output", text: "one" }]);
    const copy = structuredClone(first);
    foldOutput(first, [{ task: "t", resource: "a", stream: "output", text: "two" }], 4);
    expect(first).toEqual(copy);
  });

  it("gives every piece a name that no other has", () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1 }), (frames) => {
        let outputs: Outputs | null = null;
        for (const each of frames) outputs = foldOutput(outputs, each, 40);
        for (const { pieces } of outputs?.values() ?? []) {
          expect(new Set(pieces.map((piece) => piece.start)).size).toBe(pieces.length);
        }
      }),
    );
  });
});
