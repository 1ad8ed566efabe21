import { expect, test } from "vitest";
import { planSchema } from "../../../../shared/plan.ts";
import { planned, planOf, problemsOf } from "../testing/planned.ts";
import { readSource } from "../testing/read-source.ts";
import { resource, smallEstate } from "../testing/small-estate.ts";
import { expandForEach, planning, planProcedure } from "./plan.ts";
import { inSlices } from "./slices.ts";

const round = `
- id: round
  forEach:
    in: \${hosts}
    as: host
    steps:
      - { id: reboot, action: ssh.reboot, on: "\${host}", timeout: 20m }
      - { id: well, wait: { until: { resource: "\${host}", fact: health, is: ok } } }
- { id: done, gate: { text: All are back } }
`;
const hosts = "hosts: { type: resources, kinds: [host, vm], action: ssh.reboot }";

test("a plan that is made in slices is the same, and others have their turn between its items", async () => {
  const { parts, result } = planned(round, hosts, { hosts: ["tower-b", "tower-a"] });
  let turns = 0;
  const breathe = () => {
    turns += 1;
    return Promise.resolve();
  };
  const given = { hosts: ["tower-b", "tower-a"] };
  expect(await inSlices(planning("p", given, parts), breathe)).toEqual(result);
  expect(turns).toBeGreaterThanOrEqual(2);
  const ended = () => Promise.reject(new Error("ended"));
  await expect(inSlices(planning("p", given, parts), ended)).rejects.toThrow("ended");
});

test("a forEach is written out item by item, one after the other", () => {
  const plan = planOf(round, hosts, { hosts: ["tower-b", "tower-a"] });
  expect(plan.nodes.map(({ id, needs, after, parent }) => [id, needs, after, parent])).toEqual([
    ["round", [], [], null],
    ["round[tower-b]/reboot", [], [], "round"],
    ["round[tower-b]/well", [], ["round[tower-b]/reboot"], "round"],
    ["round[tower-a]/reboot", [], ["round[tower-b]/well"], "round"],
    ["round[tower-a]/well", [], ["round[tower-a]/reboot"], "round"],
    ["done", [], ["round"], null],
  ]);
  expect(plan.nodes[1]).toMatchObject({
    kind: "action",
    step: "round/reboot",
    item: "tower-b",
    timeout: 1_200_000,
    title: { en: "ssh.reboot: Tower B" },
    action: { id: "ssh.reboot", target: { id: "tower-b", name: "Tower B" }, effect: "once", late: false },
  });
  expect(plan.nodes[0]).toMatchObject({ forEach: { parallel: 1, dynamic: null } });
  expect(plan.definitions).toEqual({});
});

test("several at a time are not chained; the engine counts them", () => {
  const plan = planOf(round.replace("as: host", "as: host\n    parallel: 2"), hosts, { hosts: "all" });
  expect(plan.variables.hosts).toEqual(["tower-a", "tower-b", "tower-c", "web-1"]);
  expect(plan.nodes.filter(({ id }) => id.endsWith("/reboot")).every(({ after }) => after.length === 0)).toBe(
    true,
  );
});

test("the same values give the same hash, others another", () => {
  const one = planOf(round, hosts, { hosts: ["tower-a"] });
  expect(planOf(round, hosts, { hosts: ["tower-a"] }).hash).toBe(one.hash);
  expect(planOf(round, hosts, { hosts: ["tower-b"] }).hash).not.toBe(one.hash);
  expect(one.hash).toMatch(/^[0-9a-f]{64}$/);
});

test("a query is marked and can be asked again, with steps and names as they were", () => {
  const { parts, result } = planned(
    `
- { id: check, action: lab.cordon, on: tower-a }
- id: each
  forEach:
    in: { kinds: [host], site: "\${where}" }
    as: host
    parallel: 3
    steps:
      - id: reboot
        when: steps.check.outcome == "verified"
        action: ssh.run-command
        on: \${host}
        input: { command: "echo \${host.name} at \${where} $\${HOME}" }
`,
    "where: { type: text, default: atelier }",
  );
  if (!result.ok) throw new Error("no plan");
  const { plan } = result;
  const each = plan.nodes.find(({ id }) => id === "each");
  if (each?.kind !== "forEach") throw new Error("no forEach");
  expect(each.forEach.dynamic).toMatchObject({ query: { kinds: ["host"], site: "atelier" }, procedure: "p" });
  expect(plan.definitions).toHaveProperty("p");
  expect(expandForEach(plan, each, parts)).toEqual({
    ok: true,
    items: [
      { id: "tower-a", name: "Tower A" },
      { id: "tower-b", name: "Tower B" },
    ],
    nodes: plan.nodes.filter(({ parent }) => parent === "each"),
    leftOut: [],
  });
  const later = smallEstate({}, [resource("tower-z", { name: "Tower Z" })]);
  const expanded = expandForEach(plan, each, later);
  expect(expanded).toMatchObject({
    ok: true,
    nodes: [
      {
        id: "each[tower-z]/reboot",
        action: { input: { command: `echo Tower Z at atelier \${HOME}` } },
        when: { value: null, condition: { kind: "compare", left: { kind: "outcome", node: "check" } } },
      },
    ],
  });
});

test("a step whose condition is false is left out, and so is what needs it; what only follows goes on", () => {
  const steps = `
- { id: first, wait: { for: 1s } }
- id: maybe
  when: go and fact(tower, "health") == "ok"
  wait: { for: 2s }
- { id: behind, needs: [maybe], wait: { for: 3s } }
- { id: last, wait: { for: 4s } }
- { id: tells, when: steps.maybe.outcome == "skipped", wait: { for: 5s } }
`;
  const variables = "go: { type: boolean }\ntower: { type: resource, default: tower-a }";
  const without = planOf(steps, variables, { go: false });
  expect(without.nodes.map(({ id, after }) => [id, after])).toEqual([
    ["first", []],
    ["last", ["first"]],
    ["tells", ["last"]],
  ]);
  expect(without.leftOut.map(({ id, because }) => [id, because.en])).toEqual([
    ["maybe", 'Its condition is false: go and fact(tower, "health") == "ok".'],
    ["behind", 'It needs the step "maybe", which is left out.'],
  ]);
  expect(without.nodes.find(({ id }) => id === "tells")?.when?.value).toBe(true);
  const along = planOf(steps, variables, { go: true });
  expect(along.nodes.map(({ id, needs, after, when }) => [id, needs, after, when?.value])).toEqual([
    ["first", [], [], undefined],
    ["maybe", [], ["first"], null],
    ["behind", ["maybe"], [], undefined],
    ["last", [], ["behind"], undefined],
    ["tells", [], ["last"], null],
  ]);
});

test("what is only known while it runs stays in the input, ready to be filled", () => {
  const plan = planOf(`
- { id: check, wait: { for: 1s } }
- id: tell
  action: ssh.run-command
  on: tower-a
  input: { command: "echo \${steps.check.outcome} $\${HOME}" }
`);
  expect(plan.nodes[1]).toMatchObject({
    action: { late: true, input: { command: `echo \${steps.check.outcome} $\${HOME}` } },
  });
});

test("a sub-procedure is a node with its own nodes inside", () => {
  const { procedures, faults } = readSource(`
outer:
  title: Outer
  variables:
    towers: { type: resources, kinds: [host] }
    rest: { type: duration, default: 20m }
  steps:
    - { id: before, wait: { for: 1s } }
    - { id: inside, procedure: inner, with: { some: "\${towers}", pause: "\${rest}" } }
    - { id: behind, wait: { for: 1s } }
inner:
  title: { en: Inner, fr: Dedans }
  parallel: 3
  variables:
    some: { type: resources }
    pause: { type: duration }
  steps:
    - id: each
      forEach: { in: "\${some}", as: one, steps: [{ id: rest, wait: { for: "\${pause}" } }] }
`);
  expect(faults).toEqual([]);
  const result = planProcedure("outer", { towers: ["tower-c"] }, smallEstate(procedures));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(result.plan.nodes.map(({ id, kind, parent, after }) => [id, kind, parent, after])).toEqual([
    ["before", "wait", null, []],
    ["inside", "procedure", null, ["before"]],
    ["inside/each", "forEach", "inside", []],
    ["inside/each[tower-c]/rest", "wait", "inside/each", []],
    ["behind", "wait", null, ["inside"]],
  ]);
  expect(result.plan.nodes[1]).toMatchObject({ procedure: "inner", parallel: 3, title: { fr: "Dedans" } });
  expect(result.plan.nodes[3]).toMatchObject({
    step: "inside/each/rest",
    wait: { kind: "for", milliseconds: 1_200_000 },
  });
});

test("a duration is milliseconds by itself, words among words, and the same in a sub-procedure", () => {
  const plan = planOf(
    `
- { id: rest, wait: { for: "\${pause}" } }
- { id: tell, action: ssh.run-command, on: tower-a, input: { command: "sleep \${pause}" } }
- { id: up, wait: { until: { resource: tower-a, fact: os.bootId, not: "\${old}" } } }
`,
    "pause: { type: duration, default: 20m }\nold: { type: text, default: b1 }",
  );
  expect(plan.nodes).toMatchObject([
    { title: { en: "Wait 20m", fr: "Attendre 20m" }, wait: { milliseconds: 1_200_000 } },
    { action: { input: { command: "sleep 20m" } } },
    {
      title: { en: "Wait for Tower A: Boot identifier", fr: "Attendre Tower A : Identifiant de démarrage" },
      wait: { kind: "until", comparison: "not", value: "b1" },
    },
  ]);
});

test("compensations are planned with the step that they make up for", () => {
  const plan = planOf(`
- { id: cordon, action: lab.cordon, on: tower-a, retry: { times: 3 }, compensate: { undo: true } }
- { id: start, action: amt.power-on, on: tower-a, compensate: { action: ssh.run-command, input: { command: halt } } }
`);
  expect(plan.nodes).toMatchObject([
    {
      retry: { times: 3, delay: 10_000 },
      compensate: { kind: "undo", text: { en: "It is taken back." } },
    },
    {
      retry: null,
      compensate: { kind: "action", action: { id: "ssh.run-command", target: { id: "tower-a" } } },
    },
  ]);
});

test("an optional step is left out where nothing offers its action there, and says so", () => {
  const variables = "one: { type: resource }";
  const steps = `
- { id: before, gate: { text: Go on? } }
- { id: silence, action: alerts.silence, on: "\${one}", optional: true, compensate: { action: alerts.sound } }
- { id: cordon, action: lab.cordon, on: "\${one}", optional: true }`;
  const plan = planOf(steps, variables, { one: "tower-a" });
  expect(plan.nodes.map(({ id, after }) => [id, after])).toEqual([
    ["before", []],
    ["cordon", ["before"]],
  ]);
  expect(plan.leftOut).toMatchObject([
    { id: "silence", because: { en: "No system of this estate offers alerts.silence on Tower A." } },
  ]);
});

test("a wait for a change is for anything but what is known when the plan is made", () => {
  const steps = `- { id: boot, wait: { until: { resource: "\${one}", fact: os.bootId, changed: true } } }`;
  const variables = "one: { type: resource }";
  const plan = planOf(steps, variables, { one: "cluster/nodes/one" });
  expect(plan.nodes[0]).toMatchObject({ wait: { comparison: "not", value: "boot-1" } });
  expect(problemsOf(steps, variables, { one: "tower-a" })).toEqual([
    expect.stringContaining("boot: It is not known what"),
  ]);
});

test("a step has the phase of the step before it, and what is inside a step has that step's", () => {
  const source = `p:
  title: Procedure
  phases: [{ id: stop, title: Stop }, { id: restore, title: { en: Restore, fr: Restaurer } }]
  steps:
    - { id: before, wait: { for: 1s } }
    - { id: halt, phase: stop, wait: { for: 1s } }
    - { id: also, wait: { for: 1s } }
    - id: apps
      phase: restore
      application: billing
      forEach:
        in: { kinds: [host], site: atelier }
        as: host
        steps:
          - { id: one, wait: { for: 1s } }
          - { id: other, application: portal, wait: { for: 1s } }
    - { id: inner, procedure: q }
    - { id: flip, phase: stop, pointOfNoReturn: true, wait: { for: 1s } }
    - { id: confirm, gate: { text: Confirm, shows: [data-loss], commit: true } }
q:
  title: Other
  phases: [{ id: theirs, title: Theirs }]
  steps: [{ id: x, phase: theirs, wait: { for: 1s } }]
`;
  const { procedures, faults } = readSource(source);
  expect(faults).toEqual([]);
  const parts = smallEstate(procedures);
  const result = planProcedure("p", {}, parts);
  if (!result.ok) throw new Error("no plan");
  const { plan } = result;
  expect(planSchema.parse(plan)).toEqual(plan);
  expect(plan.phases).toEqual([
    { id: "stop", title: { en: "Stop", fr: "Stop" } },
    { id: "restore", title: { en: "Restore", fr: "Restaurer" } },
  ]);
  const found = Object.fromEntries(
    plan.nodes.map(({ step, phase, application }) => [step, [phase, application]]),
  );
  expect(found).toEqual({
    before: [undefined, undefined],
    halt: ["stop", undefined],
    also: ["stop", undefined],
    apps: ["restore", "billing"],
    "apps/one": ["restore", "billing"],
    "apps/other": ["restore", "portal"],
    inner: ["restore", undefined],
    "inner/x": ["restore", undefined],
    flip: ["stop", undefined],
    confirm: ["stop", undefined],
  });
  expect(plan.nodes.filter((node) => node.pointOfNoReturn).map(({ id }) => id)).toEqual(["flip"]);
  expect(plan.nodes.at(-1)).toMatchObject({ gate: { shows: ["data-loss"], commit: true } });
  const loop = plan.nodes.find(({ id }) => id === "apps");
  if (loop?.kind !== "forEach") throw new Error("no loop");
  const anew = expandForEach(plan, loop, parts);
  expect(anew.ok && anew.nodes).toEqual(plan.nodes.filter(({ parent }) => parent === "apps"));
});
