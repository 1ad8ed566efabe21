import { expect, test } from "vitest";
import { refusalOf } from "../client/refusal.ts";
import { droppedFields, faultsOf } from "./server-words.ts";
import { readYaml } from "./yaml-text.ts";

const source = `spec:
  replicas: two
  template:
    spec:
      containers:
      - name: api
        env:
        - name: DB_PASSWORD
          value: hunter2
`;
const result = readYaml(source);
if ("faults" in result) throw new Error("no YAML");
const { written } = result;
const told = (status: number, message: string, causes: object[] = []) =>
  faultsOf(
    refusalOf("east", status, { kind: "Status", message, details: { causes } }, undefined),
    written,
  ).map(({ line, text }) => [line, text.en.replace("The API server refuses it: ", "")]);

test.each([
  [
    'strict decoding error: unknown field "spec.template.spec.containers[0].nonsense", duplicate field "spec.replicas"',
    [
      [6, 'unknown field "spec.template.spec.containers[0].nonsense"'],
      [2, 'duplicate field "spec.replicas"'],
    ],
  ],
  [
    "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    [[2, "spec.replicas: string where int32 is expected"]],
  ],
  [
    'cannot be handled as a Deployment: v1.Deployment.Spec: v1.DeploymentSpec.Template: v1.PodTemplateSpec.Spec: v1.PodSpec.RestartPolicy: Containers: []v1.Container: v1.Container.Image: Env: []v1.EnvVar: v1.EnvVar.Value: ReadString: expects " or n, but found 1, error found in #10 byte of ...|"value":1}|..., bigger context ...|"DB_PASSWORD","value":"hunter2"|...',
    [[9, "spec.template.spec.containers.env.value: a value of another type is expected"]],
  ],
  ["the body is no good, error found in #1 byte of ...|hunter2|...", [[null, "the body is no good"]]],
  ["", [[null, "HTTP 400"]]],
] as const)("%s", (message, expected) => {
  const found = told(400, message);
  expect(found).toEqual(expected);
  expect(JSON.stringify(found)).not.toContain("hunter2");
});

test("each cause stands at its field, and what Go prints of a whole object is left out", () => {
  const message =
    'Invalid value: core.PodTemplateSpec{Env:[]core.EnvVar{{Name:"DB_PASSWORD", Value:"hunter2"}}}: field is immutable';
  expect(told(422, "is invalid", [{ field: "spec.template", message }, { message: "more" }])).toEqual([
    [3, "spec.template: Invalid value: (…): field is immutable"],
    [null, "more"],
  ]);
  const endless = `Invalid value: core.PodSpec{Env:"hunter2 ${"x".repeat(20_000)}`;
  expect(told(422, "is invalid", [{ field: "spec", message: endless }])).toEqual([
    [1, "spec: Invalid value: (…)"],
  ]);
  expect(told(403, 'admission webhook "guard.example" denied the request: frozen')[0]?.[1]).toContain(
    "frozen",
  );
});

test("what an API server leaves out by itself is not dropped, what it does not know is", () => {
  const made = { spec: { template: { spec: { containers: [{ name: "api" }] } } } };
  expect(droppedFields(written, made).map(({ line, text }) => [line, text.fr])).toEqual([
    [2, "Le serveur d'API ne connaît pas le champ spec.replicas et l'abandonnerait."],
    [7, "Le serveur d'API ne connaît pas le champ spec.template.spec.containers[0].env et l'abandonnerait."],
  ]);
  const empty = readYaml("spec:\n  paused: false\n  labels: {}\n  zero: 0\n  list: []\n");
  if ("faults" in empty) throw new Error("no YAML");
  expect(droppedFields(empty.written, { spec: {} })).toEqual([]);
});
