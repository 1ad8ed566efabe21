import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Estate } from "../../shared/estate.ts";
import type { FactValue, ResourceKind } from "../../shared/resource.ts";
import { Inventory } from "../inventory/inventory.ts";
import { Journal } from "../journal/journal.ts";
import { ProtectionEngine } from "./engine.ts";
import { day, hour, noon } from "./testing/records.ts";
import { protectionFrame, slotsIn } from "./view.ts";

type Watched = Pick<Estate, "environments" | "sites" | "plans">;
const estateOf = (rpo: string | undefined): Watched => ({
  environments: { production: { name: "Production", ...(rpo && { rpo }) } },
  sites: { forge: { name: "Forge", environment: "production" } },
  plans: {},
});

let folder: string;
let journal: Journal;
let inventory: Inventory;
let engine: ProtectionEngine;
let estate: Watched;

beforeEach(() => {
  vi.useFakeTimers({
    now: noon,
    toFake: ["Date", "setTimeout", "setInterval", "clearInterval", "clearTimeout"],
  });
  folder = mkdtempSync(join(tmpdir(), "passerelle-protection-"));
  journal = Journal.open({ folder, actor: "operator", workstation: "desk.example" });
  inventory = new Inventory();
  estate = estateOf("24h");
  engine = new ProtectionEngine({
    inventory,
    journal,
    estate: () => estate,
    now: Date.now,
    onError: (thrown) => {
      throw thrown;
    },
  });
});
afterEach(() => {
  engine.close();
  inventory.close();
  journal.close();
  rmSync(folder, { recursive: true, force: true });
  vi.useRealTimers();
});

interface Told {
  id: string;
  kind: ResourceKind;
  parent?: string;
  facts?: Record<string, FactValue>;
}
const declared = new Map<string, Told[]>();
function tell(system: string, all: Told[]) {
  declared.set(system, all);
  inventory.declare(
    system,
    all.map(({ id, kind, parent = null }) => ({
      ...{ id, kind, name: id.slice(id.lastIndexOf("/") + 1), system, parent, site: "forge" },
      ...{ environment: null, staleAfter: 30 * day },
    })),
  );
  inventory.observe(
    all.map(({ id, facts = {} }) => ({
      ...{ resource: id, source: system, at: Date.now(), health: "ok" as const, facts, problems: [] },
    })),
  );
  engine.settle();
}
const vm = (name: string): Told => ({ id: `forge/vms/${name}`, kind: "vm", facts: { "vm.host": "pve-1" } });
const point = (name: string, at: number, facts: Record<string, FactValue> = {}): Told => ({
  id: `forge/backups/${name}-${at}`,
  kind: "restore-point",
  facts: { "backup.of": `forge/vms/${name}`, "backup.madeAt": at, ...facts },
});
const nightly = (...names: string[]): Told => ({
  id: "forge/jobs/nightly",
  kind: "backup-policy",
  facts: {
    "backup.schedule": "03:00",
    "backup.protects": names.map((name) => `forge/vms/${name}`),
  },
});
const problems = (name: string) => inventory.get(`forge/vms/${name}`)?.problems.map(({ code }) => code);
const tonight = noon - 9 * hour;

it("what is backed up in time has no problem; what a policy names and nobody backed up has", () => {
  tell("forge", [vm("a"), vm("b"), nightly("a", "b"), point("a", tonight)]);
  expect(engine.protectionOf("forge/vms/a")).toMatchObject({
    state: "ok",
    lastGood: { at: tonight },
    rpo: day,
    rpoFrom: { kind: "environment", name: "Production" },
  });
  expect(engine.protectionOf("forge/vms/b")?.state).toBe("never");
  expect([problems("a"), problems("b")]).toEqual([[], ["never-backed-up"]]);
  expect(inventory.get("forge/vms/b")?.health).toBe("warning");
  expect(engine.late()).toBe(1);
  tell("forge", [vm("a"), vm("b"), nightly("a", "b"), point("a", tonight), point("b", tonight)]);
  expect(problems("b")).toEqual([]);
});

it("time alone makes it late, and says so", () => {
  tell("forge", [vm("a"), point("a", tonight)]);
  const changed = vi.fn();
  engine.onChange(changed);
  vi.advanceTimersByTime(16 * hour);
  expect(engine.protectionOf("forge/vms/a")?.state).toBe("late");
  expect(problems("a")).toEqual(["backup-late"]);
  expect(changed).toHaveBeenCalled();
});

it("a VM that was left out where others are backed up is a problem; one of a system without backups is only shown", () => {
  tell("esx", [{ id: "esx/vms/1", kind: "vm", facts: { "vm.host": "esx-1" } }]);
  tell("forge", [vm("a"), vm("forgotten")]);
  expect(engine.protectionOf("forge/vms/forgotten")?.state).toBe("unprotected");
  tell("forge", [vm("a"), vm("forgotten"), point("a", tonight)]);
  expect(engine.protectionOf("forge/vms/forgotten")?.state).toBe("never");
  expect(engine.protectionOf("esx/vms/1")?.state).toBe("unprotected");
  expect(inventory.get("esx/vms/1")?.problems).toEqual([]);
});

it("a namespace with volumes that nobody backs up is a problem where its cluster has what makes backups", () => {
  const space = (name: string): Told => ({ id: `east/namespaces/${name}`, kind: "namespace" });
  const spaces = [space("shop"), space("trial"), space("kasten-io"), space("kube-system")];
  const volume = { id: "east/volumes/shop/data", kind: "volume", parent: "east/namespaces/shop" } as const;
  const own = {
    id: "east/volumes/kasten-io/catalog",
    kind: "volume",
    parent: "east/namespaces/kasten-io",
  } as const;
  const profile: Told = { id: "east/profiles/depot", kind: "service", facts: { "backup.target": true } };
  const states = () =>
    ["shop", "trial", "kasten-io"].map((name) => engine.protectionOf(`east/namespaces/${name}`)?.state);
  tell("east", [...spaces, volume, own]);
  expect(states()).toEqual(["unprotected", "unprotected", undefined]);
  tell("east", [...spaces, volume, own, profile]);
  expect(states()).toEqual(["never", "unprotected", undefined]);
  expect(inventory.get("east/namespaces/shop")?.problems).toMatchObject([{ code: "never-backed-up" }]);
  tell("east", [...spaces, own, profile]);
  expect(states()).toEqual(["unprotected", "unprotected", undefined]);
});

it("what nobody demands and nobody makes is not shown: templates, other kinds, environments without an RPO", () => {
  const template = { ...vm("t"), facts: { "vm.host": "pve-1", "vm.template": true } };
  tell("forge", [vm("a"), template, { id: "forge/nodes/1", kind: "host" }]);
  expect(engine.all().judged.size).toBe(1);
  estate = estateOf(undefined);
  engine.reconsider();
  engine.settle();
  expect(engine.all().judged.size).toBe(0);
});

it("the tier of a plan is stricter than the environment, and expects what it names", () => {
  tell("forge", [vm("a"), point("a", tonight)]);
  estate = {
    ...estateOf("24h"),
    plans: {
      bascule: {
        tiers: { gold: { rto: "4h", rpo: "4h" }, silver: { rto: "1d", rpo: "12h" } },
        applications: {
          shop: { tier: "silver", protects: ["forge/vms/a"] },
          pay: { tier: "gold", protects: ["forge/vms/a"] },
        },
      },
    } as unknown as Estate["plans"],
  };
  engine.reconsider();
  engine.settle();
  expect(engine.protectionOf("forge/vms/a")).toMatchObject({
    state: "late",
    rpo: 4 * hour,
    rpoFrom: { kind: "plan", name: "bascule" },
  });
});

it("what disappears is forgotten, and restore points of what is gone are counted apart", () => {
  tell("forge", [vm("a"), vm("b"), point("a", tonight), point("b", tonight)]);
  tell("forge", [vm("a"), point("a", tonight), point("b", tonight)]);
  expect(engine.protectionOf("forge/vms/b")).toBeNull();
  expect(engine.all().orphans).toBe(1);
  tell("forge", []);
  expect(engine.all()).toMatchObject({ orphans: 0 });
  expect(engine.all().judged.size).toBe(0);
});

it("what has a name alone goes by its policy: files, dumps; findings are the policy's", () => {
  const dumps: Told = {
    id: "dumps/sets/billing",
    kind: "backup-policy",
    facts: { "backup.schedule": "0 */6 * * *", "backup.protects": ["billing database"] },
  };
  const dump = (at: number): Told => ({
    id: `dumps/files/${at}`,
    kind: "restore-point",
    facts: { "backup.of": "billing database", "backup.madeAt": at, "backup.policy": dumps.id },
  });
  tell("dumps", [dumps]);
  expect(engine.protectionOf(dumps.id)).toMatchObject({ state: "never", name: "billing database" });
  expect(inventory.get(dumps.id)?.problems).toMatchObject([{ code: "never-backed-up" }]);
  tell("dumps", [dumps, dump(noon - 6 * hour), dump(noon)]);
  expect(engine.protectionOf(dumps.id)).toMatchObject({ state: "ok", points: 2, rpo: day });
  expect(engine.all().orphans).toBe(0);
  tell("dumps", [dumps, dump(noon)]);
  expect(engine.protectionOf(dumps.id)?.points).toBe(1);
  tell("dumps", []);
  expect(engine.all().judged.size).toBe(0);
});

it("a policy of resources is none itself, nor one of what is not there", () => {
  tell("forge", [vm("a"), nightly("a"), point("a", tonight, { "backup.policy": "forge/jobs/nightly" })]);
  expect([...engine.all().judged.keys()]).toEqual(["forge/vms/a"]);
  tell("forge", [nightly("a"), point("a", tonight, { "backup.policy": "forge/jobs/nightly" })]);
  expect(engine.all().judged.size).toBe(0);
  expect(engine.all().orphans).toBe(1);
});

it("a reading that says the same again changes nothing but its date", () => {
  const all = [vm("a"), point("a", tonight)];
  tell("forge", all);
  const changed = vi.fn();
  engine.onChange(changed);
  vi.setSystemTime(noon + 60_000);
  tell("forge", all);
  expect(changed).not.toHaveBeenCalled();
  expect(engine.protectionOf("forge/vms/a")?.readAt).toBe(noon + 60_000);
});

it("other findings of the same resource stay", () => {
  tell("forge", [vm("a"), nightly("a")]);
  inventory.setFindings(
    "capacity",
    new Map([["forge/vms/a", [{ code: "capacity.x", health: "warning", text: { en: "x", fr: "x" } }]]]),
  );
  expect(problems("a")).toEqual(["never-backed-up", "capacity.x"]);
  tell("forge", [vm("a"), nightly("a"), point("a", tonight)]);
  expect(problems("a")).toEqual(["capacity.x"]);
});

it("a restore that was tested is known at once", () => {
  tell("forge", [vm("a"), point("a", tonight)]);
  const { id } = point("a", tonight);
  journal.write({
    ...{ type: "backup.restore-tested", subject: id, task: null },
    data: { of: "forge/vms/a", restorePoint: id },
  });
  vi.advanceTimersByTime(1000);
  return vi.waitFor(() => {
    engine.settle();
    expect(engine.protectionOf("forge/vms/a")?.tested).toMatchObject({ by: "test", restorePoint: id });
  });
});

it("the view has numbers over all, facets, order and a calendar of what matches", () => {
  const nights = [0, 1, 2].map((at) => tonight - at * day);
  tell("forge", [
    ...[vm("a"), vm("b"), vm("c"), nightly("a", "b")],
    ...nights.map((at) => point("a", at, { "backup.offSite": true })),
    ...nights.slice(1).map((at) => point("b", at)),
  ]);
  const query = { text: "", facets: {}, zone: "Europe/Paris", offset: 0, limit: 10 };
  const worst = { by: "state", direction: "ascending" } as const;
  const frame = protectionFrame(engine, { ...query, sort: worst }, noon);
  expect(frame.rows.map(({ name, state }) => [name, state])).toEqual([
    ["c", "never"],
    ["b", "late"],
    ["a", "ok"],
  ]);
  expect(frame).toMatchObject({
    total: 3,
    matching: 3,
    numbers: { late: 2, neverRestored: 3, notOffSite: 2 },
    facets: { state: { never: 1, late: 1, ok: 1 }, policy: { "forge/jobs/nightly": 2 }, offSite: { yes: 1 } },
    names: { "forge/jobs/nightly": "nightly", production: "Production" },
  });
  // Three in the night by UTC is four in Paris.
  expect(frame.heat.hours).toEqual([4]);
  expect(frame.heat.days).toHaveLength(14);
  expect(frame.heat.cells.at(-1)).toEqual({ day: "2026-02-11", hour: 4, counts: { good: 1, missed: 1 } });

  const late = { ...query, facets: { state: ["late"], offSite: ["unknown"] }, sort: worst };
  const narrowed = protectionFrame(engine, late, noon);
  expect(narrowed.rows.map(({ name }) => name)).toEqual(["b"]);
  // A facet counts what there would be with its other values.
  expect(narrowed.facets).toMatchObject({ state: { never: 1, late: 1 }, offSite: { unknown: 1 } });
  expect(narrowed.numbers.late).toBe(2);
  expect(protectionFrame(engine, { ...query, text: "NIGHT", sort: worst }, noon).matching).toBe(2);
  const window = protectionFrame(engine, { ...query, sort: worst, offset: 1, limit: 1 }, noon);
  expect(window.rows.map(({ name }) => name)).toEqual(["b"]);

  const cell = slotsIn(engine, { ...query, day: "2026-02-11", hour: 4 });
  expect(cell.total).toBe(2);
  expect(cell.slots.map(({ name, state }) => [name, state])).toEqual([
    ["b", "missed"],
    ["a", "good"],
  ]);
  expect(slotsIn(engine, { ...query, day: "2026-02-11", hour: 5 }).total).toBe(0);
});

it("one thing has its restore points and slots, the newest first", () => {
  tell("forge", [vm("a"), nightly("a"), point("a", tonight - day), point("a", tonight)]);
  const detail = engine.detail("forge/vms/a");
  expect(detail.points.map(({ madeAt }) => madeAt)).toEqual([tonight, tonight - day]);
  expect(detail.slots[0]).toMatchObject({ at: tonight, state: "good", policyName: "nightly" });
  expect(engine.detail("forge/vms/none")).toEqual({ protection: null, points: [], slots: [] });
});
