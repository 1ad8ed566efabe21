import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { layTestAuthority } from "../testing/addon-bench.ts";
import { SharedLocation } from "./testing/shared-location.ts";

let bench: SharedLocation;

layTestAuthority();
afterEach(() => bench.close());

const names = (name: string) => bench.objects(name).map(({ metadata }) => metadata.name);

describe("where production lives", () => {
  beforeEach(async () => {
    bench = await SharedLocation.start("east");
  });
  const schedule = "cluster-east/velero-schedules/velero/daily-east";
  const billing = "cluster-east/namespaces/billing";

  test("a backup is done when the data of its volumes is", async () => {
    const { verification, trail, probe } = await bench.run("velero.backup-now", schedule, "backup-policy");
    expect(verification).toMatchObject({ proven: true, data: { volumes: 2 } });
    expect(trail.committed).toBe(1);
    const [made] = bench
      .objects("backups.velero.io")
      .filter(({ metadata }) => metadata.name === probe.observed.name);
    expect(made).toMatchObject({
      metadata: { labels: { "velero.io/schedule-name": "daily-east" } },
      spec: { includedNamespaces: ["identity", "billing"], snapshotMoveData: true },
      status: { phase: "Completed" },
    });
  });

  test("an answer that is lost is no second backup: what was asked for is found by its name", async () => {
    const { chosen, input, context } = bench.on("velero.backup-now", schedule, "backup-policy");
    const probe = await chosen.probe(context, input);
    const before = names("backups.velero.io").length;
    expect((await chosen.settle(context, input, probe)).effect).toBe("unknown");
    await chosen.apply(context, input, probe);
    await chosen.apply(context, input, probe);
    expect(names("backups.velero.io")).toHaveLength(before + 1);
    expect((await chosen.settle(context, input, probe)).effect).toBe("unknown");
    await bench.lab.settle(120_000);
    bench.begin();
    expect((await bench.action("velero.backup-now").settle(context, input, probe)).effect).toBe("happened");
  });

  test("what was never sent did not happen, once it can no longer arrive", async () => {
    const { chosen, input, context } = bench.on("velero.backup-now", schedule, "backup-policy");
    const probe = await chosen.probe(context, input);
    await bench.lab.settle(61_000);
    expect((await chosen.settle(context, input, probe)).effect).toBe("did-not-happen");
  });

  test("a backup whose data the location refuses has failed, names its volumes and is none to restore from", async () => {
    bench.trouble.uploadFails = true;
    const { verification, probe } = await bench.run("velero.backup-now", schedule, "backup-policy");
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toMatch(/the data of these volumes was not moved: data-/);
    const restorePoint = String(probe.observed.name);
    const on = bench.on("velero.restore", billing, "namespace", { restorePoint, namespace: "copy" });
    expect((await on.chosen.probe(on.context, on.input)).state).toBe("impossible");
  });

  test("nothing is backed up to a location that is read only or cannot be used, or by a schedule that is gone", async () => {
    const locations = bench.lab.cluster.collection("backupstoragelocations.velero.io");
    const [location] = locations.all();
    if (!location) throw new Error("no location");
    const state = async () => (await bench.run("velero.backup-now", schedule, "backup-policy")).probe.state;
    locations.put({ ...location, spec: { ...location.spec, accessMode: "ReadOnly" } });
    expect(await state()).toBe("impossible");
    locations.put({ ...location, status: { phase: "Unavailable", message: "403" } });
    expect(await state()).toBe("impossible");
    locations.put(location);
    bench.lab.cluster.collection("schedules.velero.io").remove("velero", "daily-east");
    expect(await state()).toBe("impossible");
  });

  test("a restore into volumes that are there is refused until they are told to keep their data", async () => {
    const given = { latest: true };
    const refused = await bench.run("velero.restore", billing, "namespace", given);
    expect(refused.probe).toMatchObject({
      state: "impossible",
      text: { en: expect.stringContaining("Velero never replaces the data") },
    });
    const allowed = await bench.run("velero.restore", billing, "namespace", { ...given, keepVolumes: true });
    expect(allowed.verification).toMatchObject({ proven: true, data: { volumes: 0 } });
  });

  test("a restore point is tried in a namespace of its own, of which nothing is left", async () => {
    const made: string[] = [];
    for (const name of ["cronjobs.batch", "deployments.apps"]) {
      bench.lab.cluster.collection(name).onChange((after) => {
        if (after && after.metadata.namespace !== "billing") made.push(after.metadata.name);
      });
    }
    const { verification, probe } = await bench.run("velero.test-restore", billing, "namespace", {
      latest: true,
    });
    expect(verification).toMatchObject({ proven: true, data: { of: billing } });
    expect(names("namespaces")).not.toContain(probe.observed.target);
    expect(made).toContain("invoices");
    expect(made).not.toContain("nightly-close");
    expect(bench.events).toMatchObject([
      { type: "backup.restore-tested", subject: billing, data: { of: billing, good: true } },
    ]);
  });

  test("a log-in that may not create restores is told before anything is sent", async () => {
    const ask = bench.access.ask.bind(bench.access);
    bench.access.ask = async (request) =>
      request.path.endsWith("selfsubjectaccessreviews") ? { status: { allowed: false } } : ask(request);
    const { probe } = await bench.run("velero.test-restore", billing, "namespace", { latest: true });
    expect(probe).toMatchObject({ state: "impossible", text: { en: expect.stringContaining("namespaces") } });
  });
});

describe("where it is restored", () => {
  beforeEach(async () => {
    bench = await SharedLocation.start("north");
  });
  const cluster = "cluster-north/cluster";
  const latest = { of: "cluster-east/namespaces/billing", latest: true };

  test("the newest backup of the other cluster is restored with its data, its pods and its volumes", async () => {
    const { verification, probe } = await bench.run("velero.restore", cluster, "cluster", latest);
    expect(probe.observed).toMatchObject({ lost: 6 * 3600, target: "billing" });
    expect(verification).toMatchObject({ proven: true, data: { volumes: 1, bytes: 40 * 2 ** 30 * 0.4 } });
    expect(verification?.text.en).toMatch(/workloads: 2, pods ready: 3, volumes bound: 1/);
  });

  test("a restore that calls itself complete is waited for until its data is there", async () => {
    bench.trouble.forgetsData = true;
    bench.trouble.slow = true;
    bench.trouble.haste = 10;
    const { verification, trail } = await bench.run("velero.restore", cluster, "cluster", latest);
    expect(verification).toMatchObject({ proven: true });
    expect(JSON.stringify(trail)).toContain("Data still moving: data-billing-store-0");
  });

  test("a restore that calls itself complete without its data has failed, and the one before it is good", async () => {
    bench.trouble.forgetsData = true;
    bench.trouble.corrupt = true;
    const { verification, probe } = await bench.run("velero.restore", cluster, "cluster", latest);
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toMatch(/^Velero calls passerelle-billing-\w+ complete, but the data/);
    const before = Number(probe.observed.madeAt) - 1;
    const again = await bench.run("velero.restore", cluster, "cluster", { ...latest, before });
    expect(again.verification).toMatchObject({ proven: true });
  });

  test("a download that was cancelled is no success, though it may call itself completed", async () => {
    const { chosen, input, context } = bench.on("velero.restore", cluster, "cluster", latest);
    const probe = await chosen.probe(context, input);
    const applied = await chosen.apply(context, input, probe);
    const downloads = bench.lab.cluster.collection("datadownloads.velero.io");
    downloads.onChange((after) => {
      if (after && after.spec?.cancel !== true)
        downloads.put({ ...after, spec: { ...after.spec, cancel: true } });
    });
    const verification = await chosen.verify(context, input, probe, applied);
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect((await chosen.settle(context, input, probe)).effect).toBe("did-not-happen");
  });

  test("while the location is away nothing is begun, and what was begun waits for it", async () => {
    const { chosen, input, context } = bench.on("velero.restore", cluster, "cluster", latest);
    const probe = await chosen.probe(context, input);
    const applied = await chosen.apply(context, input, probe);
    bench.trouble.link = false;
    await bench.lab.settle(600_000);
    expect((await chosen.settle(context, input, probe)).effect).toBe("unknown");
    bench.trouble.link = true;
    expect(await chosen.verify(context, input, probe, applied)).toMatchObject({ proven: true });
  });

  test("a backup that is not there, or that nobody named, is no restore", async () => {
    const words = async (input: Record<string, unknown>) => {
      const { probe } = await bench.run("velero.restore", cluster, "cluster", input);
      expect(probe.state).toBe("impossible");
      return probe.text.en;
    };
    expect(await words({})).toContain("which application");
    expect(await words({ of: "billing" })).toContain("which restore point");
    expect(await words({ of: "billing", restorePoint: "gone" })).toContain("no Velero backup gone");
    expect(await words({ of: "portal", latest: true })).toContain("no complete Velero backup of portal");
    expect(await words({ ...latest, before: "2001-01-01T00:00:00Z" })).toContain("that would fit");
  });

  test("a restore that takes longer than six hours is told, and is not sent again", async () => {
    bench.trouble.slow = true;
    bench.trouble.haste = 100;
    const on = bench.on("velero.restore", cluster, "cluster", latest);
    const probe = await on.chosen.probe(on.context, on.input);
    const applied = await on.chosen.apply(on.context, on.input, probe);
    bench.trouble.link = false;
    await expect(on.chosen.verify(on.context, on.input, probe, applied)).rejects.toMatchObject({
      code: "kubernetes.velero-too-long",
    });
    expect(names("restores.velero.io")).toHaveLength(1);
  });
});
