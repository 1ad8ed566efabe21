import { expect, test } from "vitest";
import { planned, problemsOf } from "../testing/planned.ts";
import { procedureSource, readSource } from "../testing/read-source.ts";
import { resource, smallEstate } from "../testing/small-estate.ts";
import { planProcedure } from "./plan.ts";

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

test("what is in the way is told at the variable or the step, all at once", () => {
  expect(problemsOf(round, hosts)).toEqual(['hosts: "hosts" has no value.']);
  expect(problemsOf(round, hosts, { hosts: ["tower-a", "nobody", "shop"], more: 1 })).toEqual([
    'more: The procedure has no variable "more".',
    'hosts: There is no resource "nobody".',
    "hosts: shop is none of those that fit here.",
  ]);
  expect(
    problemsOf(round, "hosts: { type: resources, kinds: [host], site: nowhere }", { hosts: "all" }),
  ).toEqual(['hosts: No resource fits "hosts".']);
  expect(problemsOf(round, hosts, { hosts: "tower-a" })).toEqual([
    'hosts: "hosts" does not take this value.',
  ]);
  expect(
    problemsOf(
      `
- { id: a, action: ssh.reboot, on: nobody }
- { id: b, action: ssh.reboot, on: shop }
- { id: c, action: ssh.run-command, on: tower-a, input: { command: "\${words}" } }
- { id: d, when: 'fact("nobody", "health") == "ok"', wait: { for: 1s } }
`,
      "words: { type: text }",
      { words: "" },
    ),
  ).toEqual([
    'a: There is no resource "nobody".',
    'b: shop has no action "ssh.reboot".',
    'c: "ssh.run-command" does not take this input: command.',
    'd: There is no resource "nobody".',
  ]);
});

test("a definition that was not checked still ends in problems", () => {
  const within = (id: string) => ({ ...empty, steps: [{ id: "s", procedure: id }] });
  const empty = { title: "T", variables: {}, parallel: 8, steps: [] };
  const messagesOf = (procedures: Parameters<typeof smallEstate>[0]) => {
    const result = planProcedure("p", {}, smallEstate(procedures));
    return result.ok ? [] : result.problems.map(({ message }) => message.en);
  };
  expect(messagesOf({ p: within("p") })).toEqual(['The procedure "p" is a part of itself.']);
  expect(messagesOf({ p: within("q"), q: within("r"), r: within("q") })).toEqual([
    'The procedure "q" is a part of itself.',
  ]);
  expect(messagesOf({ p: within("q"), q: within("p") })).toEqual(['The procedure "q" is a part of itself.']);
  expect(messagesOf({ p: within("none") })).toEqual(['There is no procedure "none".']);
  expect(messagesOf({})).toEqual(['There is no procedure "p".']);
  const again = { id: "s", action: "ssh.reboot", on: "tower-a", retry: { times: 2, delay: "1s" } };
  expect(messagesOf({ p: { ...empty, steps: [again] } })).toEqual([
    '"ssh.reboot" takes effect once and is never sent again by itself.',
  ]);
  const undo = { id: "s", action: "ssh.reboot", on: "tower-a", compensate: { undo: true as const } };
  expect(messagesOf({ p: { ...empty, steps: [undo] } })).toEqual([
    '"ssh.reboot" cannot be undone on Tower A.',
  ]);
  const ring = [
    { id: "a", needs: ["b"], wait: { for: "1s" } },
    { id: "b", needs: ["a"], wait: { for: "1s" } },
  ];
  expect(messagesOf({ p: { ...empty, steps: ring } })).toEqual(["The steps wait for each other."]);
  expect(messagesOf({ p: { ...empty, steps: [{ id: "a", when: "((", wait: { for: "1s" } }] } })).toEqual([
    "The condition ends too early.",
  ]);
});

test("a plan without end is refused", () => {
  const many = Array.from({ length: 300 }, (_, index) => resource(`h-${index}`));
  const { procedures } = readSource(
    procedureSource(`
- id: outer
  forEach:
    in: { kinds: [host] }
    as: one
    steps:
      - id: inner
        forEach: { in: { kinds: [host] }, as: other, steps: [{ id: rest, wait: { for: 1s } }] }
`),
  );
  const result = planProcedure("p", {}, smallEstate(procedures, many));
  expect(result.ok ? [] : result.problems.map(({ message }) => message.en)).toEqual([
    "The plan would have more than 20000 steps.",
  ]);
});

test("a gate for two people makes no plan where only one can be told from others", () => {
  const steps = "- { id: go, gate: { text: Go on?, approvers: 2 } }";
  const { parts, result } = planned(steps);
  expect(result.ok).toBe(true);
  const alone = planProcedure("p", {}, { ...parts, secondPerson: false });
  expect(alone.ok ? [] : alone.problems.map(({ at, message }) => [at, message.en])).toEqual([
    [{ kind: "step", id: "go" }, expect.stringContaining("the approval of a second person")],
  ]);
});
