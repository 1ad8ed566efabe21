import { expect, test } from "vitest";
import { type Item, ItemReader } from "../list-watch/items.ts";
import { seenCronJob, seenJob } from "./batch.ts";
import { ownerOf } from "./pods.ts";

function item(object: object): Item {
  const [found] = new ItemReader().read({ items: [object] })?.items ?? [];
  if (!found) throw new Error("no item");
  return found;
}

function job(status: object, more: object = {}, spec: object = {}): Item {
  return item({
    metadata: { name: "backup-1", namespace: "shop", ...more },
    spec: { completions: 2, ...spec },
    status,
  });
}
const ofCronJob = { ownerReferences: [{ kind: "CronJob", name: "backup", uid: "u", controller: true }] };
const failed = { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] };

test.each([
  ["Running", { succeeded: 1 }, {}, 1],
  ["Complete", { succeeded: 2, conditions: [{ type: "Complete", status: "True" }] }, {}, 2],
  ["Suspended", {}, { suspend: true }, 0],
  ["Failed", failed, {}, 0],
])("a job that is %s", (status, said, spec, ready) => {
  expect(seenJob("east", job(said, {}, spec))).toMatchObject({
    id: "east/workloads/Job/shop/backup-1",
    parent: "east/namespaces/shop",
    facts: { "kubernetes.status": status, "kubernetes.replicas": 2, "kubernetes.replicasReady": ready },
  });
});

test("a failed job is critical, one of a CronJob a warning below that", () => {
  expect(seenJob("east", job(failed))?.problems[0]).toMatchObject({ health: "critical" });
  const seen = seenJob("east", job(failed, ofCronJob));
  expect(seen?.problems[0]).toMatchObject({ health: "warning" });
  expect(seen?.parent).toBe("east/workloads/CronJob/shop/backup");
});

test("a CronJob says when it runs, and when it is suspended", () => {
  const cron = (spec: object, status: object) =>
    seenCronJob("east", item({ metadata: { name: "backup", namespace: "shop" }, spec, status }));
  const waiting = cron({ schedule: "0 3 * * *" }, { lastScheduleTime: "2026-01-01T03:00:00Z" });
  expect(waiting?.facts).toMatchObject({
    "kubernetes.status": "Waiting",
    "kubernetes.schedule": "0 3 * * *",
    "kubernetes.lastRun": Date.parse("2026-01-01T03:00:00Z"),
  });
  expect(waiting?.problems).toEqual([]);
  expect(cron({ suspend: true }, {})?.problems).toHaveLength(1);
  expect(cron({}, { active: [{ name: "backup-1" }] })?.facts["kubernetes.status"]).toBe("Running");
});

test("a pod of a job belongs to the job", () => {
  const owner = { kind: "Job", name: "backup-1", uid: "u", controller: true };
  const pod = item({ metadata: { name: "backup-1-x", namespace: "shop", ownerReferences: [owner] } });
  expect(ownerOf(pod.metadata)).toEqual({ type: "Job", name: "backup-1" });
});
