import { expect, test } from "vitest";
import { FaultList, formatFault } from "../estate/faults.ts";
import { parseSourceFile } from "../estate/parse-file.ts";
import { validatePlans } from "./validate-plans.ts";

const sound = `
sites: { east: {}, north: {} }
procedures:
  forth:
    title: Forth
    variables:
      mode: { type: choice, choices: [{ value: planned }, { value: disaster }] }
      rest: { type: duration }
    steps: [{ id: a, wait: { for: 1s } }]
  back: { title: Back, steps: [{ id: a, wait: { for: 1s } }] }
plans:
  carry:
    title: Carry
    production: east
    recovery: north
    tiers: { one: { rto: 1h, rpo: 15m } }
    applications:
      identity: { tier: one, protects: [cluster-east/identity] }
      billing: { tier: one, needs: [identity], serves: { production: [billing-east], recovery: [], outside: [] } }
    directions:
      bascule: { procedure: forth, with: { rest: 5m } }
      return: { procedure: back }
    splitBrain: back
    readiness: { well: [cluster-north] }
`;

function faultsOf(change: (source: string) => string = (source) => source): string[] {
  const faults = new FaultList();
  const tree = parseSourceFile({ file: "e.yaml", source: change(sound) }, faults);
  if (!tree) throw new Error("the source is no YAML");
  const kinds = new Map([
    ["billing-east", ["service" as const]],
    ["cluster-north", ["cluster" as const]],
  ]);
  const resources = { kinds, mayBeFound: (id: string) => id.startsWith("cluster-east/") };
  validatePlans({ tree, resources, others: {}, faults });
  return faults.list().map((fault) => formatFault(fault).replace("e.yaml:", ""));
}

test("a sound plan has no fault", () => {
  expect(faultsOf()).toEqual([]);
});

test.each<[string, string, string, RegExp]>([
  [
    "a site",
    "production: east",
    "production: eats",
    /^14:17 There is no site "eats"\..*did you mean "east"\?/,
  ],
  ["the same site twice", "recovery: north", "recovery: east", /^15:15 Production is carried to the site/],
  ["a procedure", "procedure: back", "procedure: bakc", /^22:28 There is no procedure "bakc"\..*"back"\?/],
  [
    "the way out of a split brain",
    "splitBrain: back",
    "splitBrain: bakc",
    /^23:17 There is no procedure "bakc"\./,
  ],
  ["a variable", "{ rest: 5m }", "{ rest: 5m, resst: 1 }", /no variable "resst"\..*did you mean "rest"\?/],
  ["a value", "{ rest: 5m }", "{ rest: soon }", /^21:50 "rest" does not take this value\./],
  [
    "a missing value",
    ", with: { rest: 5m }",
    "",
    /The variable "rest" of the procedure "forth" gets no value/,
  ],
  ["a mode that is not taken", "{ value: disaster }", "{ value: gone }", /does not take "disaster"/],
  ["a tier", "billing: { tier: one", "billing: { tier: on", /^19:24 The plan has no tier "on".*"one"\?/],
  [
    "a need",
    "needs: [identity]",
    "needs: [identiti]",
    /^19:37 The plan has no application "identiti"\..*"identity"\?/,
  ],
  [
    "needs in a circle",
    "identity: { tier: one",
    "identity: { needs: [billing], tier: one",
    /need each other/,
  ],
  [
    "a resource",
    "production: [billing-east]",
    "production: [biling-east]",
    /declares no resource "biling-east"/,
  ],
  [
    "a resource that must be well",
    "well: [cluster-north]",
    "well: [cluster-nort]",
    /^24:25 The estate declares no/,
  ],
])("%s", (_what, right, wrong, fault) => {
  const faults = faultsOf((source) => source.replace(right, wrong));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(fault);
});

test("what has not the shape of a plan or of a procedure is left to who reads it", () => {
  expect(faultsOf((source) => source.replace("tiers: { one: { rto: 1h, rpo: 15m } }", "tiers: 3"))).toEqual(
    [],
  );
  expect(faultsOf((source) => source.replace("back: { title: Back,", "back: {"))).toEqual([]);
});
