import fc from "fast-check";
import { expect, test } from "vitest";
import { factDefinitions } from "../../../../shared/facts.ts";
import { addonKinds } from "../addons/index.ts";
import { readEvent } from "../events/event.ts";
import { ItemReader } from "../list-watch/items.ts";
import { observedKinds } from "./index.ts";
import { quantityOf } from "./quantity.ts";

test.each([
  ["250m", 0.25],
  ["8Gi", 8 * 2 ** 30],
  ["1e3", 1000],
  ["1.5k", 1500],
  ["12E", 12e18],
  [".5", 0.5],
  [7, 7],
  ["8 Gi", null],
  ["", null],
  ["Gi", null],
  [null, null],
])("the quantity %s is %s", (words, number) => {
  expect(quantityOf(words)).toBe(number);
});

const keys = [
  "metadata",
  "status",
  "spec",
  "conditions",
  "type",
  "replicas",
  "hard",
  "used",
  "rules",
  "host",
  "capacity",
  "name",
  "namespace",
  "labels",
  "phase",
  "addresses",
  "nodeInfo",
  "allocatable",
  "generation",
  "template",
];

test("whatever an object holds, it is read without a throw, and its facts have names", () => {
  const tree = fc.object({ key: fc.constantFrom(...keys), maxDepth: 4 });
  fc.assert(
    fc.property(tree, tree, (spec, status) => {
      const object = {
        metadata: { name: "a", namespace: "b", labels: { "pod-template-hash": "c" } },
        spec,
        status,
      };
      const [item] = new ItemReader().read({ items: [object] })?.items ?? [];
      expect(item).toBeDefined();
      if (!item) return;
      for (const kind of [...observedKinds, ...addonKinds]) {
        const seen = kind.see("east", item);
        const attached = kind.attach("east", item);
        kind.part(item, "east");
        const facts = { ...seen?.facts, ...attached?.facts, ...attached?.lines };
        for (const fact of Object.keys(facts)) expect(fact in factDefinitions, fact).toBe(true);
      }
      readEvent(item);
    }),
  );
});
