import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Counterparts } from "./counterparts.ts";
import { dataOf, lastGoodOf, replicatedUntil } from "./data-at-risk.ts";
import { wasCarried } from "./known-data.ts";
import { longestRto, planState, tiersOf, worstAtRisk } from "./plan-state.ts";
import { serves, sideOfPlan } from "./sides.ts";
import {
  backups,
  facts,
  hour,
  knownOf,
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
  return planState(
    smallPlan,
    knownOf((id) => known.get(id) ?? null, protection),
    now,
  );
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
    const pieces = dataOf(
      { protects: ["space-billing"], replicatedBy: ["objects"] },
      knownOf(get, protection),
      "production",
    );
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

  it("is that of what stands at the recovery site once production is there", () => {
    const protection = backups({ "space-billing": now - hour, "north-billing": now - minute });
    const counterpart = (id: string) => (id === "space-billing" ? "north-billing" : null);
    const dataAt = (side: "production" | "recovery") =>
      dataOf(
        { protects: ["space-billing", "space-identity"], replicatedBy: [] },
        knownOf(() => null, protection, { counterpart }),
        side,
      ).map(({ resource, lastGood }) => [resource, lastGood?.at]);
    expect(dataAt("production")).toEqual([
      ["space-billing", now - hour],
      ["space-identity", undefined],
    ]);
    expect(dataAt("recovery")).toEqual([
      ["north-billing", now - minute],
      ["space-identity", undefined],
    ]);
  });

  it("has a counterpart by kind and name, where there is just one, looked for now and then", () => {
    let at = now;
    const all = [
      resource("east/shop", now, { name: "shop", kind: "namespace", site: "east" }),
      resource("north/shop", now, { name: "shop", kind: "namespace", site: "north" }),
      resource("north/vm", now, { name: "shop", kind: "vm", site: "north" }),
    ];
    const inventory = { all: () => all, get: (id: string) => all.find((one) => one.id === id) ?? null };
    const counterparts = new Counterparts(inventory, () => at);
    expect(counterparts.of("east/shop", "north")).toBe("north/shop");
    expect(counterparts.of("gone", "north")).toBeNull();
    expect(counterparts.of("north/vm", "east")).toBeNull();
    all.push(resource("other/shop", now, { name: "shop", kind: "namespace", site: "north" }));
    expect(counterparts.of("east/shop", "north")).toBe("north/shop");
    at += minute;
    expect(counterparts.of("east/shop", "north")).toBeNull();
  });

  it("is where the last run carried it, while nobody can say what serves", () => {
    const run = (direction: "bascule" | "return", status: string, mode = "planned") =>
      ({ status, pra: { plan: "carry", mode, direction } }) as never;
    expect(wasCarried([run("bascule", "completed")])).toBe(true);
    expect(wasCarried([run("return", "completed-with-skips"), run("bascule", "completed")])).toBe(false);
    expect(wasCarried([run("return", "failed"), run("bascule", "completed")])).toBe(true);
    expect(wasCarried([run("bascule", "completed", "drill")])).toBe(false);
    expect(wasCarried([])).toBe(false);
  });

  it("is the worst against what may be lost", () => {
    expect(worstAtRisk(stateOf().applications)).toEqual({ value: 5 * minute, rpo: 15 * minute });
  });
});

it("tells tiers by their RTO", () => {
  expect(tiersOf(smallPlan).map(({ id }) => id)).toEqual(["vital", "other"]);
  expect(longestRto(smallPlan)).toBe(4 * hour);
});
