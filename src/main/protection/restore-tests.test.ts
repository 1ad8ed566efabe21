import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Journal } from "../journal/journal.ts";
import { RestoreTests } from "./restore-tests.ts";

let folder: string;
let journal: Journal;
let open: RestoreTests | null = null;
const tested: string[] = [];
const errors: unknown[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-protection-"));
  journal = Journal.open({ folder, actor: "operator", workstation: "desk.example" });
});
afterEach(() => {
  open?.close();
  open = null;
  journal.close();
  rmSync(folder, { recursive: true, force: true });
  tested.length = 0;
  errors.length = 0;
});

function begin(points: Record<string, string> = { "forge/backups/1": "forge/vms/100" }): RestoreTests {
  open?.close();
  open = new RestoreTests({
    journal,
    ofPoint: (id) => points[id] ?? null,
    onTested: (of) => tested.push(of),
    onError: (thrown) => errors.push(thrown),
  });
  open.catchUp();
  return open;
}

function write(type: string, subject: string, data: Record<string, string | boolean | object>, task = "t-1") {
  journal.write({ type, subject, task, data: JSON.parse(JSON.stringify(data)) });
}
const intent = (subject: string, part: object = {}) =>
  write("action.intent", subject, { action: "proxmox.restore-new", verb: "apply", input: {}, ...part });

it("a test restore is known by its event, also after a restart", () => {
  write("backup.restore-tested", "east/namespaces/billing", {
    of: "east/namespaces/billing",
    restorePoint: "p-1",
  });
  const first = begin().of("east/namespaces/billing");
  expect(first).toMatchObject({ good: true, by: "test", restorePoint: "p-1" });
  expect(begin().of("east/namespaces/billing")).toEqual(first);
});

it("a restore counts once it is proven, for what its restore point is of", () => {
  const tests = begin();
  intent("forge/backups/1");
  tests.catchUp();
  expect(tests.of("forge/vms/100")).toBeNull();
  write("action.verified", "forge/backups/1", { proven: true });
  tests.catchUp();
  tests.catchUp();
  expect(tests.of("forge/vms/100")).toMatchObject({
    good: true,
    by: "restore",
    restorePoint: "forge/backups/1",
  });
  expect(journal.ofTypes(["backup.restored"], 0)).toHaveLength(1);
});

it("is known after a restart although its restore point is gone", () => {
  const tests = begin();
  intent("forge/backups/1");
  write("action.verified", "forge/backups/1", { proven: true });
  tests.catchUp();
  expect(begin({}).of("forge/vms/100")?.good).toBe(true);
});

it("one that was begun before a restart and ended after it counts, once", () => {
  begin();
  intent("forge/backups/1");
  open?.catchUp();
  const next = begin();
  write("action.settled", "forge/backups/1", { effect: "happened" });
  next.catchUp();
  begin();
  expect(open?.of("forge/vms/100")?.good).toBe(true);
  expect(journal.ofTypes(["backup.restored"], 0)).toHaveLength(1);
});

it("the restore point may be chosen in the input, or what it is of be named there", () => {
  const tests = begin();
  intent("forge/vms/100", { input: { backup: "forge/backups/1" } });
  write("action.verified", "forge/vms/100", { proven: true });
  intent("north/cluster", {
    action: "kasten.restore",
    input: { latest: true, of: "east/namespaces/billing" },
  });
  write("action.verified", "north/cluster", { proven: false, disproven: true });
  tests.catchUp();
  expect(tests.of("forge/vms/100")?.restorePoint).toBe("forge/backups/1");
  expect(tests.of("east/namespaces/billing")).toMatchObject({ good: false, by: "restore" });
});

it("what only undoes, is no restore, or was not proven does not count", () => {
  const tests = begin();
  intent("forge/backups/1", { verb: "undo" });
  write("action.verified", "forge/backups/1", { proven: true });
  intent("forge/vms/100", { action: "proxmox.backup" });
  write("action.verified", "forge/vms/100", { proven: true });
  intent("forge/backups/1", {});
  write("action.verified", "forge/backups/1", { proven: false });
  write("backup.restore-tested", "nonsense", { restorePoint: "p" });
  tests.catchUp();
  expect(tests.of("forge/vms/100")).toBeNull();
  expect(errors).toEqual([]);
});

it("a journal that cannot be written is told, and what was found is written later", () => {
  const tests = begin();
  intent("forge/backups/1");
  write("action.verified", "forge/backups/1", { proven: true });
  const { writeAll } = journal;
  journal.writeAll = () => {
    throw new Error("no room");
  };
  tests.catchUp();
  expect(errors).toHaveLength(1);
  journal.writeAll = writeAll;
  tests.catchUp();
  expect(journal.ofTypes(["backup.restored"], 0)).toHaveLength(1);
  expect(tested).toContain("forge/vms/100");
});
