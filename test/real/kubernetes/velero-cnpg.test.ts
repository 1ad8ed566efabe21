import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionContext } from "../../../src/main/actions/action.ts";
import { Inventory } from "../../../src/main/inventory/inventory.ts";
import { Surroundings } from "../../../src/main/reach/testing/surroundings.ts";
import { publishedDefinitions } from "../../../src/main/systems/kubernetes/addons/testing/published-schemas.ts";
import { kubernetesSystem } from "../../../src/main/systems/kubernetes/index.ts";
import type { System } from "../../../src/main/systems/system.ts";
import type { Probe } from "../../../src/shared/action.ts";
import type { Resource } from "../../../src/shared/resource.ts";
import { kubernetesSystemSchema } from "../../../src/shared/systems/kubernetes.ts";
import { describeCounterpart } from "../counterpart.ts";
import { findApiServer, RealApiServer } from "./api-server.ts";
import { install } from "./definitions.ts";

const limit = 50_000;
const velero = "/apis/velero.io/v1/namespaces/velero";
const movers = "/apis/velero.io/v2alpha1/namespaces/velero";
const cnpg = "/apis/postgresql.cnpg.io/v1/namespaces/billing";

describeCounterpart(
  "kube-apiserver with the published resources of Velero and CloudNativePG",
  findApiServer(),
  () => {
    let real: RealApiServer;
    let system: System;
    const inventory = new Inventory();
    const around = new Surroundings();

    /** With `Strict`, what the schema does not name is refused. */
    async function put(path: string, body: object): Promise<void> {
      const { status, text } = await real.ask("POST", `${path}?fieldValidation=Strict`, body);
      if (status !== 201) throw new Error(`${status} ${text.slice(0, 500)}`);
    }
    async function get(path: string): Promise<Record<string, unknown>> {
      const { status, text } = await real.ask("GET", path);
      if (status !== 200) throw new Error(`${status} ${text.slice(0, 500)}`);
      return JSON.parse(text);
    }

    /** The operators' own part, which nobody plays here: what they say of an object. */
    async function say(path: string, status: object): Promise<void> {
      const { status: code, text } = await real.ask(
        "PATCH",
        path,
        { status },
        "application/merge-patch+json",
      );
      if (code !== 200) throw new Error(text.slice(0, 500));
    }

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

    const mover = (kind: string, label: string, of: string, spec: object) => ({
      apiVersion: "velero.io/v2alpha1",
      kind,
      metadata: { name: `${of}-data`, namespace: "velero", labels: { [label]: of } },
      spec: {
        backupStorageLocation: "depot",
        operationTimeout: "10m0s",
        sourceNamespace: "billing",
        ...spec,
      },
      status: { phase: "Completed", progress: { bytesDone: 4096, totalBytes: 4096 } },
    });

    beforeAll(async () => {
      real = await RealApiServer.start();
      await install(real, publishedDefinitions());
      for (const name of ["velero", "billing", "copy"]) {
        await put("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
      }
      await put(`${velero}/backupstoragelocations`, {
        apiVersion: "velero.io/v1",
        kind: "BackupStorageLocation",
        metadata: { name: "depot", namespace: "velero" },
        spec: { provider: "aws", objectStorage: { bucket: "velero-backups" } },
        status: { phase: "Available" },
      });
      await put(`${velero}/schedules`, {
        apiVersion: "velero.io/v1",
        kind: "Schedule",
        metadata: { name: "nightly", namespace: "velero" },
        spec: {
          schedule: "0 2 * * *",
          template: {
            includedNamespaces: ["billing"],
            snapshotMoveData: true,
            storageLocation: "depot",
            ttl: "504h0m0s",
          },
        },
      });
      await put(`${cnpg}/clusters`, {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Cluster",
        metadata: { name: "billing-db", namespace: "billing" },
        spec: {
          instances: 2,
          backup: { barmanObjectStore: { destinationPath: "s3://databases/billing" } },
          replica: { enabled: true, source: "billing-db-north" },
        },
      });
      await say(`${cnpg}/clusters/billing-db/status`, {
        phase: "Cluster in healthy state",
        instances: 2,
        readyInstances: 2,
        instanceNames: ["billing-db-1", "billing-db-2"],
        instancesStatus: { healthy: ["billing-db-1", "billing-db-2"] },
        currentPrimary: "billing-db-1",
        targetPrimary: "billing-db-1",
      });
      system = kubernetesSystem.create(
        kubernetesSystemSchema.parse({
          type: "kubernetes",
          kubeconfig: real.kubeconfig,
          context: "administrator",
          every: "5s",
        }),
        {
          id: "real",
          reach: around.reach,
          secrets: { resolve: () => Promise.reject(new Error("no secret is needed")) },
          questions: around.questions,
          now: () => Date.now(),
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

    test("a Velero Backup is kept as it was sent, is none twice, and is done when its data is", async () => {
      const backup = verbs("velero.backup-now", "real/velero-schedules/velero/nightly");
      const probe = await backup.probe();
      expect(probe.state).toBe("needed");
      await backup.apply(probe);
      await backup.apply(probe);
      const name = String(probe.observed.name);
      const path = `${velero}/backups/${name}`;
      expect(await get(path)).toMatchObject({
        metadata: { labels: { "velero.io/schedule-name": "nightly" } },
        spec: {
          includedNamespaces: ["billing"],
          snapshotMoveData: true,
          storageLocation: "depot",
          ttl: "504h0m0s",
        },
      });
      const upload = mover("DataUpload", "velero.io/backup-name", name, {
        snapshotType: "CSI",
        sourcePVC: "data",
      });
      await put(`${movers}/datauploads`, { ...upload, status: { phase: "InProgress" } });
      const startTimestamp = new Date().toISOString().replace(/\.\d+Z/, "Z");
      await say(path, { phase: "Completed", startTimestamp, progress: { totalItems: 3, itemsBackedUp: 3 } });
      expect((await backup.settle(probe)).effect).toBe("unknown");
      await say(`${movers}/datauploads/${name}-data`, upload.status);
      expect(await backup.verify(probe)).toMatchObject({ proven: true, data: { volumes: 1, bytes: 4096 } });
      await system.observe(inventory, AbortSignal.timeout(limit));
      const point = resource(`real/velero-restore-points/velero/${name}/billing`);
      expect(point.facts["backup.of"]?.value).toBe("real/namespaces/billing");
      expect(point.facts["backup.offSite"]?.value).toBe(true);
    });

    test("a Velero Restore is kept as it was sent, once, and what it brought is found by its mark", async () => {
      const wish = { of: "billing", latest: true, namespace: "copy" };
      const restore = verbs("velero.restore", "real/cluster", wish);
      const probe = await restore.probe();
      await restore.apply(probe);
      await restore.apply(probe);
      const name = String(probe.observed.name);
      const path = `${velero}/restores/${name}`;
      expect(await get(path)).toMatchObject({
        spec: {
          backupName: probe.observed.backup,
          includedNamespaces: ["billing"],
          namespaceMapping: { billing: "copy" },
          existingResourcePolicy: "update",
        },
      });
      await put(
        `${movers}/datadownloads`,
        mover("DataDownload", "velero.io/restore-name", name, {
          snapshotID: "a1b2",
          targetVolume: { namespace: "copy", pv: "restored", pvc: "data" },
        }),
      );
      await put("/api/v1/namespaces/copy/configmaps", {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "settings", namespace: "copy", labels: { "velero.io/restore-name": name } },
      });
      await say(path, { phase: "Completed" });
      expect(await restore.verify(probe)).toMatchObject({ proven: true, data: { objects: 1, volumes: 1 } });
    });

    test("a Velero test restore leaves out what would serve or run, and takes its namespace away", async () => {
      const trial = verbs("velero.test-restore", "real/cluster", { of: "billing", latest: true });
      const probe = await trial.probe();
      await trial.apply(probe);
      const { name, target } = probe.observed;
      expect(await get(`${velero}/restores/${name}`)).toMatchObject({
        spec: { excludedResources: expect.arrayContaining(["cronjobs.batch"]) },
      });
      await say(`${velero}/restores/${name}`, { phase: "PartiallyFailed", errors: 1 });
      expect(await trial.verify(probe)).toMatchObject({ proven: false, disproven: true });
      expect((await real.ask("GET", `/api/v1/namespaces/${target}`)).status).toBe(404);
    });

    const database = "real/databases/billing/billing-db";
    const path = `${cnpg}/clusters/billing-db`;

    test("a switchover changes the status alone, as its subresource lets it", async () => {
      const change = verbs("cnpg.switchover", database, { to: "billing-db-2" });
      const probe = await change.probe();
      await change.apply(probe);
      await change.apply(probe);
      expect(await get(path)).toMatchObject({
        spec: { instances: 2 },
        status: {
          currentPrimary: "billing-db-1",
          targetPrimary: "billing-db-2",
          phase: "Switchover in progress",
        },
      });
      expect((await change.settle(probe)).effect).toBe("unknown");
      await say(`${path}/status`, { currentPrimary: "billing-db-2", phase: "Cluster in healthy state" });
      expect(await change.verify(probe)).toMatchObject({ proven: true, data: { primary: "billing-db-2" } });
    });

    test("a fence is an annotation that is there and gone again", async () => {
      const fence = verbs("cnpg.fence", database);
      await fence.apply(await fence.probe());
      expect(await get(path)).toMatchObject({
        metadata: { annotations: { "cnpg.io/fencedInstances": '["*"]' } },
      });
      const lift = verbs("cnpg.unfence", database);
      const probe = await lift.probe();
      await lift.apply(probe);
      expect(await lift.verify(probe)).toMatchObject({ proven: true, data: { fenced: [] } });
      expect(await get(path)).not.toHaveProperty("metadata.annotations");
    });

    test("a promotion ends the replication; a backup is kept as it was sent, once", async () => {
      const promote = verbs("cnpg.promote", database);
      await promote.apply(await promote.probe());
      expect(await get(path)).toMatchObject({
        spec: { replica: { enabled: false, source: "billing-db-north" } },
      });
      const backup = verbs("cnpg.backup-now", database);
      const probe = await backup.probe();
      await backup.apply(probe);
      await backup.apply(probe);
      const made = `${cnpg}/backups/${probe.observed.name}`;
      expect(await get(made)).toMatchObject({
        spec: { cluster: { name: "billing-db" }, method: "barmanObjectStore" },
      });
      await say(`${made}/status`, { phase: "completed", stoppedAt: "2026-01-31T12:00:00Z" });
      expect(await backup.verify(probe)).toMatchObject({ proven: true });
    });
  },
);
