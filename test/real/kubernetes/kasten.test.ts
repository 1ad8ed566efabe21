import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionContext } from "../../../src/main/actions/action.ts";
import { Inventory } from "../../../src/main/inventory/inventory.ts";
import { Surroundings } from "../../../src/main/reach/testing/surroundings.ts";
import { kastenDefinitions } from "../../../src/main/systems/kubernetes/addons/kasten/testing/documented-api.ts";
import { kubernetesSystem } from "../../../src/main/systems/kubernetes/index.ts";
import type { System } from "../../../src/main/systems/system.ts";
import type { Probe } from "../../../src/shared/action.ts";
import type { Resource } from "../../../src/shared/resource.ts";
import { kubernetesSystemSchema } from "../../../src/shared/systems/kubernetes.ts";
import { describeCounterpart } from "../counterpart.ts";
import { findApiServer, RealApiServer } from "./api-server.ts";
import { install } from "./definitions.ts";

const limit = 50_000;
const api = "/apis/actions.kio.kasten.io/v1alpha1";
const apps = "/apis/apps.kio.kasten.io/v1alpha1";
const config = "/apis/config.kio.kasten.io/v1alpha1";
const marks = {
  "k10.kasten.io/appName": "billing",
  "k10.kasten.io/appNamespace": "billing",
  "k10.kasten.io/policyName": "backup-billing",
  "k10.kasten.io/policyNamespace": "kasten-io",
};

describeCounterpart("kube-apiserver with Kasten's documented resources", findApiServer(), () => {
  let real: RealApiServer;
  let system: System;
  /** Milliseconds that the console is later than the clock: what is read seldom is due then. */
  let ahead = 0;
  const inventory = new Inventory();
  const around = new Surroundings();

  async function put(path: string, body: object): Promise<void> {
    const { status, text } = await real.ask("POST", path, body);
    if (status !== 201) throw new Error(`${status} ${text.slice(0, 500)}`);
  }
  async function get(path: string): Promise<Record<string, unknown>> {
    const { status, text } = await real.ask("GET", path);
    if (status !== 200) throw new Error(`${status} ${text.slice(0, 500)}`);
    return JSON.parse(text);
  }

  /** Kasten's own part, which nobody plays here: what it says of an action in the end. */
  async function end(path: string): Promise<void> {
    const status = { state: "Complete", endTime: new Date().toISOString() };
    const { status: code, text } = await real.ask("PATCH", path, { status }, "application/merge-patch+json");
    if (code !== 200) throw new Error(text.slice(0, 500));
  }

  const point = (name: string, run: string, profile?: string) => ({
    apiVersion: "apps.kio.kasten.io/v1alpha1",
    kind: "RestorePointContent",
    metadata: {
      name,
      labels: {
        ...marks,
        "k10.kasten.io/runActionName": run,
        ...(profile && { "k10.kasten.io/exportProfile": profile }),
      },
    },
    status: { state: "Unbound", actionTime: "2026-01-31T12:00:00Z", physicalSizeBytes: 4096 },
  });
  const part = (kind: string, run: string) => ({
    apiVersion: "actions.kio.kasten.io/v1alpha1",
    kind,
    metadata: {
      name: `of-${run}`,
      namespace: "billing",
      labels: { ...marks, "k10.kasten.io/runActionName": run },
    },
    spec: { subject: { name: "billing", namespace: "billing" } },
    status: { state: "Complete" },
  });

  function resource(id: string): Resource {
    const found = inventory.get(id);
    if (!found) throw new Error(`${id} was not seen`);
    return found;
  }

  function verbs(id: string, target: string, given: Record<string, unknown> = {}) {
    const of = resource(target);
    const action = system.actions.find((each) => each.id === id && each.appliesTo(of));
    if (!action) throw new Error(`no action ${id}`);
    const context: ActionContext = {
      resource: of,
      signal: AbortSignal.timeout(limit),
      progress: () => {},
      output: () => {},
      committed: () => {},
    };
    const input = action.input.parse(given);
    return {
      probe: () => action.probe(context, input),
      apply: (probe: Probe) => action.apply(context, input, probe),
      verify: (probe: Probe) => action.verify(context, input, probe, { data: {} }),
      settle: (probe: Probe) => action.settle(context, input, probe),
    };
  }

  beforeAll(async () => {
    real = await RealApiServer.start();
    await install(real, kastenDefinitions());
    for (const name of ["kasten-io", "billing"]) {
      await put("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    }
    await put(`${config}/namespaces/kasten-io/policies`, {
      apiVersion: "config.kio.kasten.io/v1alpha1",
      kind: "Policy",
      metadata: { name: "backup-billing", namespace: "kasten-io" },
      spec: {
        frequency: "@daily",
        subFrequency: { hours: [0, 12] },
        selector: { matchLabels: { "k10.kasten.io/appNamespace": "billing" } },
        actions: [
          { action: "backup" },
          { action: "export", exportParameters: { profile: { name: "depot", namespace: "kasten-io" } } },
        ],
      },
      status: { validation: "Success" },
    });
    const { kubeconfig } = real;
    system = kubernetesSystem.create(
      kubernetesSystemSchema.parse({ type: "kubernetes", kubeconfig, context: "administrator", every: "5s" }),
      {
        id: "real",
        reach: around.reach,
        secrets: { resolve: () => Promise.reject(new Error("no secret is needed")) },
        questions: around.questions,
        now: () => Date.now() + ahead,
        estateFolder: () => "/",
      },
    );
    await system.observe(inventory, AbortSignal.timeout(limit));
  });
  afterAll(async () => {
    await system?.close();
    inventory.close();
    await around.close();
    await real?.stop();
  });

  const policyId = "real/kasten-policies/kasten-io/backup-billing";

  test("a RunAction is kept as it was sent, is proven by its parts, and is no second one when sent again", async () => {
    expect(resource(policyId).facts["backup.schedule"]?.value).toBe("0 0,12 * * *");
    const run = verbs("kasten.run-policy", policyId);
    const probe = await run.probe();
    expect(probe.state).toBe("needed");
    await run.apply(probe);
    await run.apply(probe);
    const name = String(probe.observed.name);
    expect(await get(`${api}/namespaces/kasten-io/runactions/${name}`)).toMatchObject({
      metadata: { labels: { "k10.kasten.io/policyName": "backup-billing" } },
      spec: {
        subject: {
          apiVersion: "config.kio.kasten.io/v1alpha1",
          kind: "Policy",
          name: "backup-billing",
          namespace: "kasten-io",
        },
      },
    });
    expect((await run.settle(probe)).effect).toBe("unknown");
    await put(`${api}/namespaces/billing/backupactions`, part("BackupAction", name));
    await put(`${api}/namespaces/billing/exportactions`, part("ExportAction", name));
    await put(`${apps}/restorepointcontents`, point("billing-exported", name, "depot"));
    await end(`${api}/namespaces/kasten-io/runactions/${name}`);
    expect(await run.verify(probe)).toMatchObject({
      proven: true,
      data: { restorePoints: ["billing-exported"] },
    });
    ahead += 60_000;
    await system.observe(inventory, AbortSignal.timeout(limit), [policyId]);
    await system.observe(inventory, AbortSignal.timeout(limit));
    expect(resource(policyId).facts["backup.lastState"]?.value).toBe("good");
    expect(resource("real/kasten-restore-points/billing-exported").facts).toMatchObject({
      "backup.of": { value: "real/namespaces/billing" },
      "backup.offSite": { value: true },
      "backup.size": { value: 4096 },
    });
  });

  test("a restore makes its namespace, binds its restore point and is kept as it was sent, each once", async () => {
    const restore = verbs("kasten.restore", "real/cluster", {
      of: "billing",
      latest: true,
      namespace: "copy",
    });
    const probe = await restore.probe();
    await restore.apply(probe);
    await restore.apply(probe);
    expect(await get(`${apps}/namespaces/copy/restorepoints/billing-exported`)).toMatchObject({
      spec: { restorePointContentRef: { name: "billing-exported" } },
    });
    const name = String(probe.observed.name);
    expect(await get(`${api}/namespaces/copy/restoreactions/${name}`)).toMatchObject({
      spec: {
        subject: {
          apiVersion: "apps.kio.kasten.io/v1alpha1",
          kind: "RestorePoint",
          name: "billing-exported",
          namespace: "copy",
        },
        targetNamespace: "copy",
      },
    });
    await end(`${api}/namespaces/copy/restoreactions/${name}`);
    // Without Kasten's own API server nothing says what the restore point holds: that is no proof.
    expect((await restore.verify(probe)).proven).toBe(false);
  });

  test("a test restore leaves out what would serve or run, and takes its namespace away", async () => {
    const trial = verbs("kasten.test-restore", "real/kasten-restore-points/billing-exported");
    const probe = await trial.probe();
    await trial.apply(probe);
    const { name, target } = probe.observed;
    const path = `${api}/namespaces/${target}/restoreactions/${name}`;
    expect(await get(path)).toMatchObject({
      spec: {
        filters: { excludeResources: expect.arrayContaining([{ group: "batch", resource: "cronjobs" }]) },
      },
    });
    await end(path);
    await trial.verify(probe);
    expect((await real.ask("GET", `/api/v1/namespaces/${target}`)).status).toBe(404);
  });
});
