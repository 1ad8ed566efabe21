import { expect, test } from "vitest";
import { action, run, server } from "../testing/action-bench.ts";
import { contextFor, resource } from "../testing/context.ts";
import { refuse } from "../testing/fake-answers.ts";
import { deployment, type Stored } from "../testing/objects.ts";

const worker = () => resource("east/machine-pools/worker", "machine-pool");
const pool = (more: object = {}): Stored => ({
  kind: "MachineConfigPool",
  apiVersion: "machineconfiguration.openshift.io/v1",
  metadata: { name: "worker", uid: "uid-worker" },
  spec: { configuration: { name: "rendered-2" }, ...more },
  status: { machineCount: 5, updatedMachineCount: 2, configuration: { name: "rendered-1" } },
});
const stored = () => server.store.get("machineconfigpools", null, "worker");

test("a pool is paused and resumed, each tells what waits, is proven by reading and undone by the other", async () => {
  server.store.put("machineconfigpools", pool());
  const paused = await run("kubernetes.pause-pool", worker());
  expect(paused.probe.steps?.map(({ en }) => en)).toContain("Machines that wait for rendered-2: 3 of 5.");
  expect(paused.probe.steps?.some(({ fr }) => fr.includes("certificats"))).toBe(true);
  expect(paused.verification).toMatchObject({ proven: true, data: { paused: true } });
  expect(server.rehearsed("PATCH", "/worker")).toHaveLength(1);
  expect((await run("kubernetes.pause-pool", worker())).probe.state).toBe("done");
  const resumed = await run("kubernetes.resume-pool", worker());
  expect(resumed.verification).toMatchObject({ proven: true, data: { paused: false } });
  const { context } = contextFor(worker());
  expect(await action("kubernetes.resume-pool").undo?.(context, {}, resumed.probe)).toMatchObject({
    proven: true,
  });
  expect(stored()?.spec?.paused).toBe(true);
  expect(await action("kubernetes.resume-pool").settle(context, {}, resumed.probe)).toMatchObject({
    effect: "did-not-happen",
  });
});

test("a pool whose machines are all up to date says so", async () => {
  const all = { machineCount: 5, updatedMachineCount: 5, configuration: { name: "rendered-2" } };
  server.store.put("machineconfigpools", { ...pool(), status: all });
  const { probe } = await run("kubernetes.pause-pool", worker());
  expect(probe.steps?.map(({ fr }) => fr)).toContain("Aucune machine n'attend : les 5 sont à jour.");
});

test("a rollout and a schedule are paused where they are, and nowhere else", async () => {
  server.store.put("deployments", deployment("api"));
  const api = resource("east/workloads/Deployment/shop/api", "workload");
  expect((await run("kubernetes.pause-rollout", api)).verification?.proven).toBe(true);
  expect((await run("kubernetes.restart", api)).probe.state).toBe("impossible");
  expect((await run("kubernetes.resume-rollout", api)).verification?.proven).toBe(true);
  const job: Stored = { kind: "CronJob", metadata: { name: "report", namespace: "shop" }, spec: {} };
  server.store.put("cronjobs", job);
  const report = resource("east/workloads/CronJob/shop/report", "workload");
  expect((await run("kubernetes.suspend", report)).verification?.proven).toBe(true);
  expect((await run("kubernetes.unsuspend", report)).verification?.proven).toBe(true);
  expect(action("kubernetes.suspend").appliesTo(api)).toBe(false);
  expect(action("kubernetes.pause-rollout").appliesTo(report)).toBe(false);
  expect(action("kubernetes.pause-pool").appliesTo(api)).toBe(false);
});

test("what admission objects to is known before, but for webhooks that take no part in dry runs", async () => {
  server.store.put("machineconfigpools", pool());
  let words = 'admission webhook "guard.example" denied the request: frozen';
  server.intercept.push(({ query }, response) => {
    if (!query.has("dryRun")) return false;
    refuse(response, 400, "BadRequest", words);
    return true;
  });
  await expect(run("kubernetes.pause-pool", worker())).rejects.toThrow(/guard\.example.*frozen/);
  expect(stored()?.spec?.paused).toBeUndefined();
  words = 'admission webhook "guard.example" does not support dry run';
  expect((await run("kubernetes.pause-pool", worker())).verification?.proven).toBe(true);
});

test("one that is deleted while it is looked at says so", async () => {
  await expect(run("kubernetes.pause-pool", worker())).rejects.toMatchObject({
    code: "kubernetes.not-found",
  });
});
