import { beforeEach, expect, test } from "vitest";
import {
  hosts,
  journal,
  request,
  runnerWith,
  run as runTask,
} from "../../../actions/fixtures/started-runner.ts";
import { ClusterManifests } from "../manifests/index.ts";
import { access, action, actions, run, server } from "../testing/action-bench.ts";
import { contextFor, resource } from "../testing/context.ts";
import { refuse } from "../testing/fake-answers.ts";
import { deployment } from "../testing/objects.ts";
import { quiet } from "../testing/surroundings.ts";

const id = "east/workloads/Deployment/shop/api";
const api = () => resource(id, "workload");
const stored = () => server.store.get("deployments", "shop", "api");
const puts = () => server.asked("PUT", "/deployments/api");

async function edit(from: string, to: string) {
  const { yaml, version } = await new ClusterManifests(access).read(id, quiet);
  expect(yaml).toContain(from);
  return { yaml: yaml.replace(from, to), version };
}

beforeEach(() => {
  const object = deployment("api");
  server.store.put("deployments", {
    ...object,
    metadata: { ...object.metadata, labels: { "app.kubernetes.io/managed-by": "Helm" } },
  });
});

test("an edit is previewed field by field, sent once, proven by reading, and undone", async () => {
  const input = await edit("replicas: 2", "replicas: 3\n  minReadySeconds: 5");
  const { probe, verification, trail } = await run("kubernetes.edit", api(), input);
  expect(probe.steps?.map(({ en }) => en)).toEqual([
    "Note: Helm looks after this object and may set it back.",
    "spec.replicas: 2 → 3",
    "spec.minReadySeconds: new, 5",
  ]);
  expect(verification).toMatchObject({ proven: true });
  expect(trail.committed).toBe(1);
  expect(puts()).toHaveLength(1);
  expect(stored()?.spec).toMatchObject({ replicas: 3, minReadySeconds: 5 });
  expect((await run("kubernetes.edit", api(), input)).probe.state).toBe("done");
  const object = stored();
  if (object) server.store.put("deployments", { ...object, spec: { ...object.spec, paused: true } });
  const { context } = contextFor(api());
  expect(await action("kubernetes.edit").undo?.(context, input, probe)).toMatchObject({ proven: true });
  expect(stored()?.spec).toMatchObject({ replicas: 2, paused: true });
  expect(stored()?.spec).not.toHaveProperty("minReadySeconds");
});

test("an undo does not overwrite what somebody changed since", async () => {
  const input = await edit("replicas: 2", "replicas: 3");
  const { probe } = await run("kubernetes.edit", api(), input);
  const object = stored();
  if (object) server.store.put("deployments", { ...object, spec: { ...object.spec, replicas: 9 } });
  const { context, trail } = contextFor(api());
  await expect(action("kubernetes.edit").undo?.(context, input, probe)).rejects.toMatchObject({
    code: "kubernetes.edit-changed-since",
  });
  expect(trail.committed).toBe(0);
  expect(stored()?.spec?.replicas).toBe(9);
});

test("an edit of what has changed since is not sent, nor one that the server refuses", async () => {
  const input = await edit("replicas: 2", "replicas: 3");
  const probed = await action("kubernetes.edit").probe(contextFor(api()).context, input);
  const object = stored();
  if (object) server.store.put("deployments", { ...object, spec: { ...object.spec, replicas: 5 } });
  const { context, trail } = contextFor(api());
  await expect(action("kubernetes.edit").apply(context, input, probed)).rejects.toMatchObject({
    code: "kubernetes.manifest-outdated",
  });
  expect(trail.committed).toBe(0);
  const { probe } = await run("kubernetes.edit", api(), input);
  expect(probe).toMatchObject({ state: "impossible" });
  const broken = await edit("replicas: 5", "replicas: -1");
  const refused = await run("kubernetes.edit", api(), broken);
  expect(refused.probe.text.fr).toMatch(/^Ligne \d+ : Le serveur d'API le refuse : spec.replicas/);
  expect(puts()).toHaveLength(0);
});

test("a status that moves at the moment of sending is sent again; of a lost answer the object tells", async () => {
  const input = await edit("replicas: 2", "replicas: 3");
  let conflicts = 2;
  server.intercept.push(({ method, query }, response) => {
    if (method !== "PUT" || query.has("dryRun") || conflicts === 0) return false;
    conflicts -= 1;
    refuse(response, 409, "Conflict", "the object has been modified");
    return true;
  });
  const { verification, probe } = await run("kubernetes.edit", api(), input);
  expect(verification?.proven).toBe(true);
  expect(puts()).toHaveLength(3);
  const { context } = contextFor(api());
  expect(await action("kubernetes.edit").settle(context, input, probe)).toMatchObject({ effect: "happened" });
  server.store.put("deployments", deployment("api"));
  expect(await action("kubernetes.edit").settle(context, input, probe)).toMatchObject({
    effect: "did-not-happen",
  });
});

test("an answer that is lost after the edit was taken is settled by reading", async () => {
  const input = await edit("replicas: 2", "replicas: 3");
  server.intercept.push(({ method, query, body }, response) => {
    if (method !== "PUT" || query.has("dryRun")) return false;
    server.store.put("deployments", body as ReturnType<typeof deployment>);
    response.socket?.destroy();
    return true;
  });
  hosts.set(id, { ...api(), seenAt: Date.now() });
  const runner = runnerWith(actions);
  const started = await runTask(runner, { action: "kubernetes.edit", resources: [id], input });
  expect(started.state).toBe("verified");
  expect(stored()?.spec?.replicas).toBe(3);
});

test("no secret of an edit reaches the preview or the journal, and it can be undone while this console knows it", async () => {
  const variable = (value: string) => [{ name: "api", env: [{ name: "DB_PASSWORD", value }] }];
  const object = stored();
  if (object) {
    const template = { metadata: { labels: { app: "api" } }, spec: { containers: variable("hunter-old") } };
    server.store.put("deployments", { ...object, spec: { ...object.spec, template } });
  }
  const input = await edit("hunter-old", "hunter-new");
  hosts.set(id, { ...api(), seenAt: Date.now() });
  const runner = runnerWith(actions);
  const task = await runTask(runner, { action: "kubernetes.edit", resources: [id], input });
  expect(task.state).toBe("verified");
  const written = JSON.stringify(journal.forTask(task.id));
  expect(written).toContain("env[DB_PASSWORD].value: changed");
  expect(written).toContain("[withheld]");
  expect(written).not.toContain("hunter");
  const undone = await runner.waitFor(await runner.undo(task.id));
  expect(undone).toMatchObject({ state: "failed", error: { code: "kubernetes.edit-not-kept" } });
  const garbage = { yaml: "password: [hunter", version: input.version };
  const refused = await runTask(
    runner,
    request({ action: "kubernetes.edit", resources: [id], input: garbage }),
  );
  expect(refused.state).toBe("refused");
  expect(JSON.stringify(journal.forTask(refused.id))).not.toContain("hunter");
});
