import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { text } from "../../../../../shared/text.ts";
import { Refusal } from "../../client/refusal.ts";
import { layTestAuthority } from "../testing/addon-bench.ts";
import { Regions } from "./testing/regions.ts";

let regions: Regions;

layTestAuthority();
afterEach(() => regions.close());

const policy = (system: string, name: string) => `${system}/kasten-policies/kasten-io/${name}`;
const actions = "actions.kio.kasten.io";

describe("where production lives", () => {
  beforeEach(async () => {
    regions = await Regions.start("east");
  });
  const backup = policy("cluster-east", "backup-billing");

  test("a policy is run, and is done when its backup and its export are", async () => {
    const { verification, trail } = await regions.run("kasten.run-policy", backup, "backup-policy");
    expect(verification).toMatchObject({ proven: true, text: { en: "Backed up and exported: billing." } });
    expect(trail.committed).toBe(1);
    expect(regions.objects(`exportactions.${actions}`)).toMatchObject([{ status: { state: "Complete" } }]);
  });

  test("an answer that is lost is no second run: what was asked for is found by its name", async () => {
    const { chosen, input, context } = regions.on("kasten.run-policy", backup, "backup-policy");
    const probe = await chosen.probe(context, input);
    expect((await chosen.settle(context, input, probe)).effect).toBe("unknown");
    await chosen.apply(context, input, probe);
    await chosen.apply(context, input, probe);
    expect(regions.objects(`runactions.${actions}`)).toHaveLength(1);
    expect((await chosen.settle(context, input, probe)).effect).toBe("unknown");
    await regions.lab.settle(120_000);
    regions.begin();
    expect((await regions.action("kasten.run-policy").settle(context, input, probe)).effect).toBe("happened");
  });

  test("what was never sent did not happen, once it can no longer arrive", async () => {
    const { chosen, input, context } = regions.on("kasten.run-policy", backup, "backup-policy");
    const probe = await chosen.probe(context, input);
    await regions.lab.settle(61_000);
    expect((await chosen.settle(context, input, probe)).effect).toBe("did-not-happen");
  });

  test("an export that the location refuses has failed, and says why", async () => {
    regions.trouble.exportFails = true;
    const { verification } = await regions.run("kasten.run-policy", backup, "backup-policy");
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("the location refused the data: AccessDenied");
  });

  test("a policy whose application is not there is no backup", async () => {
    regions.lab.cluster.collection("namespaces").remove(undefined, "billing");
    const { verification } = await regions.run("kasten.run-policy", backup, "backup-policy");
    expect(verification).toMatchObject({ proven: false, disproven: true });
  });

  test("a policy that backs up is none that imports, and one that is gone is neither", async () => {
    expect((await regions.run("kasten.import", backup, "backup-policy")).probe.state).toBe("impossible");
    const gone = policy("cluster-east", "gone");
    expect((await regions.run("kasten.run-policy", gone, "backup-policy")).probe.state).toBe("impossible");
  });

  test("a log-in that may not create actions is told before anything is sent", async () => {
    const { chosen, input, context } = regions.on("kasten.run-policy", backup, "backup-policy");
    const ask = regions.access.ask.bind(regions.access);
    regions.access.ask = async (request) =>
      request.path.endsWith("selfsubjectaccessreviews") ? { status: { allowed: false } } : ask(request);
    const probe = await chosen.probe(context, input);
    expect(probe).toMatchObject({ state: "impossible", text: { en: expect.stringContaining("runactions") } });
  });

  test("a restore point is tried in a namespace of its own, of which nothing is left", async () => {
    const namespace = "cluster-east/namespaces/billing";
    const made: string[] = [];
    for (const name of ["cronjobs.batch", "deployments.apps"]) {
      regions.lab.cluster.collection(name).onChange((after) => {
        if (after && after.metadata.namespace !== "billing") made.push(after.metadata.name);
      });
    }
    const { verification, probe } = await regions.run("kasten.test-restore", namespace, "namespace", {
      latest: true,
    });
    expect(verification).toMatchObject({ proven: true, data: { of: namespace } });
    expect(verification?.text.en).toMatch(
      /^(\d+) of \1 objects are there \(workloads: 2, pods ready: 3, volumes bound: 1\)\.$/,
    );
    expect(regions.objects("namespaces").map(({ metadata }) => metadata.name)).not.toContain(
      probe.observed.target,
    );
    expect(made).toContain("invoices");
    expect(made).not.toContain("nightly-close");
    expect(regions.events).toMatchObject([
      { type: "backup.restore-tested", subject: namespace, data: { of: namespace, good: true } },
    ]);
  });

  test("what a console that ended in the middle left behind goes with the next test, but for what still runs", async () => {
    const namespace = "cluster-east/namespaces/billing";
    const begun = async () => {
      const of = regions.on("kasten.test-restore", namespace, "namespace", { latest: true });
      const probe = await of.chosen.probe(of.context, of.input);
      await of.chosen.apply(of.context, of.input, probe);
      return { ...of, probe, target: String(probe.observed.target) };
    };
    const names = () =>
      regions
        .objects("namespaces")
        .filter(({ metadata }) => !metadata.deletionTimestamp)
        .map(({ metadata }) => metadata.name);
    const broken = await begun();
    await regions.lab.settle(120_000);
    expect((await broken.chosen.settle(broken.context, broken.input, broken.probe)).text.en).toContain(
      broken.target,
    );
    const running = await begun();
    expect(names()).not.toContain(broken.target);
    await regions.lab.settle(5_000);
    await begun();
    expect(names()).toContain(running.target);
  });

  test("a test restore that fails is written down as such, and is cleaned up too", async () => {
    regions.trouble.corrupt = true;
    const content = regions
      .objects("restorepointcontents.apps.kio.kasten.io")
      .filter(({ metadata }) => metadata.labels?.["k10.kasten.io/exportProfile"])
      .filter(({ metadata }) => metadata.labels?.["k10.kasten.io/appName"] === "billing")
      .sort((one, other) => (String(one.status?.actionTime) < String(other.status?.actionTime) ? -1 : 1))
      .at(-1);
    const point = `cluster-east/kasten-restore-points/${content?.metadata.name}`;
    const { verification, probe } = await regions.run("kasten.test-restore", point, "restore-point");
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("BLOB not found");
    expect(regions.objects("namespaces").map(({ metadata }) => metadata.name)).not.toContain(
      probe.observed.target,
    );
    expect(regions.events).toMatchObject([{ data: { good: false, restorePoint: point } }]);
  });
});

describe("where production is recovered", () => {
  const cluster = "cluster-north/cluster";
  const latest = { of: "cluster-east/namespaces/billing", latest: true };
  beforeEach(async () => {
    regions = await Regions.start("north");
  });
  const imported = () =>
    regions.run("kasten.import", policy("cluster-north", "import-billing"), "backup-policy");

  test("restore points are imported, and the newest is restored where its namespace never was", async () => {
    expect((await regions.run("kasten.restore", cluster, "cluster", latest)).probe.state).toBe("impossible");
    const { verification: known } = await imported();
    expect(known).toMatchObject({ proven: true, data: { restorePoints: 3 } });
    const { probe, verification, trail } = await regions.run("kasten.restore", cluster, "cluster", latest);
    expect(probe.text.en).toMatch(
      /^Restore point billing-scheduled-\w+ of 2025-01-06 08:00 UTC: what was written/,
    );
    expect(verification).toMatchObject({ proven: true });
    expect(verification?.text.en).toMatch(
      /^(\d+) of \1 objects are there \(workloads: 2, pods ready: 3, volumes bound: 1\)\.$/,
    );
    expect(trail.progress.some((words) => /restoring .* into billing \(\d+ %\)/.test(words))).toBe(true);
    expect(regions.objects("restorepoints.apps.kio.kasten.io", "billing")).toHaveLength(1);
  });

  test("an earlier restore point is taken where `before` says so, and none where there is none", async () => {
    await imported();
    const before = { ...latest, before: "2025-01-06T07:00:00Z" };
    const { probe } = await regions.run("kasten.restore", cluster, "cluster", before);
    expect(probe.observed.madeAt).toBe(Date.UTC(2025, 0, 6, 4));
    const none = await regions.run("kasten.restore", cluster, "cluster", { ...latest, before: "2024-01-01" });
    expect(none.probe).toMatchObject({
      state: "impossible",
      text: { en: expect.stringContaining("2024-01-01") },
    });
    expect(regions.action("kasten.restore").input.safeParse({ before: "yesterday" }).success).toBe(false);
  });

  test("nothing is restored into a namespace that is being deleted", async () => {
    await imported();
    const namespaces = regions.lab.cluster.collection("namespaces");
    const [some] = namespaces.all();
    if (!some) throw new Error("no namespace");
    const metadata = { ...some.metadata, name: "billing" };
    namespaces.put({ ...some, metadata, status: { phase: "Terminating" } });
    const { probe } = await regions.run("kasten.restore", cluster, "cluster", latest);
    expect(probe).toMatchObject({
      state: "impossible",
      text: { en: expect.stringContaining("being deleted") },
    });
  });

  test("a corrupt restore point is a clear failure, with the way on", async () => {
    regions.trouble.corrupt = true;
    await imported();
    const { verification } = await regions.run("kasten.restore", cluster, "cluster", latest);
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.en).toContain("BLOB not found");
    expect(verification?.text.fr).toContain("point antérieur");
  });

  test("a restore that is slow goes on, and is found again after a restart of the console", async () => {
    regions.trouble.slow = true;
    regions.trouble.haste = 5;
    await imported();
    const { chosen, input, context } = regions.on("kasten.restore", cluster, "cluster", latest);
    const probe = await chosen.probe(context, input);
    await chosen.apply(context, input, probe);
    await regions.lab.settle(120_000);
    regions.begin();
    const again = regions.action("kasten.restore");
    expect((await again.settle(context, input, probe)).effect).toBe("unknown");
    expect(await again.verify(context, input, probe, { data: {} })).toMatchObject({ proven: true });
    expect((await again.settle(context, input, probe)).effect).toBe("happened");
    expect(regions.objects(`restoreactions.${actions}`)).toHaveLength(1);
  });

  test("an API server that is away for a while is waited for, one that refuses is not", async () => {
    await imported();
    const { chosen, input, context } = regions.on("kasten.restore", cluster, "cluster", latest);
    const probe = await chosen.probe(context, input);
    await chosen.apply(context, input, probe);
    const ask = regions.access.ask.bind(regions.access);
    let away = 0;
    regions.access.ask = (request) => {
      if (!request.path.includes("/restoreactions/") || away >= 10) return ask(request);
      away += 1;
      return Promise.reject(new Error("connect ECONNREFUSED"));
    };
    expect(await chosen.verify(context, input, probe, { data: {} })).toMatchObject({ proven: true });
    expect(away).toBe(10);
    const gone = {
      status: 403,
      code: "kubernetes.forbidden",
      reason: "Forbidden",
      said: "",
      saidAtLength: "",
    };
    const words = text("No.", "Non.");
    regions.access.ask = () =>
      Promise.reject(new Refusal({ ...gone, message: words, hint: words, causes: [], retryAfter: null }));
    const refused = chosen.verify(context, input, probe, { data: {} });
    await expect(refused).rejects.toMatchObject({ code: "kubernetes.forbidden" });
  });

  test("pods that do not come are no success, whatever Kasten says", async () => {
    await imported();
    regions.trouble.haste = 10;
    for (const node of regions.lab.cluster.nodes.all()) {
      regions.lab.cluster.nodes.put({ ...node, spec: { ...node.spec, unschedulable: true } });
    }
    const { verification } = await regions.run("kasten.restore", cluster, "cluster", latest);
    expect(verification?.proven).toBe(false);
    expect(verification?.text.en).toContain(
      "Not yet: deployments/invoices (0/2), statefulsets/billing-store (0/1).",
    );
  });
});
