import { expect, test } from "vitest";
import { action, rights, run, server, theNode } from "../testing/action-bench.ts";
import { contextFor, resource } from "../testing/context.ts";
import { deployment } from "../testing/objects.ts";
import { quiet, until } from "../testing/surroundings.ts";

const api = () => resource("east/workloads/Deployment/shop/api", "workload", { "kubernetes.replicas": 2 });
const stored = () => server.store.get("deployments", "shop", "api");
/** Lets the controller do what was wished. */
function roll(ready: number): void {
  const object = stored();
  if (!object) return;
  const replicas = Number(object.spec?.replicas);
  server.store.put("deployments", {
    ...object,
    status: {
      ...object.status,
      replicas,
      updatedReplicas: ready,
      readyReplicas: ready,
      availableReplicas: ready,
    },
  });
}

test("cordon and uncordon, each proven by reading and undone by the other", async () => {
  const first = await run("kubernetes.cordon", theNode());
  expect(first.verification).toMatchObject({ proven: true, data: { cordoned: true } });
  expect((await run("kubernetes.cordon", theNode())).probe.state).toBe("done");
  const second = await run("kubernetes.uncordon", theNode());
  expect(second.verification).toMatchObject({ proven: true, data: { cordoned: false } });
  expect(server.store.get("nodes", null, "node-1")?.spec).not.toHaveProperty("unschedulable");
  const { context } = contextFor(theNode());
  expect(await action("kubernetes.uncordon").undo?.(context, {}, first.probe)).toMatchObject({
    proven: true,
  });
});

test("a node that is gone says so", async () => {
  server.store.remove("nodes", null, "node-1");
  await expect(run("kubernetes.cordon", theNode())).rejects.toMatchObject({ code: "kubernetes.not-found" });
});

test("scale is proven by ready pods, not by the answer, and knows the number from before", async () => {
  server.store.put("deployments", deployment("api"));
  const scaling = run("kubernetes.scale", api(), { replicas: 4 });
  await until(() => stored()?.spec?.replicas === 4);
  roll(3);
  await until(() => server.asked("GET", "/deployments/api").length > 3);
  roll(4);
  const { verification, probe, trail } = await scaling;
  expect(verification).toMatchObject({ proven: true, data: { ready: 4 } });
  expect(trail.progress).toContain("3 of 4 pods are up to date, 3 are ready.");
  expect(server.asked("PATCH", "/deployments/api/scale")).toHaveLength(1);
  const { context } = contextFor(api());
  const scale = action("kubernetes.scale");
  const undoing = scale.undo?.(context, { replicas: 4 }, probe);
  await until(() => stored()?.spec?.replicas === 2);
  roll(2);
  expect(await undoing).toMatchObject({ proven: true });
  expect(scale.fieldsFor?.(api())[0]?.initial).toBe(2);
});

test("a rollout that never arrives is not proven", async () => {
  server.store.put("deployments", deployment("api"));
  const { verification } = await run("kubernetes.scale", api(), { replicas: 3 });
  expect(verification).toMatchObject({ proven: false, data: { wanted: 3, ready: 2 } });
});

test("restart writes one mark, and the same mark when it is asked for again", async () => {
  server.store.put("deployments", deployment("api"));
  const { probe, verification } = await run("kubernetes.restart", api());
  expect(verification?.proven).toBe(true);
  const restart = action("kubernetes.restart");
  const { context } = contextFor(api());
  expect(await restart.settle(context, {}, probe)).toMatchObject({ effect: "happened" });
  await restart.apply(context, {}, probe);
  const bodies = server.asked("PATCH", "/deployments/api").map(({ body }) => JSON.stringify(body));
  expect(new Set(bodies).size).toBe(1);
  expect(await restart.settle(context, {}, { ...probe, observed: { stamp: "other" } })).toMatchObject({
    effect: "did-not-happen",
  });
});

test("a paused rollout is not restarted", async () => {
  const paused = deployment("api");
  server.store.put("deployments", { ...paused, spec: { ...paused.spec, paused: true } });
  expect((await run("kubernetes.restart", api())).probe.state).toBe("impossible");
});

test("buttons follow what the log-in may do, and what is refused all the same is told", async () => {
  server.denied.add("create pods/eviction").add("patch deployments");
  await rights.refresh(quiet, ["shop"]);
  expect(action("kubernetes.drain").unavailable?.(theNode())?.en).toContain("create pods/eviction");
  expect(action("kubernetes.cordon").unavailable?.(theNode())).toBeNull();
  expect(action("kubernetes.restart").unavailable?.(api())?.fr).toContain("patch deployments.apps");
  server.store.put("deployments", deployment("api"));
  await expect(run("kubernetes.restart", api())).rejects.toMatchObject({ code: "kubernetes.forbidden" });
});

test("actions are offered on what they are for", () => {
  expect(
    action("kubernetes.scale").appliesTo(resource("east/workloads/DaemonSet/shop/logs", "workload")),
  ).toBe(false);
  expect(
    action("kubernetes.restart").appliesTo(resource("west/workloads/Deployment/shop/api", "workload")),
  ).toBe(false);
  expect(action("kubernetes.drain").appliesTo(theNode())).toBe(true);
});
