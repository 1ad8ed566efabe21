import fc from "fast-check";
import { expect, test } from "vitest";
import { sshSystemSchema } from "../../shared/systems/ssh.ts";
import { mostFaults } from "./faults.ts";
import { soundEstate } from "./fixtures/sound-estate.ts";
import { checkSources, type EstateResult } from "./load.ts";

function check(source: string): EstateResult {
  const files = [{ file: "estate.yaml", source }];
  return checkSources({ path: "estate.yaml", folder: "/", files, digest: "" }, { ssh: sshSystemSchema });
}

/** Either an estate or faults, and every fault stands somewhere in the file and says something. */
function expectAnswer(source: string): void {
  const result = check(source);
  if (result.ok) {
    expect(result.estate.passerelle).toBe(1);
    return;
  }
  expect(result.faults.length).toBeGreaterThan(0);
  expect(result.faults.length).toBeLessThanOrEqual(mostFaults);
  const lines = source.split(/\r\n|\r|\n/).length + 1;
  for (const fault of result.faults) {
    expect(fault.line).toBeGreaterThan(0);
    expect(fault.line).toBeLessThanOrEqual(lines);
    expect(fault.column).toBeGreaterThan(0);
    expect(fault.message.en).toMatch(/\.$/);
    expect(fault.message.fr).toMatch(/\.$/);
  }
}

test("any bytes give an estate or faults", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
      expectAnswer(Buffer.from(bytes).toString("latin1")),
    ),
    { numRuns: 400 },
  );
});

test("any words of YAML give an estate or faults", () => {
  const word = fc.constantFrom(
    "passerelle: 1",
    "name: x",
    "sites:",
    "reach:",
    "hops:",
    "systems:",
    "type: ssh",
    "hosts:",
    "\n",
    "\n  ",
    "\n    ",
    "\t",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "<<: *a",
    "? ",
    ": ",
    ", ",
    "|",
    ">",
    "'",
    '"',
    "#",
    "!!binary ",
    "---",
    "...",
    "%YAML 1.1\n",
    "null",
    "~",
    "1e999",
    ".nan",
    "0x",
    "true",
    "__proto__: ",
    "constructor: ",
    "a: ",
    "é",
    "\u2028",
    "\ud800",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => expectAnswer(words.join(""))),
    { numRuns: 1500 },
  );
});

test("a sound estate with a few characters changed gives an estate or faults", () => {
  const edit = fc.record({
    at: fc.nat(soundEstate.length),
    remove: fc.nat(12),
    insert: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom("\n", "\t", "  ", "&a ", "*a", "{", "]", "- ", "~"),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const source = edits.reduce(
        (words, { at, remove, insert }) => words.slice(0, at) + insert + words.slice(at + remove),
        soundEstate,
      );
      expectAnswer(source);
    }),
    { numRuns: 600 },
  );
});

test("any value in any place gives an estate or faults", () => {
  const lines = soundEstate.split("\n");
  fc.assert(
    fc.property(fc.nat(lines.length - 1), fc.jsonValue({ maxDepth: 3 }), (line, value) => {
      const source = lines
        .with(line, (lines[line] ?? "").replace(/:.*$/, `: ${JSON.stringify(value)}`))
        .join("\n");
      expectAnswer(source);
    }),
    { numRuns: 600 },
  );
});
