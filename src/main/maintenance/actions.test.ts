import { afterEach, beforeEach, expect, test } from "vitest";
import type { Resource } from "../../shared/resource.ts";
import { hosts, journal, run, runnerWith } from "../actions/fixtures/started-runner.ts";
import { freshnessGuard } from "../actions/guards.ts";
import type { ActionRunner } from "../actions/runner.ts";
import { maintenanceActions } from "./actions.ts";
import { exceptMarks, maintenanceGuard } from "./guard.ts";
import { MaintenanceMarks } from "./maintenance.ts";

const begin = "console.begin-maintenance";
const end = "console.end-maintenance";
const hour = 3_600_000;
let marks: MaintenanceMarks;
let runner: ActionRunner;

beforeEach(() => {
  marks = opened();
  const actions = maintenanceActions({ marks, resources: () => [...hosts.values()], now: Date.now });
  runner = runnerWith(actions, { guards: [exceptMarks(freshnessGuard({ now: Date.now }))] });
});
afterEach(() => {
  marks.close();
});

function opened(): MaintenanceMarks {
  return new MaintenanceMarks({ record: journal, journal, now: Date.now, onChange: () => {} });
}

function change(id: string, parts: Partial<Resource>): void {
  const host = hosts.get(id);
  if (host) hosts.set(id, { ...host, ...parts });
}

test("a mark is set, prolonged, shortened by nothing less, ended, and each is in the journal", async () => {
  const asked = Date.now();
  expect((await run(runner, { action: begin, input: { duration: "2h", reason: "a fan" } })).state).toBe(
    "verified",
  );
  const mark = marks.of("tower-a");
  expect(mark).toMatchObject({ by: "operator-a", reason: "a fan" });
  expect((mark?.until ?? 0) - asked).toBeGreaterThanOrEqual(2 * hour);
  expect((await run(runner, { action: begin, input: { duration: "1h" } })).state).toBe("already-done");
  expect((await run(runner, { action: begin, input: { duration: 3 * hour } })).state).toBe("verified");
  expect(marks.of("tower-a")?.since).toBe(mark?.since);
  const again = opened();
  expect(again.of("tower-a")).toEqual(marks.of("tower-a"));
  again.close();
  expect((await run(runner, { action: end })).state).toBe("verified");
  expect((await run(runner, { action: end })).state).toBe("already-done");
  expect(marks.of("tower-a")).toBeNull();
});

test("undone, a mark is what it was before", async () => {
  await run(runner, { action: begin, input: { duration: "2h", reason: "a fan" } });
  const before = marks.of("tower-a");
  const longer = await run(runner, { action: begin, input: { duration: "9h", reason: "a board" } });
  await runner.waitFor(await runner.undo(longer.id));
  expect(marks.of("tower-a")).toEqual(before);
  const ended = await run(runner, { action: end });
  await runner.waitFor(await runner.undo(ended.id));
  expect(marks.of("tower-a")).toEqual(before);
  const first = await run(runner, { action: begin, resources: ["tower-b"] });
  expect((await runner.waitFor(await runner.undo(first.id))).state).toBe("verified");
  expect(marks.of("tower-b")).toBeNull();
});

test("what is dead is put into maintenance all the same", async () => {
  change("tower-a", { stale: true, seenAt: null });
  expect((await run(runner, { action: begin })).state).toBe("verified");
});

test("a duration that is none, or beyond a year, is refused before anything is written", async () => {
  for (const duration of ["soon", "0s", "53w", -1])
    await expect(runner.start({ ...requestFor("tower-a"), input: { duration } })).rejects.toMatchObject({
      code: "action.bad-input",
    });
  expect(journal.ofTypes(["maintenance.begun"], 0)).toEqual([]);
});

function requestFor(resource: string) {
  return {
    action: begin,
    resources: [resource],
    input: {},
    reason: "",
    confirmation: "",
    concurrency: 1,
    deadline: 10_000,
  };
}

test("a node whose cluster cannot spare it is left alone, unless that is wished", async () => {
  change("tower-a", { kind: "node", parent: "cluster" });
  change("tower-b", { kind: "node", parent: "cluster" });
  const refused = await run(runner, { action: begin });
  expect(refused).toMatchObject({
    state: "refused",
    error: { message: { en: expect.stringContaining("0 of 1 other nodes") } },
  });
  expect((await run(runner, { action: begin, input: { onlyIfSpared: false } })).state).toBe("verified");
});

test("somebody else is warned before anything disruptive, and may go on with a reason", () => {
  const host = hosts.get("tower-a");
  if (!host) throw new Error("no host");
  const maintenance = {
    since: 0,
    until: 1,
    by: "operator-b",
    reason: "a fan",
    overdue: false,
    through: null,
  };
  const guard = maintenanceGuard((name) => name === "operator-a");
  const judged = (risk: "safe" | "disruptive", by = "operator-b") =>
    guard.check({ id: "ssh.reboot", risk, effect: "once" }, { ...host, maintenance: { ...maintenance, by } });
  expect(judged("disruptive")).toMatchObject({
    allowed: false,
    opensWithReason: true,
    text: { en: expect.stringContaining("by operator-b since 1970-01-01 00:00 UTC: a fan") },
  });
  expect(judged("safe")).toMatchObject({ allowed: true });
  expect(judged("disruptive", "operator-a")).toMatchObject({ allowed: true });
  expect(guard.check({ id: "ssh.reboot", risk: "disruptive", effect: "once" }, host)).toMatchObject({
    allowed: true,
  });
});

test("of two nodes that are marked together, one stays", async () => {
  marks.close();
  marks = new MaintenanceMarks({
    record: journal,
    journal,
    now: Date.now,
    onChange: (all) => {
      for (const [id, mark] of all) change(id, { maintenance: { ...mark, overdue: false, through: null } });
    },
  });
  const beginning = maintenanceActions({ marks, resources: () => [...hosts.values()], now: Date.now })[0];
  if (!beginning) throw new Error("nothing to begin with");
  const facts = { "kubernetes.ready": { value: true, source: "east", at: Date.now() } };
  for (const id of ["tower-a", "tower-b"]) change(id, { kind: "node", parent: "cluster", facts });
  const both = Promise.withResolvers<void>();
  let probed = 0;
  const together = runnerWith([
    {
      ...beginning,
      probe: async (context, input) => {
        const probe = await beginning.probe(context, input);
        probed += 1;
        if (probed === 2) both.resolve();
        await both.promise;
        return probe;
      },
    },
  ]);
  const id = await together.start({
    ...requestFor("tower-a"),
    resources: ["tower-a", "tower-b"],
    concurrency: 2,
  });
  await together.waitFor(id);
  expect(together.children(id).map(({ state }) => state)).toEqual(["verified", "failed"]);
  expect([marks.of("tower-a") === null, marks.of("tower-b") === null]).toEqual([false, true]);
});

test("that there is no mark to end is said where it is offered", async () => {
  const [, endAction] = maintenanceActions({ marks, resources: () => [], now: Date.now });
  const host = hosts.get("tower-a");
  if (!host || !endAction) throw new Error("nothing to ask");
  expect(endAction.idle?.(host)?.en).toBe("It is not in maintenance.");
  await run(runner, { action: begin });
  expect(endAction.idle?.(host)).toBeNull();
});

test("what is in maintenance with its holder is ended there", () => {
  const [, endAction] = maintenanceActions({ marks, resources: () => [], now: Date.now });
  const host = hosts.get("tower-a");
  if (!host || !endAction) throw new Error("nothing to ask");
  const through = { id: "atelier/cluster", name: "Atelier" };
  const maintenance = { since: 0, until: 1, by: "operator-b", reason: "", overdue: false, through };
  expect(endAction.unavailable?.({ ...host, maintenance })?.en).toContain("with Atelier");
});
