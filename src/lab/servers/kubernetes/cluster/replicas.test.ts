import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Workload } from "../store/kinds.ts";
import { rollOut, templateHash } from "./replicas.ts";

const deployment = (replicas: number, rolling: object): Workload => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "shop", uid: "u", resourceVersion: "1", creationTimestamp: "" },
  spec: {
    replicas,
    selector: {},
    template: { spec: { containers: [{ name: "a", image: "b" }] } },
    strategy: { type: "RollingUpdate", rollingUpdate: { ...rolling } },
  },
  status: {},
});

describe("rollOut", () => {
  it("never has too many nor too few, and arrives", () => {
    const amounts = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom("0%", "25%", "50%", "100%"));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), amounts, amounts, (desired, maxSurge, maxUnavailable) => {
        const wish = deployment(desired, { maxSurge, maxUnavailable });
        const bound = (value: number | string, round: (figure: number) => number) =>
          typeof value === "number" ? value : round((Number.parseInt(value, 10) / 100) * desired);
        const surge = bound(maxSurge, Math.ceil);
        const missing = bound(maxUnavailable, Math.floor);
        const unavailable = surge === 0 && missing === 0 ? 1 : missing;
        let old = desired;
        let fresh = 0;
        for (let turn = 0; turn < 60 && !(old === 0 && fresh === desired); turn += 1) {
          const [nextOld = 0, nextFresh = 0] = rollOut(wish, [
            { replicas: old, ready: old, isNewest: false },
            { replicas: fresh, ready: fresh, isNewest: true },
          ]);
          expect(nextOld + nextFresh).toBeLessThanOrEqual(desired + surge);
          // What is new is not ready yet.
          expect(nextOld + Math.min(fresh, nextFresh)).toBeGreaterThanOrEqual(desired - unavailable);
          old = nextOld;
          fresh = nextFresh;
        }
        expect([old, fresh]).toEqual([0, desired]);
      }),
    );
  });

  it("takes all the old away first with Recreate", () => {
    const wish = deployment(3, {});
    wish.spec.strategy = { type: "Recreate" };
    const both = (old: number, fresh: number) =>
      rollOut(wish, [
        { replicas: old, ready: old, isNewest: false },
        { replicas: fresh, ready: fresh, isNewest: true },
      ]);
    expect(both(3, 0)).toEqual([0, 0]);
    expect(both(0, 0)).toEqual([0, 3]);
  });
});

it("tells templates apart by what they say, not by the order of their keys", () => {
  const one = deployment(1, {});
  const same = structuredClone(one);
  same.spec.template = { spec: { containers: [{ image: "b", name: "a" }] } };
  const other = structuredClone(one);
  other.spec.template.spec.containers = [{ name: "a", image: "c" }];
  expect(templateHash(same)).toBe(templateHash(one));
  expect(templateHash(other)).not.toBe(templateHash(one));
});
