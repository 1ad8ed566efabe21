import { expect, it } from "vitest";
import { gate, poke, step } from "../../procedures/engine/fixtures/plans.ts";
import type { KnownPeople } from "../parts.ts";
import { Findings } from "./findings.ts";
import { peopleChecks } from "./people-checks.ts";

/** What is found about people where these are known. */
function found(people: KnownPeople | null) {
  const findings = new Findings();
  const nodes = [step("a", poke("tower-a")), gate("go", 2)];
  const way = { direction: "bascule" as const, from: "east", to: "north", prepared: [], nodes, next: true };
  peopleChecks({ ways: [way], parts: { people: () => people }, findings, now: 1 });
  return findings.list().map(({ id, state, text }) => [id, state, text.fr] as const);
}

const people = (more: Partial<KnownPeople>): KnownPeople => ({
  operatorsWithKeys: 2,
  roles: true,
  approversOf: () => ["Ada", "Bea"],
  startersOf: () => ["Ada"],
  ...more,
});
const states = (all: ReturnType<typeof found>) => all.map(([id, state]) => `${id} ${state}`);

it("are enough where two may approve and somebody may begin it", () => {
  expect(states(found(people({})))).toEqual(["people/bascule ready"]);
  expect(states(found(null))).toEqual(["people/bascule unknown"]);
});

it("are too few where one or nobody may approve, or nobody may do all of it", () => {
  const one = found(people({ approversOf: () => ["Bea"] }));
  expect(states(one)).toEqual(["people/bascule warning"]);
  expect(one[0]?.[2]).toContain("Seul Bea a le droit d'approuver");
  expect(states(found(people({ approversOf: () => [] })))).toEqual(["people/bascule blocked"]);
  const nobody = found(people({ startersOf: () => [] }));
  expect(states(nobody)).toEqual(["people/bascule/start blocked", "people/bascule ready"]);
  expect(states(found(people({ operatorsWithKeys: 1 })))).toEqual(["people/bascule blocked"]);
});

it("are everybody where nobody has a role: that is said", () => {
  const all = found(people({ roles: false }));
  expect(states(all).toSorted()).toEqual(["people/bascule ready", "people/roles warning"]);
});
