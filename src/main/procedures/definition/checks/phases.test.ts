import { expect, test } from "vitest";
import { FaultList, formatFault } from "../../../estate/faults.ts";
import { parseSourceFile } from "../../../estate/parse-file.ts";
import { readSource } from "../testing/read-source.ts";
import { smallCatalogue } from "../testing/small-estate.ts";
import { validateProcedures } from "../validate.ts";

/** The faults of procedures in a file whose plans have these applications. */
function faultsOf(source: string, applications: readonly string[] | null = null): string[] {
  const faults = new FaultList();
  const tree = parseSourceFile({ file: "p.yaml", source }, faults);
  if (!tree) throw new Error("the source is no YAML");
  validateProcedures({
    tree,
    path: [],
    catalogue: smallCatalogue,
    resources: null,
    places: null,
    applications,
    others: {},
    faults,
  });
  return faults.list().map((fault) => formatFault(fault).replace("p.yaml:", ""));
}

const head = `p:
  title: Procedure
  phases: [{ id: stop, title: Stop }, { id: restore, title: Restore }]
  steps:
`;

test("phases and applications that are not there are told with a near miss", () => {
  expect(faultsOf(`${head}    - { id: a, phase: stopp, wait: { for: 1s } }\n`)).toEqual([
    '5:23 The procedure has no phase "stopp". (expected one of those under "phases"; did you mean "stop"?)',
  ]);
  const step = "    - { id: a, application: biling, wait: { for: 1s } }\n";
  expect(faultsOf(head + step, ["billing", "portal"])).toEqual([
    '5:29 No PRA plan has an application "biling". (expected an application of a plan under "plans"; did you mean "billing"?)',
  ]);
  expect(faultsOf(head + step, ["biling"])).toEqual([]);
  expect(faultsOf(head + step)).toEqual([]);
});

test("a phase is there once, and steps inside a loop are looked at as well", () => {
  const twice = head.replace("id: restore", "id: stop");
  expect(faultsOf(`${twice}    - { id: a, wait: { for: 1s } }\n`)).toEqual([
    '3:45 The phase "stop" is there twice. (expected an id of its own)',
  ]);
  const loop = `    - id: each
      forEach:
        in: { kinds: [host] }
        as: host
        steps:
          - { id: inner, phase: watch, wait: { for: 1s } }
`;
  expect(faultsOf(head + loop)).toEqual([
    '10:33 The procedure has no phase "watch". (expected one of those under "phases")',
  ]);
});

const point = "pointOfNoReturn: true";

test("one point of no return at most on each way; on ways beside each other each may have one", () => {
  const steps = (second: string) => `    - { id: a, ${point}, wait: { for: 1s } }
    - { id: b, wait: { for: 1s } }
    - { id: c, ${second}${point}, wait: { for: 1s } }
`;
  expect(faultsOf(head + steps(""))).toEqual([
    '7:33 The step "c" comes after "a", which is a point of no return already. (expected one point of no return at most on each way)',
  ]);
  expect(faultsOf(head + steps("needs: [], "))).toEqual([]);
});

test("none in a loop of several items at once, also not by a procedure inside it", () => {
  const loop = (parallel: number, inside: string) => `${head}    - id: each
      forEach:
        in: { kinds: [host] }
        as: host
        parallel: ${parallel}
        steps:
          - { id: inner, ${inside} }
`;
  const own = `${point}, wait: { for: 1s }`;
  expect(faultsOf(loop(2, own))[0]).toMatch(/^11:43 A point of no return inside a loop/);
  expect(faultsOf(loop(1, own))).toEqual([]);
  const other = `q:\n  title: Other\n  steps:\n    - { id: x, ${own} }\n`;
  expect(faultsOf(loop(2, "procedure: q") + other)[0]).toMatch(/^11:37 A point of no return inside a loop/);
  const after = `${head}    - { id: a, procedure: q }\n    - { id: b, ${own} }\n${other}`;
  expect(faultsOf(after)[0]).toMatch(/^6:33 The step "b" comes after "a"/);
});

test("procedures that name each other in a circle do not hang the check", () => {
  const circle = `p: { title: P, steps: [{ id: a, procedure: q }] }\nq: { title: Q, steps: [{ id: b, procedure: p }] }\n`;
  expect(readSource(circle).faults.some((fault) => fault.includes("is a part of itself"))).toBe(true);
});
