import fc from "fast-check";
import { expect, test } from "vitest";
import { ShortMemory } from "./short-memory.ts";
import { ManualClock } from "./testing/manual-clock.ts";

const fieldsOf = (...values: string[]) =>
  new Map(values.map((value, index) => [`field ${index}`, Buffer.from(value)] as const));
const isWiped = (bytes: Buffer) => bytes.every((byte) => byte === 0);

test("what is held is overwritten when its time is over, and not before", () => {
  const clock = new ManualClock();
  const memory = new ShortMemory(clock);
  const fields = fieldsOf("marked", "other");
  memory.hold("secret/a", fields, 30_000);
  clock.pass(29_999);
  expect(memory.get("secret/a")?.get("field 0")?.toString()).toBe("marked");
  clock.pass(1);
  expect(memory.get("secret/a")).toBeNull();
  expect([...fields.values()].every(isWiped)).toBe(true);
});

test("whatever is held, read anew and wiped, no byte stays of what is no longer held", () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c"),
    does: fc.constantFrom("hold", "keep", "wipe", "pass", "all"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const clock = new ManualClock();
      const memory = new ShortMemory(clock);
      const given: { key: string; bytes: Buffer }[] = [];
      for (const { key, does } of steps) {
        if (does === "wipe") memory.wipe(key);
        else if (does === "all") memory.wipeAll();
        else if (does === "pass") clock.pass(20_000);
        else {
          const bytes = Buffer.from("marked");
          given.push({ key, bytes });
          memory.hold(key, new Map([["field", bytes]]), does === "keep" ? null : 30_000);
        }
        for (const each of given) {
          const isHeld = memory.get(each.key)?.get("field") === each.bytes;
          expect(isWiped(each.bytes)).toBe(!isHeld);
        }
      }
      memory.wipeAll();
      expect(given.every(({ bytes }) => isWiped(bytes))).toBe(true);
      expect(clock.waiting).toEqual([]);
    }),
  );
});

test("of more than it holds the oldest goes, wiped", () => {
  const memory = new ShortMemory(new ManualClock());
  const all = Array.from({ length: 501 }, (_, index) => fieldsOf(`marked ${index}`));
  for (const [index, fields] of all.entries()) memory.hold(`secret/${index}`, fields, 30_000);
  expect(all.filter((fields) => [...fields.values()].every(isWiped))).toEqual([all[0]]);
  memory.wipeAll();
  expect(all.every((fields) => [...fields.values()].every(isWiped))).toBe(true);
});
