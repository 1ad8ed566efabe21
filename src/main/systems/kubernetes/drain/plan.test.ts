import fc from "fast-check";
import { expect, test } from "vitest";
import { ItemReader } from "../list-watch/items.ts";
import { type Budget, blocks, budgetOf, budgetsOver } from "./budgets.ts";
import { DrainLedger } from "./ledger.ts";
import { type NodePod, nodePodOf, nodeStateOf } from "./node-pods.ts";
import { planFor } from "./plan.ts";
import { selects } from "./selector.ts";

const labels = { app: "api", tier: "web" };

test.each([
  [{}, true],
  [null, false],
  [undefined, false],
  [{ matchLabels: { app: "api" } }, true],
  [{ matchLabels: { app: "api", tier: "db" } }, false],
  [{ matchExpressions: [{ key: "app", operator: "In", values: ["x", "api"] }] }, true],
  [{ matchExpressions: [{ key: "app", operator: "NotIn", values: ["api"] }] }, false],
  [{ matchExpressions: [{ key: "zone", operator: "NotIn", values: ["a"] }] }, true],
  [{ matchExpressions: [{ key: "tier", operator: "Exists" }] }, true],
  [{ matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, false],
  [{ matchExpressions: [{ key: "toString", operator: "DoesNotExist" }] }, true],
  [{ matchExpressions: [{ key: "tier", operator: "Matches" }] }, false],
  [{ matchExpressions: "all" }, true],
])("the selector %j selects: %s", (selector, expected) => {
  const strange = selector && "matchExpressions" in selector && selector.matchExpressions === "all";
  expect(selects(selector, labels)).toBe(strange ? false : expected);
});

const ready: NodePod = {
  namespace: "shop",
  name: "api-1",
  uid: "u",
  labels,
  controller: { kind: "ReplicaSet", name: "api" },
  isStatic: false,
  hasLocalData: false,
  isFinished: false,
  isReady: true,
  leaving: null,
  finalizers: [],
};
const budget: Budget = {
  namespace: "shop",
  name: "api",
  selector: {},
  emptySelectsNone: false,
  allowed: 0,
  healthy: 2,
  needed: 2,
  unhealthyAlways: false,
};

test("an empty selector means every pod in policy/v1 and none in v1beta1", () => {
  expect(budgetsOver(ready, [budget])).toHaveLength(1);
  expect(budgetsOver(ready, [{ ...budget, emptySelectsNone: true }])).toHaveLength(0);
  expect(budgetsOver(ready, [{ ...budget, namespace: "billing" }])).toHaveLength(0);
});

test("a pod that is not ready may go where its budget is met, or always allows it", () => {
  expect(blocks(budget, ready)).toBe(true);
  expect(blocks({ ...budget, allowed: 1 }, ready)).toBe(false);
  expect(blocks(budget, { ...ready, isReady: false })).toBe(false);
  expect(blocks({ ...budget, healthy: 1 }, { ...ready, isReady: false })).toBe(true);
  expect(blocks({ ...budget, healthy: 1, unhealthyAlways: true }, { ...ready, isReady: false })).toBe(false);
  expect(blocks(budget, { ...ready, isFinished: true })).toBe(false);
});

const none = new Set<string>();
const no = { localData: false, unmanaged: false };

test("a DaemonSet that is gone leaves its pods without anybody to make them anew", () => {
  const logs = { ...ready, controller: { kind: "DaemonSet", name: "logs" } };
  expect(planFor(logs, no, new Set(["shop/logs"]))).toBe("skip-daemon-set");
  expect(planFor(logs, no, none)).toBe("asks-unmanaged");
  expect(planFor(logs, { ...no, unmanaged: true }, none)).toBe("evict");
});

test("local data is asked for on its own, besides the missing controller", () => {
  const both = { ...ready, controller: null, hasLocalData: true };
  expect(planFor(both, { localData: true, unmanaged: false }, none)).toBe("asks-unmanaged");
  expect(planFor(both, { localData: false, unmanaged: true }, none)).toBe("asks-local-data");
  expect(planFor({ ...both, isFinished: true }, no, none)).toBe("evict");
});

const somePod = fc.record({
  uid: fc.constantFrom("a", "b", "c"),
  isStatic: fc.boolean(),
  hasLocalData: fc.boolean(),
  isFinished: fc.boolean(),
  isReady: fc.boolean(),
  controller: fc.constantFrom(null, { kind: "ReplicaSet", name: "x" }, { kind: "DaemonSet", name: "logs" }),
  leaving: fc.constantFrom(null, { at: 5, graceSeconds: 30 }),
});

test("whatever a node's pods do, a ledger never evicts what must stay nor forgets what has not left", () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(somePod, { selector: ({ uid }) => uid })), (rounds) => {
      const ledger = new DrainLedger(no);
      const surroundings = { system: "east", budgets: [budget], daemonSets: new Set(["shop/logs"]) };
      for (const [now, round] of rounds.entries()) {
        const pods = round.map((parts) => ({ ...ready, name: parts.uid, ...parts }));
        ledger.update(pods, surroundings, true, now);
        for (const { uid, plan } of ledger.due(now)) {
          expect(plan).toBe("evict");
          expect(pods.find((each) => each.uid === uid)?.isStatic ?? false).toBe(false);
        }
        const present = new Set<string>(pods.map(({ uid }) => uid));
        const left = new Set([...ledger.remaining, ...ledger.asking].map(({ uid }) => uid));
        for (const line of ledger.pods) {
          if (line.state === "gone") expect(present.has(line.uid)).toBe(false);
          else if (line.state !== "stays") expect(left.has(line.uid)).toBe(true);
        }
        const { total, gone } = ledger.counts;
        expect(gone).toBeLessThanOrEqual(total);
      }
    }),
  );
});

test("whatever pods, nodes and budgets hold, they are read without a throw", () => {
  const keys = [
    "spec",
    "status",
    "volumes",
    "emptyDir",
    "conditions",
    "selector",
    "matchLabels",
    "type",
    "unschedulable",
  ];
  const tree = fc.object({ key: fc.constantFrom(...keys) });
  fc.assert(
    fc.property(tree, tree, (spec, status) => {
      const body = { metadata: { name: "a", namespace: "b", uid: "c" }, spec, status };
      const [item] = new ItemReader().read({ items: [body] })?.items ?? [];
      if (!item) return;
      const read = nodePodOf(item);
      nodeStateOf(item);
      const found = budgetOf(item, "v1");
      if (read && found) budgetsOver(read, [found]);
    }),
  );
});
