import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanText } from "./clean-text.ts";

test.each([
  ["\u001b[1;31merror\u001b[0m: no", "error: no"],
  ["\u001b]0;owned\u0007title", "title"],
  ["\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\", "link"],
  ["\u001bPq#0;2;0;0;0\u001b\\sixel", "sixel"],
  ["\u009b2Jcleared", "cleared"],
  ["\u001b(Bcharset", "charset"],
  ["half\u001b[", "half"],
  ["never ends \u001b]52;c;aGk=", "never ends "],
  ["10 %\r20 %", "10 % 20 %"],
  ["tab\tstays", "tab\tstays"],
  ["nul\u0000bell\u0007", "nul\ufffdbell\ufffd"],
  ["user\u202egnp.exe", "user\ufffdgnp.exe"],
  ["one\u2028two", "one\ufffdtwo"],
  ["déjà vu 👩‍🚀", "déjà vu 👩‍🚀"],
])("%j is shown as %j", (line, shown) => {
  expect(cleanText(line)).toBe(shown);
});

test("nothing that acts on a screen is left of any line, and cleaning it again changes nothing", () => {
  const acting = [..."\u001b[]\u0007m\u009b\u202e\u0000P\\\r;1"];
  const character = fc.oneof(fc.constantFrom(...acting), fc.constantFrom(..."aé👩"));
  fc.assert(
    fc.property(fc.array(character, { maxLength: 40 }), (characters) => {
      const shown = cleanText(characters.join(""));
      expect(shown).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(cleanText(shown)).toBe(shown);
    }),
  );
});
