import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { VariableValues } from "../../../shared/procedure.ts";
import { readBuiltInProcedures } from "./built-in.ts";
import { planProcedure } from "./planning/plan.ts";
import { smallEstate } from "./testing/small-estate.ts";

async function planOf(id: string, given: VariableValues) {
  const { procedures, faults } = await readBuiltInProcedures();
  expect(faults).toEqual([]);
  const result = planProcedure(id, given, smallEstate(procedures));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

test("the reboot round touches a host only when the one before answers and has nothing critical", async () => {
  const plan = await planOf("safe-reboot-round", { hosts: ["tower-b", "web-1"], pause: "1m" });
  expect(plan.nodes.map(({ id, needs, after }) => [id, needs, after])).toEqual([
    ["round", [], []],
    ["round[tower-b]/reboot", [], []],
    ["round[tower-b]/answers", ["round[tower-b]/reboot"], []],
    ["round[tower-b]/healthy", ["round[tower-b]/answers"], []],
    ["round[tower-b]/settle", ["round[tower-b]/healthy"], []],
    ["round[web-1]/reboot", [], ["round[tower-b]/settle"]],
    ["round[web-1]/answers", ["round[web-1]/reboot"], []],
    ["round[web-1]/healthy", ["round[web-1]/answers"], []],
    ["round[web-1]/settle", ["round[web-1]/healthy"], []],
  ]);
  expect(plan.nodes[1]).toMatchObject({
    title: { en: "Reboot Tower B", fr: "Redémarrer Tower B" },
    when: { value: true },
  });
});

test("asked to, it reboots only hosts that want it, and decides that when it gets there", async () => {
  const plan = await planOf("safe-reboot-round", { hosts: "all", "only-if-needed": true });
  const reboots = plan.nodes.filter(({ kind }) => kind === "action");
  expect(reboots.map(({ item, when }) => [item, when?.value])).toEqual([
    ["tower-a", null],
    ["tower-b", null],
    ["tower-c", null],
    ["web-1", null],
  ]);
});

test("power on and check waits for SSH, then for health if that is wanted", async () => {
  const given = { machine: "tower-a", "must-be-healthy": false };
  const plan = await planOf("power-on-and-check", given);
  expect(plan.nodes.map(({ id, after }) => [id, after])).toEqual([
    ["power-on", []],
    ["answers", ["power-on"]],
  ]);
  expect(plan.leftOut.map(({ id }) => id)).toEqual(["healthy"]);
  expect((await planOf("power-on-and-check", { machine: "tower-a" })).nodes).toHaveLength(3);
});

test("node maintenance drains before it reboots, and is asked when node and machine may differ", async () => {
  const given = { node: "cluster/nodes/one", machine: "web-1", "local-data": true };
  const plan = await planOf("node-maintenance", given);
  expect(plan.nodes.map(({ id, after, when }) => [id, after, when?.value])).toEqual([
    ["ready-before", [], undefined],
    ["machine-read", ["ready-before"], undefined],
    ["same-machine", ["machine-read"], null],
    ["cordon", ["same-machine"], undefined],
    ["drain", ["cordon"], undefined],
    ["reboot", ["drain"], undefined],
    ["settle", ["reboot"], undefined],
    ["ready", ["settle"], undefined],
    ["uncordon", ["ready"], undefined],
    ["healthy", ["uncordon"], undefined],
  ]);
  expect(plan.nodes[3]).toMatchObject({ compensate: { kind: "undo" } });
  expect(plan.nodes[4]).toMatchObject({
    action: { target: { name: "one" }, input: { localData: true, unmanaged: false, minutes: 30 } },
  });
  expect(plan.nodes[5]).toMatchObject({ action: { target: { id: "web-1" } } });
});

test("a program without its folder has none, and a broken file is named", async () => {
  const folder = mkdtempSync(join(tmpdir(), "passerelle-built-in-"));
  try {
    expect(await readBuiltInProcedures(folder)).toEqual({ procedures: {}, faults: [] });
    mkdirSync(join(folder, "resources", "procedures"), { recursive: true });
    mkdirSync(join(folder, "out", "main"), { recursive: true });
    writeFileSync(join(folder, "resources", "procedures", "a.yaml"), "a: { title: A, steps: [] }\n");
    writeFileSync(
      join(folder, "resources", "procedures", "b.yaml"),
      "b: { title: B, steps: [{ id: s, wait: { for: 1s } }] }\n",
    );
    const { procedures, faults } = await readBuiltInProcedures(join(folder, "out", "main"));
    expect(Object.keys(procedures)).toEqual(["b"]);
    expect(faults).toMatchObject([
      { file: join(folder, "resources", "procedures", "a.yaml"), line: 1, path: "a.steps" },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
