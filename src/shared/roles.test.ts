import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Grant,
  grantSchema,
  grantsAt,
  includes,
  isGranted,
  levels,
  type Place,
  type Role,
  roleNames,
  spanOf,
  standingOf,
} from "./roles.ts";

const names = ["north", "south", "east"] as const;
const role = fc.constantFrom<Role>(...roleNames);
const places = fc.option(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }), { nil: undefined });
const grant: fc.Arbitrary<Grant> = fc.record({ role, sites: places, environments: places });
const at = fc.record({
  site: fc.option(fc.constantFrom<string>(...names)),
  environment: fc.option(fc.constantFrom<string>(...names)),
});
const place: fc.Arbitrary<Place> = fc.oneof(
  at,
  fc.constant("anywhere" as const),
  fc.constant("everywhere" as const),
);

describe("roles", () => {
  it("is a partial order: each includes itself, and what is included by what it includes", () => {
    fc.assert(
      fc.property(role, role, role, (a, b, c) => {
        expect(includes(a, a)).toBe(true);
        if (includes(a, b) && includes(b, a)) expect(a).toBe(b);
        if (includes(a, b) && includes(b, c)) expect(includes(a, c)).toBe(true);
      }),
    );
  });

  it("goes from look to destroy, with approve beside it", () => {
    for (const [index, one] of levels.entries()) {
      for (const [other, below] of levels.entries()) expect(includes(one, below)).toBe(other <= index);
      expect([includes(one, "approve"), includes("approve", one)]).toEqual([false, false]);
    }
  });

  it("a further grant never takes anything away, and none gives nothing", () => {
    fc.assert(
      fc.property(fc.array(grant), grant, role, place, (grants, more, wanted, where) => {
        if (isGranted(grants, wanted, where)) expect(isGranted([...grants, more], wanted, where)).toBe(true);
        expect(isGranted([], wanted, where)).toBe(false);
      }),
    );
  });

  it("who has a role everywhere has it at each place, and who has it at one has it somewhere", () => {
    fc.assert(
      fc.property(fc.array(grant), role, at, (grants, wanted, where) => {
        if (isGranted(grants, wanted, "everywhere")) expect(isGranted(grants, wanted, where)).toBe(true);
        if (isGranted(grants, wanted, where)) expect(isGranted(grants, wanted, "anywhere")).toBe(true);
      }),
    );
  });

  it("a higher level at a place includes the lower ones there", () => {
    fc.assert(
      fc.property(fc.array(grant), fc.nat(levels.length - 1), place, (grants, index, where) => {
        const wanted = levels[index] ?? "look";
        if (!isGranted(grants, wanted, where)) return;
        for (const below of levels.slice(0, index)) expect(isGranted(grants, below, where)).toBe(true);
      }),
    );
  });

  it("both the site and the environment of a grant must fit; what has none is at none that is named", () => {
    const grants: Grant[] = [{ role: "disrupt", sites: ["north"], environments: ["production"] }];
    const may = (site: string | null, environment: string | null) =>
      isGranted(grants, "disrupt", { site, environment });
    expect(may("north", "production")).toBe(true);
    expect(may("south", "production")).toBe(false);
    expect(may("north", "test")).toBe(false);
    expect(may(null, "production")).toBe(false);
    expect(may("north", null)).toBe(false);
  });
});

describe("the time of a role", () => {
  const moment = fc
    .date({
      min: new Date("2000-01-01T00:00:00Z"),
      max: new Date("2100-01-01T00:00:00Z"),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString());
  const words = fc.option(
    fc.oneof(
      moment,
      moment.map((one) => one.slice(0, 10)),
    ),
    { nil: undefined },
  );
  const timed = fc.record({ role, from: words, until: words });

  it("is in force from its first moment to before its last, and told as ending for its last week alone", () => {
    fc.assert(
      fc.property(timed, fc.integer({ min: 0, max: 5e12 }), ({ role: one, from, until }, at) => {
        const grant: Grant = { role: one, ...(from && { from }), ...(until && { until }) };
        expect(grantSchema.safeParse(grant).success).toBe(true);
        const span = spanOf(grant);
        const inForce = span.from <= at && at < span.until;
        expect(grantsAt([grant], at)).toEqual(inForce ? [grant] : []);
        expect(["in-force", "ending"].includes(standingOf(grant, at))).toBe(inForce);
        if (standingOf(grant, at) === "ending") expect(span.until - at).toBeLessThanOrEqual(7 * 86_400_000);
      }),
    );
  });

  it("takes a day whole, an instant with its offset, and nothing else", () => {
    const until = (one: string) => spanOf({ role: "look", until: one }).until;
    expect(until("2026-03-01")).toBe(Date.parse("2026-03-02T00:00:00Z"));
    expect(until("2026-03-01T18:00:00+01:00")).toBe(Date.parse("2026-03-01T17:00:00Z"));
    expect(spanOf({ role: "look", from: "2026-03-01" }).from).toBe(Date.parse("2026-03-01T00:00:00Z"));
    for (const one of ["2026-02-30", "tomorrow", "2026-03-01T18:00:00", "2026-03-01T25:00:00Z", "", "1"]) {
      expect(grantSchema.safeParse({ role: "look", until: one }).success).toBe(false);
    }
  });
});
