import fc from "fast-check";
import { expect, test } from "vitest";
import { Holdings } from "./holdings.ts";
import type { Seen } from "./kinds/seen.ts";
import { attachedTo } from "./kinds/seen.ts";
import { RecordingSink } from "./testing/recording-sink.ts";

function seen(id: string, parts: Partial<Seen> = {}): Seen {
  return { id, kind: "pod", name: id, parent: null, facts: {}, problems: [], ...parts };
}
const holdings = () => new Holdings({ system: "east", site: "atelier", environment: null });

test("what is declared otherwise than before is declared anew, what is seen otherwise is not", () => {
  const held = holdings();
  held.put(seen("a"), 1000);
  expect(held.takeChange(10)).toMatchObject({ added: [{ id: "a", site: "atelier", staleAfter: 1000 }] });
  held.put(seen("a", { facts: { "kubernetes.status": "Running" } }), 1000);
  expect(held.takeChange(10)).toBeNull();
  held.put(seen("a", { runsOn: "east/nodes/n" }), 1000);
  expect(held.takeChange(10)).toMatchObject({ added: [{ runsOn: "east/nodes/n" }], removed: [] });
  held.drop("a");
  held.drop("never there");
  expect(held.takeChange(10)).toEqual({ added: [], removed: ["a"] });
});

test("what others say of it is added to it, and taken away again", () => {
  const held = holdings();
  held.put(seen("n", { kind: "node", facts: { "cpu.count": 4 } }), 1000);
  const line = (words: string) => attachedTo("n", { lines: { "kubernetes.quotas": words } });
  held.attach("n", "one", line("1"));
  held.attach("n", "two", line("2"));
  held.attach("n", "three", attachedTo("n", { facts: { "kubernetes.cpu": 3 }, measuredAt: 5 }));
  expect(held.takeObservations(10, 10)).toMatchObject([
    {
      facts: { "kubernetes.quotas": ["1", "2"], "cpu.used": 75 },
      readAt: { "kubernetes.cpu": 5, "cpu.used": 5 },
    },
  ]);
  expect(held.takeObservations(10, 10)).toEqual([]);
  held.attach("n", "one", null);
  held.attach("n", "three", null);
  const [last] = held.takeObservations(10, 10);
  expect(last && "facts" in last ? last.facts : null).toEqual({ "cpu.count": 4, "kubernetes.quotas": ["2"] });
});

test("however things come, change and go, all of it is told in the end, and nothing twice", () => {
  const id = fc.constantFrom("a", "b", "c", "d", "e");
  const step = fc.oneof(
    fc.record({ is: fc.constant("put" as const), id, parent: fc.constantFrom("x", "y"), value: fc.nat(3) }),
    fc.record({ is: fc.constant("drop" as const), id }),
    fc.record({ is: fc.constant("tell" as const), most: fc.integer({ min: 1, max: 3 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const held = holdings();
      const sink = new RecordingSink();
      const kept = new Map<string, { parent: string; value: number }>();
      const tell = (most: number) => {
        const change = held.takeChange(most);
        if (change) sink.redeclare("east", change);
        sink.observe(held.takeObservations(0, most));
        return change !== null || held.untold > 0;
      };
      for (const each of steps) {
        if (each.is === "tell") tell(each.most);
        else if (each.is === "drop") {
          held.drop(each.id);
          kept.delete(each.id);
        } else {
          const { parent, value } = each;
          held.put(seen(each.id, { parent, facts: { "kubernetes.restarts": value } }), 1000);
          kept.set(each.id, { parent, value });
        }
      }
      while (tell(2));
      const told = sink.declared.map((each) => {
        const value = sink.facts(each.id)["kubernetes.restarts"];
        return [each.id, { parent: each.parent, value }];
      });
      expect(Object.fromEntries(told)).toEqual(Object.fromEntries(kept));
      expect(
        held
          .declarations()
          .map((each) => each.id)
          .sort(),
      ).toEqual([...kept.keys()].sort());
      expect(tell(10)).toBe(false);
    }),
  );
});
