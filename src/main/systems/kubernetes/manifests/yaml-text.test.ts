import fc from "fast-check";
import { expect, test } from "vitest";
import { stepsOf } from "./locate.ts";
import { readYaml, writeYaml } from "./yaml-text.ts";

const read = (source: string) => {
  const result = readYaml(source);
  if ("faults" in result) throw new Error(result.faults[0]?.text.en);
  return result.written;
};
const faults = (source: string) => {
  const result = readYaml(source);
  return "faults" in result ? result.faults.map(({ line, column, text }) => [line, column, text.en]) : [];
};

test.each([
  ["a: 1\n\tb: 2\n", 2, /tab|valid YAML/],
  ["spec:\n  a: 1\n  a: 2\n", 3, /already/],
  ["a: 1\n---\nb: 2\n", 2, /second document/],
  ["a: [1, 2\nb: 3\n", 2, /indentation/],
  ["? [a]\n: 1\n", 1, /as a key/],
  ["a: *nowhere\n", 1, /names no anchor/],
  ["a: !custom 1\n", 1, /tag/],
  ["- one\n- two\n", 1, /map with apiVersion/],
  ["", 1, /map with apiVersion/],
  ["a: .inf\n", 1, /no form in JSON/],
  ["a: 12345678901234567890\n", 1, /too large to be kept exactly/],
  ["a: &self\n  b: *self\n", null, /hold themselves|names no anchor/],
] as const)("%j is told on line %s", (source, line, words) => {
  const [first] = faults(source);
  if (line !== null) expect(first?.[0]).toBe(line);
  expect(first?.[2]).toMatch(words);
});

test("aliases that multiply, values without end and texts past any use end at once", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (const [index, name] of [..."bcdefghij"].entries()) {
    const before = [..."abcdefghij"][index];
    bomb.push(`${name}: &${name} [${new Array(10).fill(`*${before}`).join(", ")}]`);
  }
  expect(faults(bomb.join("\n"))[0]?.[2]).toMatch(/multiply|larger/);
  const long = `a: &a "${"x".repeat(100_000)}"\nb: [${new Array(90).fill("*a").join(", ")}]\n`;
  expect(faults(long)[0]?.[2]).toMatch(/larger than is edited here/);
  expect(faults("[".repeat(50_000))[0]?.[2]).toMatch(/larger/);
  expect(faults("[".repeat(19_000))[0]?.[2]).toMatch(/nested/);
  expect(faults("a: 1\n".repeat(30_000))[0]?.[2]).toMatch(/larger/);
  expect(faults("x".repeat(2_000_001))[0]?.[2]).toMatch(/larger/);
});

test("plain words mean what kubectl takes them for, and stay what they are when they are written", () => {
  expect(read("mode: 0644\non: yes\nday: 2026-01-01\ntime: 12:30:45\nword: 'no'\n").object).toEqual({
    mode: 420,
    on: true,
    day: "2026-01-01",
    time: "12:30:45",
    word: "no",
  });
  expect(read("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n").object.b).toEqual({ x: 1, y: 2 });
  const words = {
    a: "yes",
    b: "0644",
    c: "1e3",
    d: "null",
    e: "~",
    f: "line\nline\n",
    g: "12:30",
    on: "off",
  };
  expect(read(writeYaml(words)).object).toEqual(words);
  expect(writeYaml({ list: [{ a: 1 }] })).toBe("list:\n- a: 1\n");
});

test("whatever is written is read as the same", () => {
  const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).filter((value) => {
    const words = JSON.stringify(value);
    return !/\d{16}|e\+|__proto__/.test(words);
  });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), (value) => {
      const plain = JSON.parse(JSON.stringify(value));
      expect(read(writeYaml(plain)).object).toEqual(plain);
    }),
    { numRuns: 100 },
  );
});

test("whatever somebody types ends in an object or in faults with places inside the text", () => {
  const piece = fc.constantFrom(
    "a: ",
    "- ",
    "\t",
    "  ",
    "\n",
    "&x ",
    "*x",
    "{",
    "}",
    "[",
    "]",
    "!!t ",
    '"',
    "'",
    "|",
    ">",
    "---",
    "<<: ",
    "? ",
    "#",
    "1",
    "é",
    "\u0000",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(piece).map((all) => all.join("")),
      ),
      (source) => {
        const result = readYaml(source);
        if (!("faults" in result)) return void result.written.at(["spec", 0, "name"]);
        const lines = source.split("\n").length;
        expect(result.faults.length).toBeGreaterThan(0);
        for (const { line, column, text } of result.faults) {
          if (line !== null) expect(line).toBeGreaterThanOrEqual(1);
          if (line !== null) expect(line).toBeLessThanOrEqual(lines + 1);
          if (column !== null) expect(column).toBeGreaterThanOrEqual(1);
          expect(text.fr).not.toBe("");
        }
      },
    ),
    { numRuns: 300 },
  );
});

const deployment = `metadata:
  annotations:
    shop.example/owner: ops
spec:
  template:
    spec:
      containers:
      - name: api
        image: one
      - name: side
        env:
        - name: A
          value: b
`;

test.each([
  ["spec.template.spec.containers[1].env[0].value", 13, 11],
  ["spec.template.spec.containers.1.env", 11, 9],
  ["metadata.annotations[shop.example/owner]", 3, 5],
  ["metadata.annotations.shop.example/owner", 3, 5],
  ["spec.template.spec.containers.image", 9, 9],
  ["spec.template.spec.nowhere.at.all", 6, 5],
  ["spec.template.spec.containers[9].image", 7, 7],
  ["status.phase", 1, 1],
  ["", 1, 1],
])("the field %s is found at line %i, column %i, or what is around it", (field, line, column) => {
  expect(read(deployment).at(stepsOf(field))).toEqual({ line, column });
});
