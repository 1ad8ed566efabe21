import { afterEach, expect, test } from "vitest";
import { FakeApi } from "../../testing/fake-api.ts";
import { openSystem } from "../../testing/open-system.ts";
import { RecordingSink } from "../../testing/recording-sink.ts";
import { quiet } from "../../testing/surroundings.ts";
import { layTestAuthority } from "../testing/addon-bench.ts";
import { Regions } from "./testing/regions.ts";

let regions: Regions;
const closing: (() => Promise<void>)[] = [];

layTestAuthority();
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function observing(region: "east" | "north") {
  regions = await Regions.start(region);
  closing.unshift(() => regions.close());
  const { sink, round, close } = await regions.observe(region);
  closing.unshift(close);
  return { sink, round };
}

const problemsOf = (sink: RecordingSink, id: string) => {
  const seen = sink.last.get(id);
  return seen && "problems" in seen ? (seen.problems ?? []).map(({ code, text }) => [code, text.en]) : [];
};
const policy = (region: string, name: string) => `cluster-${region}/kasten-policies/kasten-io/${name}`;

test("policies, profiles and restore points are shown with the facts that all backups have", async () => {
  const { sink } = await observing("east");
  const backup = policy("east", "backup-billing");
  expect(sink.facts(backup)).toMatchObject({
    "kasten.does": "backup",
    "backup.schedule": "0 0,4,8,12,16,20 * * *",
    "backup.zone": "UTC",
    "backup.paused": false,
    "backup.keep": "3 daily",
    "backup.location": "kasten-exports",
    "backup.protects": ["cluster-east/namespaces/billing"],
  });
  expect(sink.facts("cluster-east/kasten-profiles/kasten-io/kasten-exports")).toMatchObject({
    "kasten.storage": "kasten-exports, S3, depot",
  });
  const points = sink.declared.filter(({ kind }) => kind === "restore-point").map(({ id }) => sink.facts(id));
  const billing = points.filter((facts) => facts["backup.of"] === "cluster-east/namespaces/billing");
  expect(billing.filter((facts) => facts["backup.offSite"] === true)).toHaveLength(3);
  expect(billing.filter((facts) => facts["backup.offSite"] === false)).toHaveLength(3);
  expect(billing).toContainEqual(
    expect.objectContaining({
      "backup.madeAt": Date.UTC(2025, 0, 6, 8),
      "backup.state": "good",
      "backup.location": "kasten-exports",
      "backup.policy": backup,
      "backup.size": Math.round(40 * 2 ** 30 * 0.4),
    }),
  );
});

test("what an import policy brought is of the cluster that the estate names", async () => {
  const { sink, round } = await observing("north");
  await regions.run("kasten.import", policy("north", "import-billing"), "backup-policy");
  await round();
  await round(policy("north", "import-billing"));
  const points = sink.declared.filter(({ kind }) => kind === "restore-point");
  expect(points.map(({ id }) => sink.facts(id)["backup.of"])).toEqual(
    Array(3).fill("cluster-east/namespaces/billing"),
  );
  expect(sink.facts(points[0]?.id ?? "")).toMatchObject({ "kasten.imported": true, "backup.offSite": true });
  expect(sink.facts(policy("north", "import-billing"))).toMatchObject({
    "kasten.does": "import",
    "backup.lastState": "good",
    "backup.protects": [],
  });
});

test("a failed run and export, a policy and a profile that are invalid are told", async () => {
  const { sink, round } = await observing("east");
  regions.trouble.exportFails = true;
  const backup = policy("east", "backup-billing");
  await regions.run("kasten.run-policy", backup, "backup-policy");
  for (const name of ["policies", "profiles"]) {
    const all = regions.lab.cluster.collection(`${name}.config.kio.kasten.io`);
    for (const each of all.all()) {
      if (each.metadata.name === "backup-billing") continue;
      all.put({ ...each, status: { validation: "Failed", error: ["bucket kasten-exports: 403"] } });
    }
  }
  await round();
  await round(backup);
  expect(sink.facts(backup)).toMatchObject({ "backup.lastState": "failed" });
  const why = "the location refused the data: AccessDenied";
  expect(problemsOf(sink, backup)).toEqual([
    ["kubernetes.kasten-policy-failed", `The last run of the policy failed: ${why}`],
    ["kubernetes.kasten-export-failed.billing", `The last export of billing failed: ${why}`],
  ]);
  expect(problemsOf(sink, policy("east", "backup-identity"))).toEqual([
    [
      "kubernetes.kasten-policy-invalid",
      "Kasten finds the policy invalid and does not run it: bucket kasten-exports: 403",
    ],
  ]);
  expect(sink.health("cluster-east/kasten-profiles/kasten-io/kasten-exports")).toBe("critical");
  regions.trouble.exportFails = false;
  await regions.run("kasten.run-policy", backup, "backup-policy");
  await round(backup);
  expect(problemsOf(sink, backup)).toEqual([]);
});

test("a cluster without Kasten is asked for nothing of it, and offers nothing of it", async () => {
  const server = await FakeApi.start();
  closing.unshift(() => server.close());
  const system = openSystem(server.port);
  closing.unshift(() => system.close());
  const sink = new RecordingSink();
  await system.observe(sink, quiet);
  expect(server.asked("GET", "kasten")).toEqual([]);
  const [cluster] = sink.declared;
  const offered = system.actions.filter(({ id, appliesTo }) => {
    const resource = { ...cluster, kind: "cluster", facts: {} };
    return id.startsWith("kasten.") && appliesTo(resource as Parameters<typeof appliesTo>[0]);
  });
  expect(offered).toEqual([]);
});
