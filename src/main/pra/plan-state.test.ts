import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataOf, lastGoodOf, replicatedUntil } from "./data-at-risk.ts";
import { longestRto, planState, tiersOf, worstAtRisk } from "./plan-state.ts";
import { serves, sideOfPlan } from "./sides.ts";
import {
  backups,
  facts,
  hour,
  minute,
  resource,
  service,
  smallPlan,
  smallResources,
} from "./testing/small-pra.ts";

const now = 1_000_000_000_000;

function stateOf(
  change: (known: Map<string, ReturnType<typeof resource>>) => void = () => {},
  side: "east" | "north" = "east",
) {
  const known = smallResources(now, side);
  change(known);
  const protection = backups({ "space-identity": now - 5 * minute, "space-billing": now - hour });
  return planState(smallPlan, { get: (id) => known.get(id) ?? null, protection }, now);
}

describe("where production is", () => {
  it("is by what answers at either site by itself", () => {
    expect(stateOf().side).toBe("production");
    expect(stateOf(() => {}, "north").side).toBe("recovery");
    expect(stateOf((known) => known.set("identity-north", service("identity-north", now, true))).side).toBe(
      "split-brain",
    );
    const half = stateOf((known) => {
      known.set("billing-east", service("billing-east", now, false));
      known.set("billing-north", service("billing-north", now, true));
    });
    expect(half.side).toBe("both-in-part");
  });

  it("is not known where what serves was not read lately, and none where it is known that nothing does", () => {
    const dead = (stale: boolean) =>
      stateOf((known) => {
        for (const id of ["identity-east", "billing-east"])
          known.set(id, { ...service(id, now, false), stale });
      });
    expect(dead(true).side).toBe("unknown");
    expect(dead(false).side).toBe("none");
    expect(stateOf((known) => known.clear()).side).toBe("unknown");
    expect(serves(resource("x", now, { health: "unknown" }))).toBeNull();
    expect(serves(resource("x", now, { health: "warning" }))).toBe(true);
  });

  it("never hides an application that serves at both sites", () => {
    const side = fc.constantFrom("production", "recovery", "split-brain", "none", "unknown" as const);
    fc.assert(
      fc.property(fc.array(side, { minLength: 1 }), (sides) => {
        const whole = sideOfPlan(sides);
        if (sides.includes("split-brain")) expect(whole).toBe("split-brain");
        if (whole === "production") expect(sides).not.toContain("recovery");
        if (whole === "none") expect(new Set(sides)).toEqual(new Set(["none"]));
      }),
    );
  });
});

describe("data at risk", () => {
  it("is as old as the oldest piece that an application has", () => {
    const { applications } = stateOf();
    expect(applications.map(({ id, dataAtRisk, rpo, rto }) => [id, dataAtRisk, rpo, rto])).toEqual([
      ["identity", 5 * minute, 15 * minute, hour],
      ["billing", hour, 24 * hour, 4 * hour],
    ]);
    expect(applications[1]?.lastGood).toEqual({
      at: now - hour,
      by: "space-billing/point",
      name: "space-billing point",
    });
  });

  it("takes a replication of what is protected for another way to bring it back", () => {
    const replication = resource("objects", now, {
      facts: facts(now, { "replication.lag": 60, "replication.guest": "space-billing" }),
    });
    const get = (id: string) => (id === "objects" ? replication : null);
    const protection = backups({ "space-billing": now - hour });
    const pieces = dataOf({ protects: ["space-billing"], replicatedBy: ["objects"] }, { get, protection });
    expect(pieces).toEqual([
      { resource: "space-billing", lastGood: { at: now - minute, by: "objects", name: "objects" } },
    ]);
  });

  it("is not known where one piece has no good moment, and nothing where there is no data", () => {
    expect(lastGoodOf([{ resource: "a", lastGood: null }])).toBeNull();
    const { applications } = stateOf((known) => known.delete("objects"));
    expect(applications[1]).toMatchObject({ lastGood: null, dataAtRisk: null });
    expect(replicatedUntil(resource("x", now, { facts: facts(now, { "replication.lag": -1 }) }))).toBeNull();
    expect(worstAtRisk(applications)).toEqual({ value: null, rpo: 24 * hour });
    expect(worstAtRisk([])).toEqual({ value: null, rpo: 0 });
  });

  it("is the worst against what may be lost", () => {
    expect(worstAtRisk(stateOf().applications)).toEqual({ value: 5 * minute, rpo: 15 * minute });
  });
});

it("tells tiers by their RTO", () => {
  expect(tiersOf(smallPlan).map(({ id }) => id)).toEqual(["vital", "other"]);
  expect(longestRto(smallPlan)).toBe(4 * hour);
});
