import { expect, test } from "vitest";
import { catalogueOf } from "./catalogue.ts";
import { checkProcedureFiles } from "./read.ts";
import { faultsOf, procedureSource, readSource } from "./testing/read-source.ts";
import { smallCatalogue } from "./testing/small-estate.ts";

const towers = "towers: { type: resources, kinds: [host] }";
const tower = "tower: { type: resource, kinds: [host] }";

test("a procedure with a step of every kind is without fault", () => {
  expect(
    faultsOf(
      `
- id: ask
  gate: { text: { en: "Go on with \${level}?", fr: "Continuer avec \${level} ?" }, approvers: 2, expires: 2h }
- id: each
  needs: [ask]
  when: level != "none" and not (rest < 10s or amount >= 3)
  forEach:
    in: { kinds: [host], site: "\${site}" }
    as: host
    parallel: 4
    steps:
      - id: cordon
        action: lab.cordon
        on: \${host}
        retry: { times: 3, delay: 5s }
        compensate: { undo: true }
      - id: reboot
        when: fact(host, "reboot.needed") == true or steps.ask.outcome == "skipped"
        action: ssh.reboot
        on: \${host}
        timeout: 30m
        compensate: { action: ssh.run-command, input: { command: "echo \${host.name}" } }
      - { id: up, wait: { until: { resource: "\${host}", fact: power.state, is: "on" } } }
- { id: pause, needs: [], wait: { for: "\${rest}" } }
- { id: scale, action: lab.scale, on: shop, input: { replicas: "\${amount}" } }
`,
      `
level: { type: choice, choices: [{ value: none }, { value: all }], default: all }
site: { type: text, least: 1, most: 40 }
rest: { type: duration, default: 30s }
amount: { type: number, least: 0, most: 5 }
`,
    ),
  ).toEqual([]);
});

const shape: [string, string, string][] = [
  [
    "no kind of step",
    "- { id: a }",
    '6:7 The step "a" does nothing. (expected one of action, wait, gate, forEach, procedure)',
  ],
  [
    "two kinds at once",
    "- { id: a, wait: { for: 1s }, gate: { text: Go } }",
    '6:35 The step "a" is a wait and a gate at once. (expected two steps)',
  ],
  [
    "a key of another kind",
    "- { id: a, wait: { for: 1s }, retry: { times: 2 } }",
    '6:35 "retry" says something about an action, and the step has none. (expected "action")',
  ],
  [
    "a mistyped key inside a forEach",
    `- id: a\n  forEach: { in: "\${towers}", as: one, steps: [{ id: b, wiat: { for: 1s } }] }`,
    '7:61 The key "wiat" is not known here. (expected one of id, title, phase, application, pointOfNoReturn, needs, when, timeout, action, on, input, optional, …; did you mean "wait"?)',
  ],
  [
    "the same id twice, one inside",
    `- { id: a, wait: { for: 1s } }\n- id: b\n  forEach: { in: "\${towers}", as: one, steps: [{ id: a, wait: { for: 1s } }] }`,
    '8:58 The step "a" is already defined on line 6. (expected an id of its own)',
  ],
  [
    "an unknown need",
    "- { id: first, wait: { for: 1s } }\n- { id: b, needs: [frist], wait: { for: 1s } }",
    '7:24 "frist" is not a step of the same list. (expected the id of a step beside this one; did you mean "first"?)',
  ],
  [
    "a cycle, named step by step",
    "- { id: a, needs: [c], wait: { for: 1s } }\n- { id: b, wait: { for: 1s } }\n- { id: c, wait: { for: 1s } }",
    "6:23 The steps wait for each other: a needs c, which needs b, which needs a. (expected needs that end at a step with none)",
  ],
  [
    "a condition that is never true",
    `- { id: a, when: "1 > 2 and false", wait: { for: 1s } }`,
    '6:22 The condition "1 > 2 and false" is never true, so that the step is never reached. (expected a condition that can be true)',
  ],
  [
    "a step that needs one that never runs",
    "- { id: a, when: 1 == 2, wait: { for: 1s } }\n- { id: b, needs: [a], wait: { for: 1s } }",
    '7:24 The step "b" is never reached: it needs "a", which never runs. (expected a step that can run)',
  ],
];
test.each(shape)("%s", (_, steps, expected) => {
  expect(faultsOf(steps, towers).join("\n")).toContain(expected);
});

const others: [string, string, string][] = [
  [
    "a wait for two things",
    `- { id: a, wait: { for: 1s, until: { resource: x, fact: health, is: ok } } }`,
    'A wait is either for a time or until something is so. (expected "for" or "until")',
  ],
  [
    "a wait that outlives its step",
    "- { id: a, timeout: 5m, wait: { for: 10m } }",
    "The step is over its time before the wait ends. (expected less than 5m)",
  ],
  [
    "no time at all",
    "- { id: a, timeout: 0s, wait: { for: 0s } }",
    "With no time at all, the step can only fail. (expected a duration above zero)",
  ],
  [
    "an unknown fact",
    "- { id: a, wait: { until: { resource: x, fact: power.stat, is: 1 } } }",
    'No system reads a fact "power.stat". (expected the key of a fact; did you mean "power.state"?)',
  ],
  [
    "a word that a fact never is",
    "- { id: a, wait: { until: { resource: x, fact: health, is: fine } } }",
    '"health" is never "fine". (expected one of critical, unknown, warning, ok)',
  ],
  [
    "no comparison",
    "- { id: a, wait: { until: { resource: x, fact: health } } }",
    "The wait compares the fact in one way. (expected one of is, not, atLeast, atMost, read, changed)",
  ],
  [
    "a query without limits",
    "- { id: a, forEach: { in: {}, as: one, steps: [{ id: b, wait: { for: 1s } }] } }",
    "An empty query would take every resource of the estate. (expected what narrows it: kinds, site, environment …)",
  ],
  [
    "one resource where several are",
    `- { id: a, forEach: { in: "\${tower}", as: one, steps: [{ id: b, wait: { for: 1s } }] } }`,
    '"tower" is a resource; here stands a list of resources. (expected a list of resources)',
  ],
  [
    "a name that is taken",
    `- { id: a, forEach: { in: { kinds: [vm] }, as: tower, steps: [{ id: b, wait: { for: 1s } }] } }`,
    '"tower" is already the name of something else here. (expected a name of its own)',
  ],
  [
    "a name that means something else",
    `- { id: a, forEach: { in: { kinds: [vm] }, as: steps, steps: [{ id: b, wait: { for: 1s } }] } }`,
    '"steps" means something else in conditions and cannot be a name. (expected another name)',
  ],
  [
    "an item outside of its forEach",
    `- { id: a, forEach: { in: { kinds: [vm] }, as: one, steps: [{ id: b, wait: { for: 1s } }] } }\n- { id: c, gate: { text: "\${one.name}" } }`,
    'No variable is called "one".',
  ],
  [
    "the outcome of a step beside",
    `- { id: a, needs: [], wait: { for: 1s } }\n- { id: b, needs: [], when: steps.a.outcome == "skipped", wait: { for: 1s } }`,
    'At character 1: The step "a" is not sure to have ended before this one.',
  ],
  [
    "a condition with a slip",
    `- { id: a, when: 'fact(tower, "health") = "ok"', wait: { for: 1s } }`,
    'At character 23: This character has no meaning in a condition. (expected "==")',
  ],
];
test.each(others)("%s", (_, steps, expected) => {
  expect(faultsOf(steps, tower).map((fault) => fault.replace(/^\S+ /, ""))).toContain(expected);
});

const variables: [string, string, string][] = [
  [
    "a secret",
    "a: { type: secret }",
    'The value of "type" is not valid. (expected one of text, number, boolean, duration, choice, resource, resources)',
  ],
  [
    "a reserved name",
    "steps: { type: text }",
    '"steps" means something else in conditions and cannot be a name. (expected another name)',
  ],
  [
    "a key of another type",
    "a: { type: text, kinds: [host] }",
    'A variable of type text has no "kinds". (expected "kinds" with the type resource or resources)',
  ],
  [
    "a choice of nothing",
    "a: { type: choice }",
    'A choice needs something to choose from. (expected "choices", each with a "value")',
  ],
  [
    "a choice twice",
    "a: { type: choice, choices: [{ value: x }, { value: x }] }",
    '"x" can be chosen twice. (expected each value once)',
  ],
  [
    "limits the wrong way round",
    "a: { type: number, least: 3, most: 2 }",
    '"most" is less than "least". (expected at least 3)',
  ],
  [
    "a default out of its limits",
    "a: { type: number, least: 3, default: 2 }",
    'The default of "a" is not a value of this variable. (expected at least 3)',
  ],
  [
    "a default that cannot be chosen",
    "a: { type: choice, choices: [{ value: blue }], default: bleu }",
    'The default of "a" is not a value of this variable. (expected one of blue; did you mean "blue"?)',
  ],
  [
    "a default that is no duration",
    "a: { type: duration, default: soon }",
    'The default of "a" is not a value of this variable. (expected a duration such as "15s", "30m" or "4h")',
  ],
  [
    "a default that is twice the same",
    "a: { type: resources, default: [x, x] }",
    'The default of "a" is not a value of this variable. (expected a list of identifiers of resources, each once, or "all")',
  ],
];
test.each(variables)("%s as a variable", (_, source, expected) => {
  expect(
    faultsOf("- { id: s, wait: { for: 1s } }", source).map((fault) => fault.replace(/^\S+ /, "")),
  ).toEqual([expected]);
});

test("a procedure inside another gets a value for each of its variables, of its type", () => {
  const { faults } = readSource(`
outer:
  title: Outer
  variables: { words: { type: text } }
  steps:
    - { id: a, procedure: inner, with: { amount: "\${words}", other: 1 } }
    - { id: b, procedure: inner, with: { amount: x } }
    - { id: c, procedure: iner }
    - { id: d, procedure: broken, with: { whatever: 1 } }
inner:
  title: Inner
  variables: { amount: { type: number }, must: { type: boolean } }
  steps: [{ id: s, wait: { for: 1s } }]
broken:
  title: Broken
  steps: []
`);
  expect(faults).toEqual([
    '6:16 The variable "must" of the procedure "inner" gets no value. (expected "must" under "with")',
    '6:50 "words" is text; here stands a number. (expected a number)',
    '6:62 The procedure "inner" has no variable "other". (expected one of its variables)',
    '7:16 The variable "must" of the procedure "inner" gets no value. (expected "must" under "with")',
    '7:50 "amount" does not take this value. (expected a number)',
    '8:27 There is no procedure "iner". (expected the identifier of a procedure; did you mean "inner"?)',
    '16:10 The value of "steps" is not valid. (expected at least 1 item)',
  ]);
});

test("a procedure inside itself is named on its whole way", () => {
  const step = (id: string) => `{ title: T, steps: [{ id: s, procedure: ${id} }] }`;
  const { faults } = readSource(
    `one: ${step("two")}\ntwo: ${step("three")}\nthree: ${step("one")}\nfour: ${step("one")}\nfive: ${step("five")}\n`,
  );
  expect(faults.map((fault) => fault.replace(/ \(expected.*/, ""))).toEqual([
    '1:46 The procedure "one" is a part of itself: one → two → three → one.',
    '2:46 The procedure "two" is a part of itself: two → three → one → two.',
    '3:48 The procedure "three" is a part of itself: three → one → two → three.',
    '5:47 The procedure "five" is a part of itself: five → five.',
  ]);
});

test("a file without YAML, and a procedure in two files", () => {
  const source = procedureSource("- { id: s, wait: { for: 1s } }");
  const { procedures, faults } = checkProcedureFiles([
    { file: "a.yaml", source },
    { file: "b.yaml", source },
    { file: "c.yaml", source: "q:\n\ttitle: x\n" },
  ]);
  expect(faults.map(({ file, line, message }) => [file, line, message.en])).toEqual([
    ["c.yaml", 2, "A tab is used as indentation."],
    ["b.yaml", 1, 'The procedure "p" is already defined in a.yaml.'],
  ]);
  expect(Object.keys(procedures)).toEqual(["p"]);
});

test("without a catalogue, actions are not judged but everything else is", () => {
  const source = procedureSource(`- { id: a, action: any.thing, on: x, input: { y: "\${z}" } }`);
  const without = checkProcedureFiles([{ file: "p.yaml", source }], null);
  expect(without.faults.map(({ message }) => message.fr)).toEqual(["Aucune variable ne s'appelle « z »."]);
  const none = checkProcedureFiles([{ file: "p.yaml", source }], catalogueOf([]));
  expect(none.faults).toHaveLength(2);
});

test("a resource that is named by its identifier is one that the estate declares, of a kind that fits", () => {
  const source = procedureSource(
    `
- { id: a, action: ssh.reboot, on: tower-a }
- { id: b, action: ssh.reboot, on: tower-aa }
- { id: c, action: ssh.reboot, on: atelier, compensate: { action: ssh.reboot, on: nobody } }
- { id: d, wait: { until: { resource: towr-a, fact: health, is: ok } } }
- { id: e, action: kubernetes.cordon, on: cluster/nodes/found-later }
- { id: f, procedure: q, with: { hosts: [tower-a, tower-x] } }
`,
  );
  const other = `q:\n  title: Q\n  variables: { hosts: { type: resources } }\n  steps: [{ id: s, wait: { for: 1s } }]\n`;
  const resources = {
    kinds: new Map([
      ["tower-a", ["host" as const]],
      ["atelier", ["site" as const]],
    ]),
    mayBeFound: (id: string) => id.startsWith("cluster/"),
  };
  const { faults } = checkProcedureFiles(
    [{ file: "p.yaml", source: source + other }],
    smallCatalogue,
    resources,
  );
  const said = faults.map(({ line, column, message, nearMiss }) => [
    `${line}:${column}`,
    message.en,
    nearMiss,
  ]);
  expect(said).toEqual([
    ["5:40", 'The estate declares no resource "tower-aa".', "tower-a"],
    ["6:40", '"ssh.reboot" cannot be done on atelier, which is site.', null],
    ["6:87", 'The estate declares no resource "nobody".', null],
    ["7:43", 'The estate declares no resource "towr-a".', "tower-a"],
    ["9:55", 'The estate declares no resource "tower-x".', "tower-a"],
  ]);
  const unknown = checkProcedureFiles([{ file: "p.yaml", source: source + other }], smallCatalogue);
  expect(unknown.faults).toEqual([]);
});
