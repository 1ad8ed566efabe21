import fc from "fast-check";
import { expect, test } from "vitest";
import { alertmanagerSystemSchema } from "../../../shared/systems/alertmanager.ts";
import { type Matcher, matchersFor, matcherWords, parseMatchers, sameMatchers } from "./matchers.ts";
import { resource } from "./testing/fake-alertmanager.ts";

const matcher: fc.Arbitrary<Matcher> = fc.record({
  name: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/),
  value: fc.string({ unit: "grapheme", maxLength: 20 }),
  isRegex: fc.boolean(),
  isEqual: fc.boolean(),
});

test("what is written is read again, whatever stands in the values", () => {
  fc.assert(
    fc.property(fc.array(matcher, { minLength: 1, maxLength: 5 }), (matchers) => {
      expect(parseMatchers(matchers.map(matcherWords).join(" , "))).toEqual(matchers);
    }),
  );
});

test("noise is no matchers, and never throws", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (noise) => {
      const found = parseMatchers(noise);
      if (found !== null)
        expect(sameMatchers(found, parseMatchers(found.map(matcherWords).join(",")) ?? [])).toBe(true);
    }),
  );
  for (const words of ["", "a", 'a="b', 'a=b"', 'a="b",', 'a="b" c="d"', '=~"x"', `a='b'`])
    expect(parseMatchers(words)).toBeNull();
});

test("the estate file takes just what can be read", () => {
  const url = "http://192.0.2.50:9093";
  const accepts = (node: string) =>
    alertmanagerSystemSchema.safeParse({ type: "alertmanager", url, silence: { node } }).success;
  fc.assert(
    fc.property(fc.array(matcher, { minLength: 1, maxLength: 3 }), (matchers) => {
      expect(accepts(matchers.map(matcherWords).join(","))).toBe(true);
    }),
  );
  for (const words of ["", "a", 'a="b",', 'a="b" c="d"']) expect(accepts(words)).toBe(false);
});

test("a name stands for itself, in a regular expression too", () => {
  const node = resource("east/nodes/web-1.atelier(b)", "node", { "reach.address": "192.0.2.21" });
  const template = `instance=~"\${name}(:.*)?",job!="\${address}",id="\${id}"`;
  expect(matchersFor(template, node)?.map(matcherWords)).toEqual([
    String.raw`instance=~"web-1\\.atelier\\(b\\)(:.*)?"`,
    'job!="192.0.2.21"',
    'id="east/nodes/web-1.atelier(b)"',
  ]);
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 20 }), (name) => {
      const [found] = matchersFor(`instance=~"\${name}(:.*)?"`, { ...node, name }) ?? [];
      expect(new RegExp(`^(?:${found?.value})$`).test(`${name}:9100`)).toBe(true);
      expect(new RegExp(`^(?:${found?.value})$`).test(`x${name}`)).toBe(false);
    }),
  );
});

test("an address that was not read makes no matchers, least of all ones for everything", () => {
  expect(matchersFor(`instance=~"\${address}.*"`, resource("tower-a", "host"))).toBeNull();
  expect(matchersFor("nothing", resource("tower-a", "host"))).toBeNull();
});

test("the order of matchers does not matter, their values do", () => {
  const [one, other] = [parseMatchers('a="1",b!~"2"') ?? [], parseMatchers('b!~"2",a="1"') ?? []];
  expect(sameMatchers(one, other)).toBe(true);
  expect(sameMatchers(one, parseMatchers('a="1",b!="2"') ?? [])).toBe(false);
});
