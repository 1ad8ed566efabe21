import { describe, expect, it } from "vitest";
import type { Operators } from "../../shared/people.ts";
import type { Plan, PlanNode } from "../../shared/plan.ts";
import type { Pass } from "../../shared/sign-in.ts";
import { gate, planOf, poke, step } from "../procedures/engine/fixtures/plans.ts";
import type { Caller } from "./caller.ts";
import { leaderLacks, planRights, rightLost } from "./plan-rights.ts";
import { Rights } from "./rights.ts";
import { Roster } from "./roster.ts";

const operators: Operators = {
  ada: { name: "Ada", keys: [], accounts: ["adalove"], roles: [{ role: "disrupt", sites: ["north"] }] },
  bea: { name: "Bea", keys: [], accounts: [], roles: [{ role: "destroy" }] },
  cyd: { name: "Cyd", keys: [], accounts: [], roles: [{ role: "approve", sites: ["north"] }] },
};
const sites: Record<string, string> = { "tower-a": "north", "tower-b": "south" };
const plan = planOf([
  step("near", poke("tower-a")),
  step("far", poke("tower-b"), { needs: ["near"] }),
  gate("go", 1, { needs: ["far"] }),
]);
const of = (...ids: string[]): PlanNode[] => plan.nodes.filter(({ id }) => ids.includes(id));

function parts(declared: Operators = operators, passes: Pass[] = []) {
  const roster = new Roster(declared);
  const hasPass = (id: string) => passes.some(({ operator, active }) => active && operator === id);
  return {
    desk: { roster },
    passes: { list: () => passes },
    rights: new Rights({ roster: () => roster, hasPass, now: () => 0 }),
    resource: (id: string) => ({ site: sites[id] ?? null, environment: null }),
  };
}

const person = (id: string): Caller => ({ kind: "person", person: id, name: id });
const pass = (active: boolean): Pass => ({
  id: "p",
  operator: "cyd",
  reason: "the night is long",
  from: 100,
  until: 200,
  active,
  touched: [],
  review: null,
});

describe("the rights of a plan", () => {
  const missing = (caller: Caller, asked: Plan = plan) =>
    planRights(parts(), caller, asked)?.missing.map(({ node, text }) => [node, text.en]);

  it("are told step by step, with who has them, who could start it and who approve", () => {
    expect(missing(person("ada"))).toEqual([["far", expect.stringContaining("Those who have it: Bea.")]]);
    expect(missing(person("bea"))).toEqual([]);
    expect(missing(person("cyd"))?.map(([node]) => node)).toEqual(["near", "far"]);
    const near = planOf(of("near").concat(gate("go", 1)));
    expect(planRights(parts(), null, near)).toMatchObject({
      starters: [{ id: "ada" }, { id: "bea" }],
      approvers: [{ id: "cyd", name: "Cyd" }],
    });
    expect(planRights(parts(), null, plan)).toMatchObject({ starters: [{ id: "bea" }], approvers: [] });
    expect(planRights(parts(), null, planOf(of("near")))?.approvers).toBeNull();
  });

  it("are nobody's where nobody has a role", () => {
    const free = parts({ ada: { name: "Ada", keys: [], accounts: [] } });
    expect(planRights(free, person("ada"), plan)).toBeNull();
  });

  it("count what makes up for a step, and need one verdict a node however many there are", () => {
    const made = planOf([
      step("near", poke("tower-a", { risk: "safe" }), {
        compensate: { kind: "action", action: poke("tower-b", { risk: "destructive" }) },
      }),
    ]);
    expect(missing(person("ada"), made)).toEqual([["near", expect.stringContaining("“destroy”")]]);
  });
});

describe("whoever answers for a run", () => {
  const run = (by: string, ...left: string[]) => ({
    answers: { by, at: 150 },
    rights: [{ role: "destroy" as const }],
    left: of(...left),
  });

  it("has lost the right where they were taken out, or a role was, that what is left needs", () => {
    expect(rightLost(parts(), run("bea", "near", "far"))).toBeNull();
    expect(rightLost(parts(), run("ada", "near"))).toBeNull();
    expect(rightLost(parts(), run("adalove", "near"))).toBeNull();
    expect(rightLost(parts(), run("ada", "near", "far"))).toEqual({ who: "Ada", able: ["Bea"] });
    expect(rightLost(parts(), run("eve", "near"))).toEqual({ who: "eve", able: ["Ada", "Bea"] });
    expect(rightLost(parts(), run("eve"))).toEqual({ who: "eve", able: ["Ada", "Bea"] });
  });

  it("keeps what was begun under break-glass after its end, but not without being an operator", () => {
    expect(rightLost(parts(operators, [pass(false)]), run("cyd", "far"))).toBeNull();
    const late = { ...run("cyd", "far"), answers: { by: "cyd", at: 250 } };
    expect(rightLost(parts(operators, [pass(false)]), late)).toMatchObject({ who: "Cyd" });
    const { cyd: _gone, ...others } = operators;
    expect(rightLost(parts(others, [pass(true)]), run("cyd", "far"))).toMatchObject({ who: "cyd" });
  });

  it("is asked nothing where rights were not told by roles, then or now", () => {
    const { rights: _none, ...before } = run("eve", "far");
    expect(rightLost(parts(), before)).toBeNull();
    const free = parts({ ada: { name: "Ada", keys: [], accounts: [] } });
    expect(rightLost(free, run("eve", "far"))).toBeNull();
  });
});

describe("whoever is to lead a run", () => {
  const run = (...left: string[]) => ({ rights: [{ role: "destroy" as const }], left: of(...left) });

  it("is told what they lack of what is left, and who has it", () => {
    expect(leaderLacks(parts(), "bea", run("near", "far"))).toBeNull();
    expect(leaderLacks(parts(), "ada", run("near"))).toBeNull();
    expect(leaderLacks(parts(), "ada", run("near", "far"))?.en).toContain(
      "Ada does not have the role “disrupt” at the site south, environment —. Those who have it: Bea.",
    );
    expect(leaderLacks(parts(), "cyd", run())?.fr).toContain("Cyd n'a le rôle « operate » nulle part.");
    expect(leaderLacks(parts(operators, [pass(true)]), "cyd", run("far"))).toBeNull();
  });

  it("lacks nothing where rights were not told by roles, then or now", () => {
    expect(leaderLacks(parts(), "cyd", { left: of("far") })).toBeNull();
    const free = parts({ ada: { name: "Ada", keys: [], accounts: [] } });
    expect(leaderLacks(free, "ada", run("far"))).toBeNull();
  });
});
