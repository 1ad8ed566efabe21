import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Estate, estateSchema } from "../../shared/estate.ts";
import type { FactValue, ResourceKind } from "../../shared/resource.ts";
import { sameText } from "../../shared/text.ts";
import { aRecord } from "../certificates/testing/record.ts";
import { Inventory } from "../inventory/inventory.ts";
import { Journal } from "../journal/journal.ts";
import { RuleDesk } from "./desk.ts";
import type { WholeParts } from "./whole-rules.ts";

const noon = Date.UTC(2026, 0, 15, 12);
const hour = 3_600_000;
const day = 24 * hour;

let folder: string;
let journal: Journal;
let inventory: Inventory;
let estate: Estate;
let whole: WholeParts;
let changed: () => void;
let desk: RuleDesk;
const errors: unknown[] = [];

const estateOf = (rules: object = {}) =>
  estateSchema.parse({
    passerelle: 1,
    name: "Trial",
    environments: { production: { name: "Production" }, trials: {} },
    sites: { forge: { environment: "production" }, shed: { environment: "trials" } },
    rules,
  });

function begin(): RuleDesk {
  desk = new RuleDesk({
    inventory,
    journal,
    writeAll: (events) => journal.writeAll(events),
    estate: () => estate,
    whole,
    feeds: [
      (listener) => {
        changed = listener;
        return () => {};
      },
    ],
    now: Date.now,
    onError: (thrown) => errors.push(thrown),
  });
  desk.start();
  return desk;
}

beforeEach(() => {
  vi.useFakeTimers({
    now: noon,
    toFake: ["Date", "setTimeout", "setInterval", "clearInterval", "clearTimeout"],
  });
  folder = mkdtempSync(join(tmpdir(), "passerelle-rules-"));
  journal = Journal.open({ folder, actor: "ada", workstation: "desk.example" });
  inventory = new Inventory();
  estate = estateOf();
  whole = {
    protections: () => [],
    capacity: () => ({ clusters: [], parities: [] }),
    certificates: () => [],
    estate: () => ({
      ...{ name: "Trial", file: "estate.yaml", valid: true, loadedAt: noon, fromLastGood: false },
      ...{ faults: [], contents: [] },
    }),
    lostReferences: () => [],
    readiness: () => [],
    bundle: () => null,
    whereabouts: () => ({ state: "inside", text: sameText("Inside."), hops: [], outside: [] }),
    offers: () => false,
  };
  begin();
});
afterEach(() => {
  desk.close();
  inventory.close();
  journal.close();
  rmSync(folder, { recursive: true, force: true });
  vi.useRealTimers();
  expect(errors.splice(0)).toEqual([]);
});

function tell(id: string, kind: ResourceKind, facts: Record<string, FactValue>, site = "forge") {
  if (inventory.get(id) === null)
    inventory.declare(id, [
      { id, kind, name: id, system: id, parent: null, site, environment: null, staleAfter: day },
    ]);
  inventory.observe([{ resource: id, source: id, at: Date.now(), health: "ok", facts, problems: [] }]);
}

function found(resource: string | null = null) {
  desk.settle();
  return desk.frame({ resource }).findings;
}
const journalled = () =>
  journal.ofTypes(["rule.found", "rule.gone"], 0).map(({ type, data }) => [type, data.key]);

describe("a rule over resources", () => {
  it("tells of a sealed Vault with what it rests on and what mends it, until it is open again", () => {
    const sealed = { "vault.sealed": true, "vault.progress": 1, "vault.threshold": 3 };
    tell("vault-1", "node", sealed);
    expect(found()).toMatchObject([
      {
        ...{ key: "vault-sealed vault-1", rule: "vault-sealed", health: "critical", since: noon, mute: null },
        ...{ site: "forge", environment: "production" },
        proposal: { kind: "action", id: "vault.unseal", resource: "vault-1" },
        evidence: [{ source: "vault-1", at: noon }, { text: { en: "1 of 3 shares entered so far" } }],
      },
    ]);
    vi.advanceTimersByTime(5 * 60_000);
    tell("vault-1", "node", { "vault.sealed": false });
    expect(found()).toEqual([]);
    expect(journalled()).toEqual([
      ["rule.found", "vault-sealed vault-1"],
      ["rule.gone", "vault-sealed vault-1"],
    ]);
  });

  it("tells when a quorum is lost, or goes with the next node, and of none where one node is all", () => {
    tell("a", "cluster", { "proxmox.quorum": "kept", "proxmox.votes": 2, "proxmox.votesNeeded": 2 });
    tell("b", "cluster", { "proxmox.quorum": "lost", "proxmox.votes": 1, "proxmox.votesNeeded": 2 });
    tell("c", "cluster", { "proxmox.quorum": "kept", "proxmox.votes": 3, "proxmox.votesNeeded": 2 });
    tell("d", "cluster", { "proxmox.quorum": "single" });
    tell("e", "cluster", { "vault.failureTolerance": 0, "vault.peers": ["x", "y"] });
    tell("f", "cluster", { "vault.failureTolerance": 0, "vault.peers": ["x"] });
    expect(found().map(({ key, health }) => [key, health])).toEqual([
      ["quorum-at-risk b", "critical"],
      ["quorum-at-risk a", "warning"],
      ["quorum-at-risk e", "warning"],
    ]);
  });

  it("tells of a token when its end comes near, by time alone", () => {
    tell("vault", "cluster", { "vault.tokenEnds": noon + 25 * hour });
    expect(found()).toEqual([]);
    vi.advanceTimersByTime(hour + 61_000);
    expect(found()).toMatchObject([{ rule: "token-ending", health: "warning" }]);
    vi.advanceTimersByTime(25 * hour);
    expect(found()).toMatchObject([{ rule: "token-ending", health: "critical" }]);
  });

  it("tells when a disk will be full, by how it filled while somebody looked, and forgets one that is gone", () => {
    for (let minute = 0; minute < 60; minute += 1) {
      tell("tower", "host", { "disk.fullest": 60 + minute / 60 });
      desk.settle();
      vi.advanceTimersByTime(60_000);
    }
    const [finding] = found("tower");
    expect(finding).toMatchObject({ rule: "disk-filling", health: "warning" });
    expect(finding?.text.en).toMatch(/^It is 6\d % full and will be full about 2026-01-17 /);
    expect(finding?.evidence[1]?.text.en).toMatch(
      /^2\d % more a day by \d+ readings since 2026-01-15 12:00 UTC/,
    );
    inventory.declare("tower", []);
    expect(found()).toEqual([]);
  });

  it("tells of a disk that is as good as full whatever it does", () => {
    tell("store", "volume", { "storage.used": 96.5 });
    tell("tower", "host", { "disk.fullest": 99.2 });
    expect(found().map(({ key, health }) => [key, health])).toEqual([
      ["disk-filling tower", "critical"],
      ["disk-filling store", "warning"],
    ]);
  });
});

describe("a rule over what others work out", () => {
  it("tells of certificates that are wrong or end, and proposes what is offered", () => {
    const judged = (id: string, state: "ok" | "soon" | "expired") => ({
      record: aRecord({ id, site: "forge", environment: null }),
      judgement: { state, text: sameText(state), problems: [], until: noon + day },
    });
    whole.certificates = () => [judged("good", "ok"), judged("near", "soon"), judged("over", "expired")];
    whole.offers = (action, id) => action === "cert-manager.renew" && id === "near";
    changed();
    expect(found().map(({ key, health, proposal }) => [key, health, proposal])).toEqual([
      ["certificate-ending over", "critical", null],
      ["certificate-ending near", "warning", { kind: "action", id: "cert-manager.renew", resource: "near" }],
    ]);
  });

  it("tells of references to secrets that are not in Vault, and what uses them", () => {
    const reference = "vault:secret/shop#password";
    const lost = { reference, usedBy: ["web-1"], vault: "vault", vaultName: "Vault", at: noon };
    whole.lostReferences = () => [{ ...lost, why: "no-field" }];
    changed();
    expect(found()).toMatchObject([
      {
        key: `estate-drift estate:${reference}`,
        health: "warning",
        text: { en: `${reference}: The secret in Vault has no such field.` },
        evidence: [{ text: { en: "The estate uses it for web-1" }, source: "vault", at: noon }],
      },
    ]);
    whole.lostReferences = () => [];
    changed();
    expect(found()).toEqual([]);
  });

  it("tells when the estate file is not what is in force", () => {
    const fault = {
      file: "estate.yaml",
      line: 3,
      column: 5,
      path: "sites",
      message: sameText("Unknown key."),
    };
    whole.estate = () => ({
      ...{
        name: "Trial",
        file: "estate.yaml",
        valid: false,
        loadedAt: noon,
        fromLastGood: true,
        contents: [],
      },
      faults: [{ ...fault, expected: null, nearMiss: null }],
    });
    changed();
    expect(found()).toMatchObject([
      {
        key: "estate-drift estate:file",
        resource: null,
        evidence: [{ text: { en: "estate.yaml:3:5: Unknown key." } }],
      },
    ]);
  });
});

describe("a host that is down", () => {
  const guests = (host: string, extra: Record<string, FactValue> = {}) => {
    for (const id of ["vm-1", "vm-2"])
      tell(id, "vm", { "vm.host": host, "hypervisor.cluster": "east", "power.state": "on", ...extra });
  };
  const ofOneSystem = () => {
    const declared = (id: string, kind: ResourceKind) => ({
      ...{ id, kind, name: id, system: "hypervisors", parent: null, site: "forge", environment: null },
      staleAfter: day,
    });
    inventory.declare("hypervisors", [
      ...["esx-1", "esx-2"].map((id) => declared(id, "host")),
      ...["vm-1", "vm-2"].map((id) => declared(id, "vm")),
      declared("east", "cluster"),
    ]);
  };

  it("is told of once HA has had its time and guests still stand on it, until they have moved", () => {
    ofOneSystem();
    tell("east", "cluster", { "hypervisor.ha": true });
    guests("esx-1");
    tell("esx-1", "host", { "vsphere.connection": "notResponding", "hypervisor.cluster": "east" });
    expect(found()).toEqual([]);
    vi.advanceTimersByTime(6 * 60_000);
    expect(found("esx-1")).toMatchObject([
      {
        ...{ rule: "host-down", health: "critical" },
        text: { en: "It is down, and HA has not started 2 of its guests elsewhere." },
        evidence: [{ source: "esx-1" }, { text: { en: "Still on it: vm-1, vm-2" } }],
      },
    ]);
    guests("esx-2");
    vi.advanceTimersByTime(61_000);
    expect(found()).toEqual([]);
  });

  it("is no concern of HA where it keeps nothing running there, or the host sleeps", () => {
    ofOneSystem();
    guests("esx-1");
    tell("esx-1", "host", { "proxmox.online": false, "hypervisor.cluster": "east" });
    tell("esx-2", "host", { "vsphere.connection": "notResponding", "power.state": "sleeping" });
    vi.advanceTimersByTime(6 * 60_000);
    expect(found()).toEqual([]);
    guests("esx-1", { "proxmox.ha": "started" });
    vi.advanceTimersByTime(61_000);
    expect(found()).toMatchObject([{ key: "host-down esx-1" }]);
    guests("esx-1", { "proxmox.ha": "started", "power.state": "off" });
    vi.advanceTimersByTime(61_000);
    expect(found()).toEqual([]);
  });
});

describe("a rule over the console itself", () => {
  it("tells of plans that are not ready, an old bundle and a workstation outside, until that is mended", () => {
    const readiness = {
      ...{ figure: 61.4, evaluatedAt: noon, counts: { blocked: 2, unknown: 0, warning: 1, ready: 4 } },
      ...{ checks: [], evaluating: false, error: null },
    };
    whole.readiness = () => [{ id: "shop", title: sameText("The shop"), readiness }];
    whole.bundle = () => ({ madeAt: noon - 3 * day, isLate: true, error: null });
    whole.whereabouts = () => ({
      ...{ state: "outside", text: sameText("Outside."), hops: [] },
      outside: [{ system: "east", text: sameText("198.51.100.7 is not in the range.") }],
    });
    changed();
    expect(found().map(({ key, health, evidence }) => [key, health, evidence[0]?.text.en])).toEqual([
      ["readiness-red estate:plan shop", "critical", "It is ready to 61 %"],
      ["bundle-old estate:bundle", "warning", "The last one is of 2026-01-12 12:00 UTC"],
      ["workstation-outside estate:workstation", "warning", "198.51.100.7 is not in the range."],
    ]);
    whole.bundle = () => ({ madeAt: null, isLate: true, error: sameText("The disk is full.") });
    changed();
    expect(found().find(({ rule }) => rule === "bundle-old")).toMatchObject({ health: "critical" });
    whole.readiness = () => [
      {
        id: "shop",
        title: sameText("The shop"),
        readiness: { ...readiness, counts: { ...readiness.counts, blocked: 0 } },
      },
    ];
    whole.bundle = () => null;
    whole.whereabouts = () => ({ state: "inside", text: sameText("Inside."), hops: [], outside: [] });
    changed();
    expect(found()).toEqual([]);
  });
});

describe("the estate", () => {
  it("switches rules off, altogether or in an environment, and the next estate switches them on", () => {
    estate = estateOf({ "disk-filling": { offIn: ["trials"] }, "vault-sealed": { enabled: false } });
    tell("tower", "host", { "disk.fullest": 97 });
    tell("spare", "host", { "disk.fullest": 97 }, "shed");
    tell("vault-1", "node", { "vault.sealed": true });
    expect(found().map(({ key }) => key)).toEqual(["disk-filling tower"]);
    expect(desk.frame({ resource: null }).off).toEqual(["vault-sealed"]);
    estate = estateOf();
    desk.reconsider();
    expect(found()).toHaveLength(3);
  });
});

describe("what has been found", () => {
  it("has stood since then for the next console too, which calls nothing gone before it has read", () => {
    tell("vault-1", "node", { "vault.sealed": true });
    tell("tower", "host", { "disk.fullest": 97 });
    expect(found()).toHaveLength(2);
    desk.close();
    inventory.close();
    inventory = new Inventory();
    vi.advanceTimersByTime(hour);
    begin();
    expect(found()).toEqual([]);
    tell("vault-1", "node", { "vault.sealed": true });
    expect(found()).toMatchObject([{ key: "vault-sealed vault-1", since: noon }]);
    expect(journalled()).toHaveLength(2);
    tell("tower", "host", { "disk.fullest": 20 });
    vi.advanceTimersByTime(3 * 60_000);
    found();
    expect(journalled().at(-1)).toEqual(["rule.gone", "disk-filling tower"]);
  });

  it("is muted with a reason and an end, over a restart, and comes back by itself", () => {
    tell("vault-1", "node", { "vault.sealed": true });
    found();
    const key = "vault-sealed vault-1";
    expect(() => desk.mute({ key: "vault-sealed nobody", until: noon + hour, reason: "x" }, "ada")).toThrow();
    expect(() => desk.mute({ key, until: noon - 1, reason: "x" }, "ada")).toThrow();
    expect(() => desk.mute({ key, until: noon + 91 * day, reason: "x" }, "ada")).toThrow();
    desk.mute({ key, until: noon + hour, reason: "being moved" }, "ada");
    desk.close();
    begin();
    desk.reconsider();
    inventory.observe([
      {
        resource: "vault-1",
        source: "vault-1",
        at: Date.now(),
        health: "ok",
        facts: { "vault.sealed": true },
        problems: [],
      },
    ]);
    expect(found()).toMatchObject([{ mute: { by: "ada", reason: "being moved", until: noon + hour } }]);
    expect(desk.frame({ resource: null }).numbers).toEqual({ critical: 0, warning: 0, muted: 1 });
    let told = 0;
    desk.onChange(() => {
      told += 1;
    });
    vi.advanceTimersByTime(hour + 1);
    expect(told).toBeGreaterThan(0);
    expect(found()).toMatchObject([{ mute: null }]);
    desk.mute({ key, until: Date.now() + hour, reason: "again" }, "ada");
    desk.unmute(key);
    expect(found()).toMatchObject([{ mute: null }]);
  });
});
