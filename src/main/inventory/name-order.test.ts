import fc from "fast-check";
import { expect, test } from "vitest";
import { Inventory } from "./inventory.ts";
import { declared } from "./testing/words.ts";

test("however names come, go and change, the order is that of sorting", () => {
  const name = fc.string({ maxLength: 3 });
  const step = fc.record({
    id: fc.integer({ min: 0, max: 12 }),
    name,
    gone: fc.boolean(),
    read: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const other = new Inventory();
      for (const { id, name: called, gone, read: look } of steps) {
        const one = declared(`r${id}`, { name: called });
        other.redeclare("east", gone ? { added: [], removed: [one.id] } : { added: [one], removed: [] });
        if (look) other.all();
      }
      const sorted = new Inventory();
      sorted.declare(
        "east",
        other.all().map(({ id, name: called }) => declared(id, { name: called })),
      );
      expect(other.all().map(({ id }) => id)).toEqual(sorted.all().map(({ id }) => id));
      other.close();
      sorted.close();
    }),
  );
});
