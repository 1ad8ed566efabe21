import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newMark, quoteForShell, wholeScript } from "./host-script.ts";
import { shells } from "./ssh/testing/shells.ts";

describe("quoteForShell", () => {
  it.runIf(shells.length > 0)("gives any word through a real shell unchanged", () => {
    const word = fc.string({ unit: "grapheme", maxLength: 60 }).filter((words) => !words.includes("\0"));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const script = words.map((each) => `printf '%s\\0' ${quoteForShell(each)}`).join("\n");
        const said = execFileSync("sh", ["-s"], { input: script, encoding: "utf8" });
        expect(said.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 40 },
    );
  });
});

describe("wholeScript", () => {
  it.runIf(shells.length > 0)("does nothing at all when it is cut short on its way", () => {
    const script = wholeScript("echo one\necho two");
    expect(execFileSync("sh", ["-s"], { input: script, encoding: "utf8" })).toBe("one\ntwo\n");
    for (let length = 0; length < script.indexOf("\npasserelle_main <"); length += 1) {
      let said: string;
      try {
        said = execFileSync("sh", ["-s"], {
          input: script.slice(0, length),
          encoding: "utf8",
          stdio: "pipe",
        });
      } catch {
        said = "";
      }
      expect(said).toBe("");
    }
  });
});

describe("newMark", () => {
  it("is never the same", () => {
    expect(new Set(Array.from({ length: 100 }, newMark)).size).toBe(100);
  });
});
