import { afterEach, expect, test } from "vitest";
import type { RecordingSink } from "../../testing/recording-sink.ts";
import { layTestAuthority } from "../testing/addon-bench.ts";
import { SharedLocation } from "./testing/shared-location.ts";

let bench: SharedLocation;
const closing: (() => Promise<void>)[] = [];

layTestAuthority();
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function observing(region: "east" | "north") {
  bench = await SharedLocation.start(region);
  closing.unshift(() => bench.close());
  const { sink, round, close } = await bench.observe(region);
  closing.unshift(close);
  return { sink, round };
}

const problemsOf = (sink: RecordingSink, id: string) => {
  const seen = sink.last.get(id);
  return seen && "problems" in seen ? (seen.problems ?? []).map(({ code }) => code) : [];
};
const schedule = "cluster-east/velero-schedules/velero/daily-east";
const points = (sink: RecordingSink) =>
  sink.declared
    .filter(({ kind }) => kind === "restore-point")
    .map(({ id }) => ({ id, facts: sink.facts(id) }));

test("schedules, locations and restore points are shown with the facts that all backups have", async () => {
  const { sink } = await observing("east");
  expect(sink.facts(schedule)).toMatchObject({
    "backup.schedule": "0 2 * * *",
    "backup.zone": "UTC",
    "backup.paused": false,
    "backup.keepFor": 72 * 3600,
    "backup.location": "depot",
    "backup.protects": ["cluster-east/namespaces/identity", "cluster-east/namespaces/billing"],
    "backup.lastState": "good",
  });
  expect(sink.facts("cluster-east/velero-locations/velero/depot")).toMatchObject({
    "velero.storage": "velero-backups, aws, depot",
    "velero.readOnly": false,
  });
  const billing = points(sink).filter(
    ({ facts }) => facts["backup.of"] === "cluster-east/namespaces/billing",
  );
  expect(billing).toHaveLength(3);
  expect(billing.map(({ facts }) => facts)).toContainEqual(
    expect.objectContaining({
      "backup.madeAt": Date.UTC(2025, 0, 6, 2),
      "backup.state": "good",
      "backup.offSite": true,
      "backup.policy": schedule,
      "backup.size": Math.round(40 * 2 ** 30 * 0.4),
      "velero.imported": false,
    }),
  );
});

test("what another cluster has saved at the location is of that cluster", async () => {
  const { sink, round } = await observing("north");
  await bench.lab.settle(61_000);
  await round();
  const foreign = points(sink).filter(({ facts }) => facts["velero.imported"] === true);
  expect(new Set(foreign.map(({ facts }) => facts["backup.of"]))).toEqual(
    new Set(["cluster-east/namespaces/identity", "cluster-east/namespaces/billing"]),
  );
  expect(foreign.every(({ facts }) => facts["backup.policy"] === null)).toBe(true);
});

test("a backup whose data failed, and a location that cannot be used, are told", async () => {
  const { sink, round } = await observing("east");
  bench.trouble.uploadFails = true;
  const { probe } = await bench.run("velero.backup-now", schedule, "backup-policy");
  const locations = bench.lab.cluster.collection("backupstoragelocations.velero.io");
  for (const each of locations.all())
    locations.put({ ...each, status: { phase: "Unavailable", message: "403" } });
  const point = `cluster-east/velero-restore-points/velero/${probe.observed.name}/billing`;
  const location = "cluster-east/velero-locations/velero/depot";
  await round(schedule, point, location);
  await round(schedule, point, location);
  expect(sink.facts(schedule)).toMatchObject({ "backup.lastState": "partial" });
  expect(problemsOf(sink, schedule)).toEqual(["kubernetes.velero-backup-partial"]);
  expect(sink.facts(point)).toMatchObject({ "backup.state": "partial" });
  expect(problemsOf(sink, point)).toEqual(["kubernetes.velero-data-failed.data-billing-store-0"]);
  expect(problemsOf(sink, location)).toEqual(["kubernetes.velero-location-unavailable"]);
});

test("an upload that does not get on is told as stuck, though nothing of it changes", async () => {
  const { sink, round } = await observing("east");
  const of = bench.on("velero.backup-now", schedule, "backup-policy");
  const probe = await of.chosen.probe(of.context, of.input);
  await of.chosen.apply(of.context, of.input, probe);
  await bench.lab.settle(15_000);
  bench.trouble.link = false;
  const uploads = bench.lab.cluster.collection("datauploads.velero.io");
  for (const each of uploads.all()) {
    if (each.status?.phase === "InProgress")
      uploads.put({ ...each, status: { ...each.status, phase: "Prepared" } });
  }
  const point = `cluster-east/velero-restore-points/velero/${probe.observed.name}/billing`;
  await round(point);
  expect(problemsOf(sink, point)).toEqual([]);
  await bench.lab.settle(31 * 60_000);
  await round(point);
  await round(point);
  expect(problemsOf(sink, point)).toEqual(["kubernetes.velero-data-stuck.data-billing-store-0"]);
});
