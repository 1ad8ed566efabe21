import { expect, test } from "vitest";
import { faultsOf } from "./testing/read-source.ts";

const tower = "tower: { type: resource, kinds: [host] }";

const actions: [string, string, string][] = [
  [
    "an unknown action",
    "- { id: a, action: ssh.rebot, on: x }",
    'No system of this estate has an action "ssh.rebot". (expected the identifier of an action; did you mean "ssh.reboot"?)',
  ],
  [
    "no resource",
    "- { id: a, action: ssh.reboot }",
    'The step does not say on what. (expected "on" with a resource)',
  ],
  [
    "a retry of what takes effect once",
    "- { id: a, action: ssh.reboot, on: x, retry: { times: 2 } }",
    '"ssh.reboot" takes effect once and is never sent again by itself. (expected no "retry")',
  ],
  [
    "input of a wrong type",
    "- { id: a, action: lab.scale, on: shop, input: { replicas: many } }",
    'The value of "replicas" is not valid. (expected a number)',
  ],
  [
    "input beyond its limits",
    "- { id: a, action: lab.scale, on: shop, input: { replicas: 101 } }",
    'The value of "replicas" is not valid. (expected at most 100)',
  ],
  [
    "input by a variable of a wrong type",
    `- { id: a, action: lab.scale, on: shop, input: { replicas: "\${words}" } }`,
    'The value of "replicas" is not valid. (expected a number)',
  ],
  [
    "an unknown input",
    "- { id: a, action: lab.scale, on: shop, input: { replica: 1 } }",
    'The key "replica" is not known here. (expected replicas; did you mean "replicas"?)',
  ],
  [
    "an unknown variable in the input",
    `- { id: a, action: ssh.run-command, on: x, input: { command: "echo \${word}" } }`,
    'No variable is called "word". (did you mean "words"?)',
  ],
  [
    "a placeholder that is not well formed",
    `- { id: a, action: ssh.run-command, on: x, input: { command: "echo \${" } }`,
    "A placeholder is not well formed here. (expected a dollar sign and a name in braces; two dollar signs where a shell's own variable is meant)",
  ],
  [
    "a resource where words are",
    `- { id: a, action: ssh.run-command, on: x, input: { command: "echo \${tower}" } }`,
    '"tower" is a resource and has no words of its own. (expected its .name or its .id, where it is one)',
  ],
  [
    "words where a resource is",
    `- { id: a, action: ssh.reboot, on: "\${words}" }`,
    '"words" is text; here stands a resource. (expected a resource)',
  ],
  [
    "a placeholder among other words where a resource is",
    `- { id: a, action: ssh.reboot, on: "x-\${words}" }`,
    "A placeholder cannot be a part of the words here. (expected one placeholder and nothing else)",
  ],
  [
    "a resource of a kind that cannot have the action",
    `- { id: a, action: lab.scale, on: "\${tower}", input: { replicas: 1 } }`,
    '"lab.scale" cannot be done on host. (expected one of workload)',
  ],
  [
    "an undo that there is not",
    "- { id: a, action: ssh.reboot, on: x, compensate: { undo: true } }",
    '"ssh.reboot" cannot be undone. (expected another action that makes up for it)',
  ],
  [
    "a compensation of two kinds",
    "- { id: a, action: lab.cordon, on: x, compensate: { undo: true, action: lab.cordon } }",
    'A compensation is either the step\'s own undo or another action. (expected "undo: true" or "action")',
  ],
  [
    "an undo with input",
    "- { id: a, action: lab.cordon, on: x, compensate: { undo: true, input: {} } }",
    'An undo takes no "input". (expected "undo: true" alone)',
  ],
  [
    "an unknown action as compensation",
    "- { id: a, action: lab.cordon, on: x, compensate: { action: lab.uncordon } }",
    'No system of this estate has an action "lab.uncordon". (expected the identifier of an action; did you mean "lab.cordon"?)',
  ],
];
test.each(actions)("%s", (_, steps, expected) => {
  const faults = faultsOf(steps, `${tower}\nwords: { type: text }`);
  expect(faults.map((fault) => fault.replace(/^\S+ /, ""))).toContain(expected);
});
