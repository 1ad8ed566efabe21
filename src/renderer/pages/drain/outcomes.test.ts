import fc from "fast-check";
import { expect, test } from "vitest";
import { drainPlanSchema, drainPodStateSchema, drainViewSchema } from "../../../shared/drain.ts";
import { countLosses, heldUp, linesOf, progressOf } from "./outcomes.ts";
import { drainPod } from "./testing/pods.ts";

const somePod = fc
  .record({
    uid: fc.uuid(),
    name: fc.constantFrom("api-2", "api-10", "db"),
    plan: fc.constantFrom(...drainPlanSchema.options),
    state: fc.constantFrom(...drainPodStateSchema.options),
    since: fc.nat(9),
  })
  .map((part) => drainPod(part.name, part));
const pods = fc.uniqueArray(somePod, { selector: ({ uid }) => uid });
const phase = fc.constantFrom(...drainViewSchema.shape.phase.options);

test("every pod has one line, under the head that counts it", () => {
  fc.assert(
    fc.property(phase, pods, (now, all) => {
      const lines = linesOf({ phase: now, pods: all });
      const shown = lines.flatMap((line) => (line.group === null ? [line.pod.uid] : []));
      expect(shown.toSorted()).toEqual(all.map(({ uid }) => uid).toSorted());
      let left = 0;
      for (const line of lines) {
        if (line.group === null) left -= 1;
        else {
          expect(left).toBe(0);
          left = line.count;
        }
      }
      expect(left).toBe(0);
    }),
  );
});

test("under way a pod keeps its line whatever becomes of it", () => {
  fc.assert(
    fc.property(pods, fc.array(fc.constantFrom(...drainPodStateSchema.options)), (all, states) => {
      const order = (list: typeof all) =>
        linesOf({ phase: "running", pods: list }).map((line) => line.group ?? line.pod.uid);
      const later = all.map((pod, index) => ({ ...pod, state: states[index] ?? pod.state }));
      expect(order(later)).toEqual(order(all));
    }),
  );
});

test("a preview begins with what holds the drain up, names in the order that people count in", () => {
  const lines = linesOf({
    phase: "preview",
    pods: [
      drainPod("agent", { plan: "skip-daemon-set", state: "stays" }),
      drainPod("api-10"),
      drainPod("api-2"),
      drainPod("import", { plan: "asks-unmanaged", state: "stays" }),
      drainPod("web", { state: "blocked" }),
    ],
  });
  expect(lines.map((line) => line.group ?? line.pod.name)).toEqual([
    "blocked",
    "web",
    "asks-unmanaged",
    "import",
    "evict",
    "api-2",
    "api-10",
    "skip-daemon-set",
    "agent",
  ]);
});

test("what is to leave is counted, what stays is not; the longest wait is named first", () => {
  const all = [
    drainPod("gone", { state: "gone" }),
    drainPod("late", { state: "blocked", since: 9 }),
    drainPod("long", { state: "blocked", since: 1 }),
    drainPod("ending", { plan: "leaving", state: "leaving" }),
    drainPod("agent", { plan: "skip-daemon-set", state: "stays" }),
    drainPod("scratch", { plan: "asks-local-data", state: "stays", losses: ["local-data", "unmanaged"] }),
  ];
  expect(progressOf(all)).toEqual({ total: 4, gone: 1, waiting: 2, ending: 1 });
  expect(heldUp(all).map(({ name }) => name)).toEqual(["long", "late"]);
  expect(countLosses(all)).toEqual({ "local-data": 1, unmanaged: 1 });
});
