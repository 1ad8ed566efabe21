import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OpsError } from "./errors.ts";
import { shownJson, shownName, shownText, shownWords } from "./shown.ts";
import { text } from "./text.ts";

/** ESC and the eight-bit CSI, the clipboard write of terminals, a turned direction, nothing at all that parts two names. */
const acting = [
  "\u001b[2J",
  "\u009b2J",
  "\u001b]52;c;cm0gLXJm\u0007",
  "vm\u202egnp.exe",
  "to\u200bwer",
  "\ufefftower",
];
const obeyed = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

describe("what is shown", () => {
  test.each(acting)("of %j does nothing, and that it is there is seen", (words) => {
    for (const shown of [shownName(words), shownWords(words), new OpsError(saying(words)).text.fr]) {
      expect(shown).not.toMatch(obeyed);
      expect(shown).toContain("\ufffd");
    }
  });

  test("keeps what people write, in any script", () => {
    for (const words of ["serveur « Éole »", "משרד", "مكتب", "می\u200cخواهم", "👩\u200d💻", "e\u0301"]) {
      expect(shownName(words)).toBe(words);
      expect(shownWords(words)).toBe(words);
    }
  });

  test("keeps lines and tabs of words, and not those of names", () => {
    expect(shownWords("one\r\ntwo\tthree\rfour")).toBe("one\ntwo\tthree\ufffdfour");
    expect(shownName("one\ntwo\tthree")).toBe("one\ufffdtwo\ufffdthree");
  });

  test("is the text itself where nothing in it acts", () => {
    const words = text("as it is", "tel quel");
    expect(shownText(words)).toBe(words);
  });

  test("is the same as JSON, in characters that no terminal obeys", () => {
    const any = fc.string({
      unit: fc.oneof(fc.string({ unit: "binary", maxLength: 1 }), fc.constantFrom(...acting)),
    });
    fc.assert(
      fc.property(fc.record({ name: any, list: fc.array(any) }), (data) => {
        const shown = shownJson(JSON.stringify(data, null, 2));
        expect(JSON.parse(shown)).toEqual(data);
        expect(shown.replaceAll("\n", "")).not.toMatch(obeyed);
      }),
    );
  });
});

function saying(words: string) {
  return { code: "test.any", system: "test", message: text(words, words), hint: text("Look.", "Voyez.") };
}
