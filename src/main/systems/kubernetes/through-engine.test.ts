import { beforeEach, expect, test } from "vitest";
import { planOf, poke, step } from "../../procedures/engine/fixtures/plans.ts";
import {
  consoleWith,
  hosts,
  restart,
  settled,
  stepOf,
} from "../../procedures/engine/fixtures/started-engine.ts";
import { actions, begin, desk, server, theNode } from "./testing/action-bench.ts";
import { budget, pod } from "./testing/objects.ts";
import { until } from "./testing/surroundings.ts";

const node = "east/nodes/node-1";
const evictions = () => server.asked("POST", "/eviction");
const drain = poke(node, {
  id: "kubernetes.drain",
  input: { localData: false, unmanaged: false, minutes: 30 },
  effect: "convergent",
});

beforeEach(() => {
  hosts.set(node, { ...theNode(), seenAt: Date.now() });
  server.store.put("pods", pod("api-1"));
  server.store.put("pods", pod("api-2", { labels: { app: "other" } }));
});

test("a run that is rolled back ends a drain under way between two evictions, and the node takes pods again", async () => {
  server.store.put("poddisruptionbudgets", budget("api", 0));
  const { engine } = consoleWith(actions);
  const plan = planOf([step("drain", drain, { compensate: { kind: "undo", text: null } })]);
  const id = await engine.start({ plan, reason: "", confirmation: "" });
  await until(() => evictions().length > 3);
  desk.wish(node, "pause");
  await engine.rollBack(id, "another night");
  const run = await settled(engine, id);
  expect([run.status, stepOf(run, "drain").state]).toEqual(["rolled-back", "failed"]);
  expect(server.store.get("nodes", null, "node-1")?.spec?.unschedulable).toBeUndefined();
  expect(desk.view(node)?.phase).toBe("ended");
});

test("a run whose console ends in the middle of a drain goes on with what is left, and evicts nothing twice", async () => {
  server.store.put("poddisruptionbudgets", budget("api", 0));
  const plan = planOf([step("drain", drain)]);
  const before = consoleWith(actions);
  const id = await before.engine.start({ plan, reason: "", confirmation: "" });
  await until(() => evictions().length > 3);
  await restart();
  begin();
  expect(desk.view(node)).toBeNull();
  server.store.put("poddisruptionbudgets", budget("api", 1));
  const after = consoleWith(actions);
  await after.engine.takeOver(id);
  const run = await settled(after.engine, id);
  expect([run.status, stepOf(run, "drain").state]).toEqual(["completed", "verified"]);
  expect(evictions().filter(({ path }) => path.includes("/api-2/"))).toHaveLength(1);
  expect(server.store.get("nodes", null, "node-1")?.spec?.unschedulable).toBe(true);
  expect(desk.view(node)?.phase).toBe("ended");
});
