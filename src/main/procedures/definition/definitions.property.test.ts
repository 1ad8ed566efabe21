import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { type Plan, planSchema } from "../../../shared/plan.ts";
import { procedureSchema, type VariableValue } from "../../../shared/procedure.ts";
import { expandForEach, planProcedure } from "./planning/plan.ts";
import { checkProcedureFiles } from "./read.ts";
import { smallCatalogue, smallEstate } from "./testing/small-estate.ts";

type Data = Record<string, unknown>;

/** Steps as they could be written, and with `slips` among them what fits nowhere. `of` are names of one resource. */
function leaves(slips: boolean, of: string[]): fc.Arbitrary<Data> {
  const among = <Kind>(good: Kind[], bad: Kind[]): fc.Arbitrary<Kind> =>
    fc.constantFrom(...good, ...(slips ? bad : []));
  const on = among([...of.map((name) => `\${${name}}`), "tower-a"], [`\${hosts}`, "nobody", `\${`]);
  const words = among(
    ["Go", `\${amount} of \${${of[0]}.name}`],
    [`\${steps.s0.outcome}`, `\${none}`, `\${host}`],
  );
  const condition = among(
    ["go", "not go", `fact(${of[0]}, "health") == "ok"`, "go and amount > 2"],
    ["false", 'steps.s0.outcome == "verified"', "amount", "(("],
  );
  const action = among<Data>(
    [
      { action: "ssh.reboot" },
      { action: "lab.cordon", retry: { times: 2 }, compensate: { undo: true } },
      {
        action: "ssh.run-command",
        input: { command: `echo \${amount}` },
        compensate: { action: "lab.cordon" },
      },
    ],
    [
      { action: "lab.scale", input: { replicas: `\${amount}` } },
      { action: "lab.nothing" },
      { action: "ssh.reboot", retry: { times: 3, delay: "1s" } },
      { action: "ssh.reboot", input: { command: 1 }, compensate: {} },
    ],
  );
  const kind: fc.Arbitrary<Data> = fc.oneof(
    fc.tuple(action, on).map(([what, where]) => ({ ...what, on: where })),
    among([{ wait: { for: "1s" } }, { wait: { for: `\${rest}` } }], [{ wait: { for: `\${amount}` } }]),
    on.map((where) => ({ wait: { until: { resource: where, fact: "health", is: "ok" } } })),
    words.map((text) => ({ gate: { text } })),
    among<Data>(
      [{ procedure: "q" }, { procedure: "q", with: { some: `\${hosts}` } }],
      [{ procedure: "p" }, { procedure: "q", with: { some: 1 } }, { procedure: "none" }],
    ),
  );
  const extra = fc.record(
    {
      title: words,
      when: condition,
      timeout: among(["1m", "2h"], ["never"]),
      back: fc.uniqueArray(fc.integer({ min: slips ? -1 : 1, max: 3 }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  return fc.tuple(kind, extra).map(([one, more]) => ({ ...more, ...one }));
}

function loops(slips: boolean): fc.Arbitrary<Data> {
  const queries: unknown[] = [
    { kinds: ["host"] },
    { site: "atelier", action: "ssh.reboot" },
    { health: ["ok"], text: "tower", kinds: ["host"] },
  ];
  return fc
    .record({
      in: fc.constantFrom(`\${hosts}`, ...queries, ...(slips ? [`\${host}`, {}] : [])),
      as: fc.constantFrom("one", ...(slips ? ["host"] : [])),
      parallel: fc.constantFrom(1, 3),
      steps: fc.array(leaves(slips, ["one", "host"]), { minLength: 1, maxLength: 3 }),
    })
    .map((forEach) => ({ forEach }));
}

/** Gives steps identifiers in their order, and makes needs of how far back each looks. */
function named(steps: Data[], prefix = "s"): Data[] {
  return steps.map((step, index) => {
    const { back, forEach, ...rest } = step as Data & { back?: number[]; forEach?: Data & { steps: Data[] } };
    const needs = back?.map((far) => index - far).filter((at) => at >= 0);
    const id = `${prefix}${index}`;
    return {
      id,
      ...rest,
      ...(needs ? { needs: needs.map((at) => `${prefix}${at}`) } : {}),
      ...(forEach ? { forEach: { ...forEach, steps: named(forEach.steps, `${id}x`) } } : {}),
    };
  });
}

const variables = {
  host: { type: "resource", kinds: ["host"], default: "tower-b" },
  hosts: { type: "resources", kinds: ["host"], default: "all" },
  amount: { type: "number", default: 3 },
  rest: { type: "duration", default: "1m" },
  go: { type: "boolean", default: true },
};
const inner = {
  title: "Inner",
  variables: { some: { type: "resources", default: ["tower-a"] } },
  steps: [
    {
      id: "s",
      forEach: { in: `\${some}`, as: "one", steps: [{ id: "t", action: "lab.cordon", on: `\${one}` }] },
    },
  ],
};
const definitions = fc
  .constantFrom(false, false, true)
  .chain((slips) =>
    fc
      .array(
        fc.oneof({ weight: 3, arbitrary: leaves(slips, ["host"]) }, { weight: 1, arbitrary: loops(slips) }),
        { minLength: 1, maxLength: 5 },
      )
      .map((steps) => ({ p: { title: "P", variables, steps: named(steps) }, q: inner })),
  );

function read(procedures: Data) {
  return checkProcedureFiles([{ file: "p.yaml", source: stringify(procedures) }], smallCatalogue);
}

/** That a run of the plan can reach every node: each names only nodes before it, and containers hold what is in them. */
function expectOrdered(plan: Plan): void {
  const before = new Set<string>();
  const open = new Map<string, string | null>();
  for (const node of plan.nodes) {
    expect(before.has(node.id), node.id).toBe(false);
    for (const id of [...node.needs, ...node.after]) {
      expect(before.has(id), `${node.id} before ${id}`).toBe(true);
      expect(open.get(id)).toBe(node.parent);
    }
    if (node.parent !== null) expect(before.has(node.parent)).toBe(true);
    before.add(node.id);
    open.set(node.id, node.parent);
  }
}

test("whatever is written, checking it ends with faults or a plan that can be run", () => {
  const seen = { sound: 0, planned: 0, again: 0 };
  fc.assert(
    fc.property(definitions, fc.boolean(), (source, go) => {
      const { procedures, faults } = read(source);
      for (const fault of faults) expect(fault.line).toBeGreaterThan(0);
      if (faults.length > 0) return;
      seen.sound += 1;
      const parts = smallEstate(procedures);
      const result = planProcedure("p", { go }, parts);
      if (!result.ok) {
        expect(result.problems.length).toBeGreaterThan(0);
        return;
      }
      seen.planned += 1;
      const { plan } = result;
      expect(isDeepStrictEqual(planSchema.parse(JSON.parse(JSON.stringify(plan))), plan)).toBe(true);
      expectOrdered(plan);
      expect(isDeepStrictEqual(planProcedure("p", { go }, parts), result)).toBe(true);
      for (const node of plan.nodes) {
        if (node.kind !== "forEach" || !node.forEach.dynamic) continue;
        const below = plan.nodes.filter(({ id }) => id.startsWith(`${node.id}[`));
        const expanded = expandForEach(plan, node, parts);
        expect(expanded.ok && isDeepStrictEqual(expanded.nodes, below)).toBe(true);
        seen.again += 1;
      }
    }),
    { numRuns: 300, seed: 20 },
  );
  expect(seen.sound).toBeGreaterThan(100);
  expect(seen.planned).toBeGreaterThan(100);
  expect(seen.again).toBeGreaterThan(20);
});

test("a file that is broken anywhere is faults with places, never an exception", () => {
  const whole = stringify({
    p: { title: "P", variables, steps: inner.steps.map((step) => ({ ...step })) },
    q: inner,
  });
  const slip = fc.tuple(
    fc.nat(whole.length),
    fc.nat(6),
    fc.constantFrom("", "\t", "{", "[", "${", ": ", "- ", "&a ", "*a", "null", "\u0000", "é"),
  );
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 3 }), (slips) => {
      let source = whole;
      for (const [at, length, instead] of slips)
        source = source.slice(0, at) + instead + source.slice(at + length);
      const { faults } = checkProcedureFiles([{ file: "p.yaml", source }], smallCatalogue);
      const lines = source.split("\n").length;
      for (const { line, column, message } of faults) {
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(lines);
        expect(column).toBeGreaterThan(0);
        expect(message.en && message.fr).not.toBe("");
      }
    }),
    { numRuns: 200 },
  );
});

test("whatever values are given, there is a plan or a reason at the variable", () => {
  const value = fc.oneof(
    fc.constantFrom<VariableValue>("tower-a", "all", "15m", ["tower-a"], ["tower-a", "tower-a"], [], true, 3),
    fc.string({ maxLength: 6 }),
    fc.double(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
  );
  const given = fc.dictionary(fc.constantFrom(...Object.keys(variables), "some", "constructor", ""), value, {
    maxKeys: 4,
  });
  const some = { type: "resources", kinds: ["host"], default: "all" };
  const q = procedureSchema.parse({ ...inner, variables: { ...variables, some } });
  fc.assert(
    fc.property(given, (values) => {
      const result = planProcedure("q", values, smallEstate({ q }));
      if (result.ok) {
        for (const [name, one] of Object.entries(values)) {
          if (one !== "all") expect(result.plan.variables[name]).toEqual(one);
        }
        return;
      }
      for (const { at } of result.problems) {
        expect(at.kind).toBe("variable");
        expect(at.kind === "variable" && Object.hasOwn(values, at.name)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
