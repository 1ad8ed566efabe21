import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Cluster } from "../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import { regionApplications } from "../../../../../lab/servers/kubernetes/cluster/region-plan.ts";
import { cnpgAddon } from "../../../../../lab/servers/kubernetes/cnpg/index.ts";
import { TestApi } from "../../../../../lab/servers/kubernetes/testing/test-api.ts";
import { AddonBench, layTestAuthority } from "../testing/addon-bench.ts";

const clusters = "clusters.postgresql.cnpg.io";
const backups = "backups.postgresql.cnpg.io";
const database = "cluster-east/databases/billing/billing-db";
const replica = "cluster-east/databases/standby/ledger-db";

let bench: AddonBench;
const trouble = { archive: false, hangs: false, link: true, haste: 1 };

layTestAuthority();
beforeEach(async () => {
  Object.assign(trouble, { archive: false, hangs: false, link: true, haste: 1 });
  const addon = cnpgAddon({
    runs: () => true,
    databases: [
      {
        namespace: "billing",
        name: "billing-db",
        instances: 3,
        store: "s3://databases/billing",
        schedule: "0 0 2 * * *",
      },
      {
        namespace: "standby",
        name: "ledger-db",
        instances: 1,
        store: "s3://databases/ledger",
        schedule: null,
        replicates: { source: "ledger-north", reaches: () => trouble.link },
      },
    ],
    faults: { archiveFails: () => trouble.archive, switchoverHangs: () => trouble.hangs },
  });
  const lab = await TestApi.of((world) => {
    const region = {
      id: "east",
      nodes: 3,
      applications: [regionApplications.billing],
      runs: () => true,
      onChange: () => () => {},
    };
    return new Cluster({ world, flavour: "openshift", region, addons: [addon] });
  });
  bench = new AddonBench(lab, { id: "cluster-east", trouble });
});
afterEach(() => bench.close());

const state = (namespace: string, name: string) => {
  const found = bench.lab.cluster.collection(clusters).get(namespace, name);
  if (!found) throw new Error(`no database ${name}`);
  return found;
};

const hibernated = { type: "cnpg.io/hibernation", status: "True" };

/** Reads the cluster, and the database's figures. */
async function observing() {
  const { sink, round, close } = await bench.observe("east");
  await bench.lab.settle(16_000);
  await round(database);
  return { sink, round, close };
}

describe("what is seen", () => {
  test("databases with their primary and archive, backups, schedules, and a replica with its lag", async () => {
    const { sink, close } = await observing();
    expect(sink.facts(database)).toMatchObject({
      "cnpg.role": "primary",
      "cnpg.primary": "billing-db-1",
      "cnpg.instances": 3,
      "cnpg.ready": 3,
      "cnpg.lag": 0,
      "cnpg.archivedAt": expect.any(Number),
    });
    expect(sink.facts("cluster-east/database-schedules/billing/billing-db-daily")).toMatchObject({
      "backup.schedule": "0 2 * * *",
      "backup.protects": [database],
    });
    const points = sink.declared.filter(({ kind }) => kind === "restore-point");
    expect(points).toHaveLength(3);
    expect(sink.facts(points[0]?.id ?? "")).toMatchObject({
      "backup.of": database,
      "backup.state": "good",
      "backup.offSite": true,
      "backup.location": "s3://databases/billing",
      "backup.policy": "cluster-east/database-schedules/billing/billing-db-daily",
    });
    expect(sink.facts("cluster-east/database-replications/standby/ledger-db")).toMatchObject({
      "replication.from": "ledger-north",
      "replication.to": replica,
      "replication.lag": 2,
      "replication.measured": expect.any(Number),
    });
    await close();
  });

  test("a replica that receives nothing has no lag that could be told; a failing archive is critical", async () => {
    const { sink, round, close } = await observing();
    trouble.link = false;
    trouble.archive = true;
    await bench.lab.settle(1_200_000);
    await round(database);
    const replication = "cluster-east/database-replications/standby/ledger-db";
    expect(sink.facts(replication)).toMatchObject({ "replication.lag": null, "replication.measured": null });
    expect(sink.health(replication)).toBe("critical");
    expect(sink.health(database)).toBe("critical");
    await close();
  });
});

describe("what is done", () => {
  test("a standby becomes the primary, and every instance is ready again", async () => {
    const { verification, probe, trail } = await bench.run("cnpg.switchover", database, "service");
    expect(probe.observed).toMatchObject({ from: "billing-db-1", to: "billing-db-2" });
    expect(verification).toMatchObject({ proven: true, data: { primary: "billing-db-2", lag: 0 } });
    expect(trail.committed).toBe(1);
    const again = await bench.run("cnpg.switchover", database, "service", { to: "billing-db-2" });
    expect(again.probe.state).toBe("done");
  });

  test("a switchover that does not end is no success, is settled as unknown and is not sent again", async () => {
    trouble.hangs = true;
    trouble.haste = 20;
    const { chosen, input, context } = bench.on("cnpg.switchover", database, "service", {
      to: "billing-db-3",
    });
    const probe = await chosen.probe(context, input);
    expect((await chosen.settle(context, input, probe)).effect).toBe("did-not-happen");
    const applied = await chosen.apply(context, input, probe);
    expect((await chosen.verify(context, input, probe, applied)).proven).toBe(false);
    expect((await chosen.settle(context, input, probe)).effect).toBe("unknown");
    const other = await bench.run("cnpg.switchover", database, "service", { to: "billing-db-2" });
    expect(other.probe).toMatchObject({
      state: "impossible",
      text: { en: expect.stringContaining("changing already") },
    });
  });

  test("somebody who switched over meanwhile is not overruled", async () => {
    const { chosen, input, context } = bench.on("cnpg.switchover", database, "service", {
      to: "billing-db-3",
    });
    const probe = await chosen.probe(context, input);
    await bench.run("cnpg.switchover", database, "service", { to: "billing-db-2" });
    const applied = await chosen.apply(context, input, probe);
    expect(state("billing", "billing-db").status).toMatchObject({ targetPrimary: "billing-db-2" });
    expect(await chosen.verify(context, input, probe, applied)).toMatchObject({
      proven: false,
      disproven: true,
    });
    expect((await chosen.settle(context, input, probe)).effect).toBe("did-not-happen");
  });

  test("the operator's write in between is read anew instead of overwritten", async () => {
    const { chosen, input, context } = bench.on("cnpg.switchover", database, "service", {
      to: "billing-db-3",
    });
    const probe = await chosen.probe(context, input);
    const ask = bench.access.ask.bind(bench.access);
    let writes = 0;
    bench.access.ask = (request) => {
      if (request.method === "PATCH" && writes++ === 0) {
        const now = state("billing", "billing-db");
        bench.lab.cluster
          .collection(clusters)
          .put({ ...now, status: { ...now.status, phaseReason: "other" } });
      }
      return ask(request);
    };
    const applied = await chosen.apply(context, input, probe);
    expect(writes).toBe(2);
    expect(await chosen.verify(context, input, probe, applied)).toMatchObject({ proven: true });
  });

  test("nothing that is fenced or unknown becomes the primary", async () => {
    await bench.run("cnpg.fence", database, "service", { instance: "billing-db-2" });
    const { probe } = await bench.run("cnpg.switchover", database, "service", { to: "billing-db-2" });
    expect(probe.state).toBe("impossible");
    const gone = await bench.run("cnpg.switchover", database, "service", { to: "billing-db-9" });
    expect(gone.probe).toMatchObject({
      state: "impossible",
      text: { en: "It has no instance billing-db-9." },
    });
  });

  test("stopping its namespace hibernates it, and starting wakes it with the data that it had", async () => {
    const billing = "cluster-east/namespaces/billing";
    const stopped = await bench.run("kubernetes.stop-applications", billing, "namespace");
    expect(stopped.probe.text.en).toContain("cluster/billing-db");
    expect(stopped.verification).toMatchObject({ proven: true });
    expect(state("billing", "billing-db")).toMatchObject({
      metadata: { annotations: { "cnpg.io/hibernation": "on" } },
      status: {
        readyInstances: 0,
        conditions: expect.arrayContaining([expect.objectContaining(hibernated)]),
      },
    });
    const { sink, close } = await observing();
    // It does not run because somebody stopped it: that is no trouble.
    expect(sink.facts(database)).toMatchObject({ "cnpg.hibernated": true, "cnpg.ready": 0 });
    expect(sink.health(database)).toBe("ok");
    await close();
    const again = await bench.run("kubernetes.stop-applications", billing, "namespace");
    expect(again.probe.state).toBe("done");
    const started = await bench.run("kubernetes.start-applications", billing, "namespace");
    expect(started.verification).toMatchObject({ proven: true });
    const { metadata, status } = state("billing", "billing-db");
    expect(metadata.annotations).toEqual({ "cnpg.io/hibernation": "off" });
    expect(status).toMatchObject({ readyInstances: 3, currentPrimary: "billing-db-1" });
  });

  test("a database that somebody hibernated before is left alone by stop and start", async () => {
    const before = state("billing", "billing-db");
    const annotations = { "cnpg.io/hibernation": "on" };
    bench.lab.cluster.collection(clusters).put({ ...before, metadata: { ...before.metadata, annotations } });
    const billing = "cluster-east/namespaces/billing";
    await bench.run("kubernetes.stop-applications", billing, "namespace");
    await bench.run("kubernetes.start-applications", billing, "namespace");
    expect(state("billing", "billing-db").metadata.annotations).toEqual(annotations);
  });

  test("a fence stops every instance, and lifting it lets them run; each is asked for once", async () => {
    const fenced = await bench.run("cnpg.fence", database, "service");
    expect(fenced.verification).toMatchObject({ proven: true, data: { fenced: ["*"], ready: 0 } });
    expect((await bench.run("cnpg.fence", database, "service")).probe.state).toBe("done");
    const one = await bench.run("cnpg.unfence", database, "service", { instance: "billing-db-1" });
    expect(one.probe.state).toBe("impossible");
    const lifted = await bench.run("cnpg.unfence", database, "service");
    expect(lifted.verification).toMatchObject({ proven: true, data: { fenced: [], ready: 3 } });
    expect(state("billing", "billing-db").metadata.annotations).not.toHaveProperty("cnpg.io/fencedInstances");
  });

  test("a replica is promoted once it is out of recovery, and the loss was said before", async () => {
    const { chosen, input, context } = bench.on("cnpg.promote", replica, "service");
    const probe = await chosen.probe(context, input);
    expect(probe).toMatchObject({ state: "needed", observed: { source: "ledger-north", lag: 2 } });
    expect((await chosen.settle(context, input, probe)).effect).toBe("did-not-happen");
    const applied = await chosen.apply(context, input, probe);
    expect((await chosen.settle(context, input, probe)).effect).toBe("unknown");
    expect(await chosen.verify(context, input, probe, applied)).toMatchObject({ proven: true });
    expect((await chosen.settle(context, input, probe)).effect).toBe("happened");
    expect((await bench.run("cnpg.promote", replica, "service")).probe.state).toBe("done");
    expect((await bench.run("cnpg.promote", database, "service")).probe.state).toBe("done");
  });

  test("a replica that is cut off is promoted with a loss that nobody can tell", async () => {
    trouble.link = false;
    const { probe } = await bench.run("cnpg.promote", replica, "service");
    expect(probe.text.en).toContain("is not known: what is lost cannot be said");
  });

  test("a database is backed up as it is set up, by its schedule or by itself, and never twice", async () => {
    const schedule = "cluster-east/database-schedules/billing/billing-db-daily";
    for (const [target, kind] of [
      [database, "service"],
      [schedule, "backup-policy"],
    ] as const) {
      const { chosen, input, context } = bench.on("cnpg.backup-now", target, kind);
      const probe = await chosen.probe(context, input);
      const before = bench.objects(backups).length;
      expect((await chosen.settle(context, input, probe)).effect).toBe("unknown");
      const applied = await chosen.apply(context, input, probe);
      await chosen.apply(context, input, probe);
      expect(bench.objects(backups)).toHaveLength(before + 1);
      expect(await chosen.verify(context, input, probe, applied)).toMatchObject({ proven: true });
      expect((await chosen.settle(context, input, probe)).effect).toBe("happened");
    }
  });

  test("a backup that the store refuses has failed and says why; one that is set up nowhere is none", async () => {
    trouble.archive = true;
    const { verification } = await bench.run("cnpg.backup-now", database, "service");
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("AccessDenied");
    const now = state("billing", "billing-db");
    const { backup: _, ...spec } = now.spec ?? {};
    bench.lab.cluster.collection(clusters).put({ ...now, spec });
    expect((await bench.run("cnpg.backup-now", database, "service")).probe.state).toBe("impossible");
  });
});
