import { expect, it } from "vitest";
import { backupJobSeen, readBackupJobs, readZone, takenBy } from "./backup-jobs.ts";
import { readInventory } from "./records.ts";
import { sampleGuest } from "./testing/sample-cluster.ts";

const guests = readInventory([
  sampleGuest(100, "db-1", { pool: "prod/databases" }),
  sampleGuest(101, "web-1", { node: "pve-2", pool: "prod" }),
  sampleGuest(102, "lab-1", { pool: "production" }),
  sampleGuest(900, "debian", { template: 1, pool: "prod" }),
]).guests;

function only(job: object) {
  const [read] = readBackupJobs([{ id: "nightly", type: "vzdump", ...job }]);
  if (!read) throw new Error("it was not read");
  return read;
}

const taken = (job: object) => takenBy(only(job), guests).map(({ id }) => id);
const factsOf = (job: object) =>
  backupJobSeen(only(job), { protects: ["forge/vms/100"], zone: "Europe/Paris", readAt: 5 }).facts;

it("takes the guests that are named, those of a pool, or all but some; never templates", () => {
  expect(taken({ vmid: "100,102" })).toEqual([100, 102]);
  expect(taken({ pool: "prod" })).toEqual([100, 101]);
  expect(taken({ all: 1, exclude: "101" })).toEqual([100, 102]);
  expect(taken({ all: 1, node: "pve-2" })).toEqual([101]);
  expect(taken({})).toEqual([]);
});

it("tells its schedule, zone and what is kept, told as words or as an object", () => {
  expect(factsOf({ schedule: "*/30", "prune-backups": "keep-daily=7,keep-weekly=4" })).toMatchObject({
    "backup.schedule": "*/30",
    "backup.zone": "Europe/Paris",
    "backup.protects": ["forge/vms/100"],
    "backup.keep": "keep-daily=7,keep-weekly=4",
    "backup.keepFor": 4 * 7 * 86_400,
    "backup.paused": false,
  });
  expect(factsOf({ "prune-backups": { "keep-last": "3" } })).toMatchObject({
    "backup.keep": "keep-last=3",
    "backup.keepFor": null,
  });
});

it("reads the time of day and weekdays of older jobs as a schedule", () => {
  expect(only({ starttime: "02:30", dow: "mon,sat" }).schedule).toBe("mon,sat 02:30");
  expect(only({ starttime: "02:30" }).schedule).toBe("02:30");
});

it("one that is off or backs up nothing is told", () => {
  const codes = (job: object, protects: string[]) =>
    backupJobSeen(only(job), { protects, zone: null, readAt: 5 }).problems.map(({ code }) => code);
  expect(codes({ enabled: 0 }, ["forge/vms/100"])).toEqual(["proxmox.backup-job-off"]);
  expect(codes({ enabled: 1 }, [])).toEqual(["proxmox.backup-job-empty"]);
  expect(codes({}, ["forge/vms/100"])).toEqual([]);
});

it("leaves out what is no job, and takes no other words for a time zone", () => {
  expect(readBackupJobs([{ type: "vzdump" }, { id: "x", type: "other" }, "nonsense", null])).toEqual([]);
  expect(readBackupJobs("nonsense")).toEqual([]);
  expect(readZone({ timezone: "Europe/Paris" })).toBe("Europe/Paris");
  expect(readZone({ timezone: "no zone; at all" })).toBeNull();
  expect(readZone(null)).toBeNull();
});
