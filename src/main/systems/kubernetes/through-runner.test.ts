import { beforeEach, expect, test } from "vitest";
import { hosts, request, run, runnerWith, typesOf } from "../../actions/fixtures/started-runner.ts";
import { actions, begin, desk, server, theNode } from "./testing/action-bench.ts";
import { resource } from "./testing/context.ts";
import { budget, node, pod } from "./testing/objects.ts";
import { until } from "./testing/surroundings.ts";

const drain = { action: "kubernetes.drain", resources: ["east/nodes/node-1"] };
const evictions = () => server.asked("POST", "/eviction");

beforeEach(() => {
  hosts.set("east/nodes/node-1", { ...theNode(), seenAt: Date.now() });
  server.store.put("pods", pod("api-1"));
  server.store.put("pods", pod("api-2", { labels: { app: "other" } }));
});

test("a drain is journalled before its first byte, and ends verified", async () => {
  const task = await run(runnerWith(actions), drain);
  expect(task).toMatchObject({ state: "verified", error: null, undoable: true });
  expect(task.progress.at(-1)?.fraction).toBe(1);
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "verified"]);
});

test("a console that ends in the middle finds what is left, and a new drain goes on with that alone", async () => {
  server.store.put("poddisruptionbudgets", budget("api", 0));
  const before = runnerWith(actions);
  const id = await before.start(request(drain));
  await until(() => evictions().length > 3);
  await before.close();
  begin();
  const after = runnerWith(actions);
  expect(after.tasks()[0]).toMatchObject({ id, state: "unknown-effect" });
  const settled = await after.settle(id);
  expect(settled.state).not.toBe("unknown-effect");
  expect(settled.outcome?.en).toBe(
    "node-1 is cordoned. Still on it (1): shop/api-1. A new drain goes on with that.",
  );
  server.store.put("poddisruptionbudgets", budget("api", 1));
  const again = await run(after, drain);
  expect(again.state).toBe("verified");
  expect(evictions().filter(({ path }) => path.includes("/api-2/"))).toHaveLength(1);
});

test("a drain that is cancelled stops evicting, and says what is left", async () => {
  server.store.put("poddisruptionbudgets", budget("api", 0));
  const runner = runnerWith(actions);
  const id = await runner.start(request(drain));
  await until(() => evictions().length > 3);
  expect(runner.cancel(id)).toBe(true);
  const task = await runner.waitFor(id);
  const asked = evictions().length;
  expect(task.state).not.toBe("verified");
  expect(task.outcome?.fr).toContain("Encore dessus (1) : shop/api-1.");
  expect(desk.view("east/nodes/node-1")?.phase).toBe("ended");
  expect(evictions()).toHaveLength(asked);
});

test("a selection of nodes is cordoned, each with its own proof, and all are undone together", async () => {
  server.store.put("nodes", node("node-2"));
  const other = "east/nodes/node-2";
  hosts.set(other, { ...resource(other, "node"), seenAt: Date.now() });
  const runner = runnerWith(actions);
  const bulk = await run(runner, { action: "kubernetes.cordon", resources: [...drain.resources, other] });
  expect(bulk).toMatchObject({ state: "verified", children: { total: 2, verified: 2, failed: 0 } });
  const cordoned = () => ["node-1", "node-2"].map((name) => server.store.get("nodes", null, name)?.spec);
  expect(cordoned()).toMatchObject([{ unschedulable: true }, { unschedulable: true }]);
  await runner.waitFor(await runner.undo(bulk.id));
  for (const spec of cordoned()) expect(spec).not.toHaveProperty("unschedulable");
});
