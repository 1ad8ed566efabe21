import { afterEach, beforeEach, expect, test } from "vitest";
import {
  hosts,
  journal,
  request,
  run,
  runnerWith,
  typesOf,
} from "../../../../actions/fixtures/started-runner.ts";
import { resource } from "../../testing/context.ts";
import { until } from "../../testing/surroundings.ts";
import { layTestAuthority } from "../testing/addon-bench.ts";
import { Regions } from "./testing/regions.ts";

let regions: Regions;
const cluster = "cluster-east/cluster";
const namespace = "cluster-east/namespaces/billing";
const restoreActions = () => regions.objects("restoreactions.actions.kio.kasten.io");

layTestAuthority();
beforeEach(async () => {
  regions = await Regions.start("east");
  for (const [id, kind] of [
    [cluster, "cluster"],
    [namespace, "namespace"],
  ] as const) {
    hosts.set(id, { ...resource(id, kind), seenAt: Date.now() });
  }
});
afterEach(() => regions.close());

test("a test restore leaves its result in the journal, under what was brought back", async () => {
  const task = await run(runnerWith(regions.actions), {
    action: "kasten.test-restore",
    resources: [namespace],
    input: { latest: true },
  });
  expect(task).toMatchObject({ state: "verified", error: null });
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "backup.restore-tested", "verified"]);
  const [tested] = journal.ofTypes(["backup.restore-tested"], 0);
  expect(tested).toMatchObject({ subject: namespace, task: task.id, data: { of: namespace, good: true } });
});

test("a console that ends in the middle of a restore finds it again, and asks for no second one", async () => {
  // Kasten takes it, and gets on with it no further for now.
  regions.trouble.hosts = false;
  const restore = {
    action: "kasten.restore",
    resources: [cluster],
    input: { of: namespace, latest: true },
    confirmation: "cluster",
  };
  const before = runnerWith(regions.actions);
  const id = await before.start(request(restore));
  await until(() => restoreActions().length === 1);
  await before.close();
  regions.begin();
  const after = runnerWith(regions.actions);
  expect(after.tasks()[0]).toMatchObject({ id, state: "unknown-effect" });
  regions.trouble.hosts = true;
  await regions.lab.settle(120_000);
  expect((await after.settle(id)).state).toBe("verified");
  expect(restoreActions()).toHaveLength(1);
});
