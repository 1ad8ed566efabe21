import { beforeEach, expect, test } from "vitest";
import { hosts, runnerWith, run as runTask } from "../../../actions/fixtures/started-runner.ts";
import { action, actions, clock, run, server } from "../testing/action-bench.ts";
import { contextFor, resource } from "../testing/context.ts";
import { deployment, type Stored } from "../testing/objects.ts";

const api = () => resource("east/workloads/Deployment/shop/api", "workload");
const stored = () => server.store.get("deployments", "shop", "api");
const template = (image: string) => ({
  metadata: { labels: { app: "api" } },
  spec: { containers: [{ name: "api", image, env: [{ name: "DB_PASSWORD", value: image }] }] },
});
const imageNow = () => JSON.stringify(stored()?.spec?.template).match(/"image":"(\w+)"/)?.[1];

function replicaSet(revision: number, image: string, owner = "uid-api"): Stored {
  const marked = template(image);
  return {
    kind: "ReplicaSet",
    apiVersion: "apps/v1",
    metadata: {
      name: `api-${image}`,
      namespace: "shop",
      annotations: {
        "deployment.kubernetes.io/revision": String(revision),
        "kubernetes.io/change-cause": `made ${image}`,
      },
      ownerReferences: [
        { kind: "Deployment", name: "api", uid: owner, controller: true, apiVersion: "apps/v1" },
      ],
    },
    spec: {
      template: {
        ...marked,
        metadata: { labels: { ...marked.metadata.labels, "pod-template-hash": image } },
      },
    },
  };
}

beforeEach(() => {
  const object = deployment("api");
  server.store.put("deployments", { ...object, spec: { ...object.spec, template: template("three") } });
  for (const [index, image] of ["one", "two", "three"].entries()) {
    server.store.put("replicasets", replicaSet(index + 1, image));
  }
  server.store.put("replicasets", replicaSet(9, "foreign", "uid-other"));
});

test("goes back to the revision before, tells what that changes, and forth again", async () => {
  const { probe, verification, trail } = await run("kubernetes.roll-back", api());
  expect(probe.steps?.map(({ en }) => en)).toEqual([
    "From revision 3 back to revision 2: two, made two",
    "spec.containers[api].image: three → two",
    "spec.containers[api].env[DB_PASSWORD].value: changed",
    "It is waited for five minutes at most.",
    "Also kept: revision 1: one, made one",
  ]);
  expect(JSON.stringify(probe)).not.toContain('"value"');
  expect(verification?.proven).toBe(true);
  expect(trail.committed).toBe(1);
  expect(imageNow()).toBe("two");
  expect(stored()?.spec?.template).toEqual(template("two"));
  server.store.put("replicasets", replicaSet(4, "two"));
  const { context } = contextFor(api());
  const rollBack = action("kubernetes.roll-back");
  expect(await rollBack.settle(context, { revision: null }, probe)).toMatchObject({ effect: "happened" });
  expect(await rollBack.undo?.(context, { revision: null }, probe)).toMatchObject({ proven: true });
  expect(imageNow()).toBe("three");
  expect(await rollBack.settle(context, { revision: null }, probe)).toMatchObject({
    effect: "did-not-happen",
  });
});

test("a named revision is taken, one that is not kept is told with those that are", async () => {
  const { probe } = await run("kubernetes.roll-back", api(), { revision: 7 });
  expect(probe).toMatchObject({
    state: "impossible",
    text: { fr: "La révision 7 n'est plus conservée ; il reste : 3, 2, 1." },
  });
  expect((await run("kubernetes.roll-back", api(), { revision: 3 })).probe.state).toBe("done");
  await run("kubernetes.roll-back", api(), { revision: 1 });
  expect(imageNow()).toBe("one");
  expect((await run("kubernetes.roll-back", api())).probe.text.en).toBe("No earlier revision is kept of it.");
});

test("a paused rollout is not rolled back, nor a template that somebody changes meanwhile", async () => {
  const { context, trail } = contextFor(api());
  const rollBack = action("kubernetes.roll-back");
  const probe = await rollBack.probe(context, { revision: null });
  server.intercept.push(({ method, query }) => {
    const object = stored();
    if (method === "PATCH" && !query.has("dryRun") && object) {
      server.store.put("deployments", { ...object, spec: { ...object.spec, template: template("four") } });
    }
    return false;
  });
  await expect(rollBack.apply(context, { revision: null }, probe)).rejects.toMatchObject({
    code: "kubernetes.template-moved",
  });
  expect(trail.committed).toBe(1);
  expect(imageNow()).toBe("four");
  await expect(rollBack.undo?.(context, { revision: null }, probe)).rejects.toMatchObject({
    code: "kubernetes.template-moved",
  });
  server.store.remove("replicasets", "shop", "api-two");
  await expect(rollBack.apply(context, { revision: null }, probe)).rejects.toMatchObject({
    code: "kubernetes.revision-gone",
  });
  const object = stored();
  if (object) server.store.put("deployments", { ...object, spec: { ...object.spec, paused: true } });
  expect((await run("kubernetes.roll-back", api())).probe.text.fr).toContain("en pause");
});

test("an answer that is lost after the template was taken is settled by reading, and nothing is done twice", async () => {
  let lost = 0;
  server.intercept.push(({ method, query, body }, response) => {
    if (method !== "PATCH" || query.has("dryRun") || lost > 0) return false;
    lost += 1;
    const [, change] = body as { value: Record<string, unknown> }[];
    const object = stored();
    if (object)
      server.store.put("deployments", { ...object, spec: { ...object.spec, template: change?.value } });
    response.socket?.destroy();
    return true;
  });
  hosts.set(api().id, { ...api(), seenAt: Date.now() });
  const runner = runnerWith(actions);
  const task = await runTask(runner, { action: "kubernetes.roll-back", resources: [api().id], input: {} });
  expect(task.state).toBe("verified");
  expect([lost, imageNow()]).toEqual([1, "two"]);
});

test("StatefulSets and DaemonSets go back by their ControllerRevisions; by hand where pods are", async () => {
  const { kind: _kind, ...base } = deployment("db");
  const status = { ...base.status, desiredNumberScheduled: 2, updatedNumberScheduled: 0, numberReady: 2 };
  server.store.put("daemonsets", {
    ...base,
    kind: "DaemonSet",
    spec: { ...base.spec, template: template("two"), updateStrategy: { type: "OnDelete" } },
    status,
  });
  for (const [index, image] of ["one", "two"].entries()) {
    server.store.put("controllerrevisions", {
      kind: "ControllerRevision",
      apiVersion: "apps/v1",
      metadata: {
        name: `db-${image}`,
        namespace: "shop",
        ownerReferences: [
          { kind: "DaemonSet", name: "db", uid: "uid-db", controller: true, apiVersion: "apps/v1" },
        ],
      },
      ...{ revision: index + 1, data: { spec: { template: { ...template(image), $patch: "replace" } } } },
    });
  }
  const db = resource("east/workloads/DaemonSet/shop/db", "workload");
  const { probe, verification } = await run("kubernetes.roll-back", db);
  expect(probe.steps?.some(({ en }) => en.includes("OnDelete"))).toBe(true);
  expect(verification?.proven).toBe(true);
  expect(server.store.get("daemonsets", "shop", "db")?.spec?.template).toEqual(template("one"));
});

test("a rollout that does not arrive is not proven", async () => {
  const object = stored();
  if (object) {
    server.store.put("deployments", { ...object, status: { ...object.status, readyReplicas: 0 } });
  }
  const before = clock.now();
  const { verification } = await run("kubernetes.roll-back", api());
  expect(verification?.proven).toBe(false);
  expect(clock.now() - before).toBeGreaterThanOrEqual(300_000);
});
