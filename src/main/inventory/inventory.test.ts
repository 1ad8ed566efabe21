import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Health, resourceSchema } from "../../shared/resource.ts";
import { sameText, text } from "../../shared/text.ts";
import { Inventory } from "./inventory.ts";
import { NameOrder } from "./name-order.ts";
import { declared, read } from "./testing/words.ts";

const refused = {
  code: "reach.refused",
  system: "ssh",
  message: sameText("Refused."),
  hint: sameText("Look."),
};

let inventory: Inventory;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-20T12:00:00Z") });
  inventory = new Inventory();
});
afterEach(() => {
  inventory.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("one resource", () => {
  test("is not fine before it was read", () => {
    inventory.declare("ssh", [declared("a")]);
    expect(inventory.get("a")).toMatchObject({ health: "unknown", stale: false, seenAt: null });
    expect(inventory.get("a")?.problems[0]?.code).toBe("inventory.not-read");
    expect(inventory.get("b")).toBeNull();
  });

  test("keeps each fact with its source and age, the latest of several", () => {
    inventory.declare("ssh", [declared("a")]);
    const at = Date.now();
    inventory.observe([
      read("a", "ok", { at, facts: { "os.name": "Debian", "load.one": 1 }, readAt: { "os.name": at - 500 } }),
      read("a", "warning", { at: at + 1, source: "amt", facts: { "load.one": 2 } }),
    ]);
    const resource = inventory.get("a");
    expect(resourceSchema.parse(resource)).toEqual(resource);
    expect(resource?.facts).toEqual({
      "os.name": { value: "Debian", source: "ssh", at: at - 500 },
      "load.one": { value: 2, source: "amt", at: at + 1 },
    });
    expect(resource).toMatchObject({
      health: "warning",
      seenAt: at + 1,
      sources: { ssh: { health: "ok" }, amt: { health: "warning" } },
    });
  });

  test("is unknown when a source cannot read it, with the facts it had and the error in words", () => {
    inventory.declare("ssh", [declared("a")]);
    const seenAt = Date.now();
    inventory.observe([
      read("a", "ok", { facts: { "os.name": "Debian" } }),
      read("a", "ok", { source: "amt" }),
    ]);
    inventory.observe([{ resource: "a", source: "ssh", at: seenAt + 10, error: refused }]);
    expect(inventory.get("a")).toMatchObject({
      health: "unknown",
      seenAt,
      facts: { "os.name": { value: "Debian", at: seenAt } },
      problems: [{ code: "reach.refused", text: refused.message }],
      sources: { ssh: { health: "unknown", seenAt, error: refused }, amt: { health: "ok", error: null } },
    });
  });

  test("is never better than the worst of its problems", () => {
    inventory.declare("ssh", [declared("a")]);
    inventory.observe([
      read("a", "ok", { problems: [{ code: "raid", health: "critical", text: sameText("RAID.") }] }),
    ]);
    expect(inventory.get("a")?.health).toBe("critical");
  });

  test("ignores a reading that ends after a later one, but not a clock that was set back", () => {
    inventory.declare("ssh", [declared("a")]);
    const now = Date.now();
    inventory.observe([read("a", "warning", { at: now }), read("a", "ok", { at: now - 5 })]);
    expect(inventory.get("a")?.health).toBe("warning");
    vi.setSystemTime(now - 3_600_000);
    inventory.observe([read("a", "ok")]);
    expect(inventory.get("a")?.health).toBe("ok");
  });

  test("is gone with its last declaration, and what is read of it afterwards is dropped", () => {
    inventory.declare("ssh", [declared("a"), declared("b")]);
    inventory.declare("amt", [declared("a", { system: "amt" })]);
    inventory.observe([read("a", "ok"), read("b", "ok")]);
    inventory.declare("ssh", []);
    expect(inventory.get("b")).toBeNull();
    expect(inventory.get("a")).toMatchObject({ system: "amt", health: "unknown", sources: {} });
    inventory.declare("amt", []);
    inventory.observe([read("a", "ok")]);
    expect(inventory.all()).toEqual([]);
    expect(inventory.counts()).toEqual({});
  });
});

describe("a resource that a system never reads", () => {
  const screen = declared("a", { system: "vnc", kind: "vm", staleAfter: null });

  test("is unknown for good when no other reads it, and asks nobody to mend that", () => {
    inventory.declare("vnc", [screen]);
    expect(inventory.get("a")).toMatchObject({
      health: "unknown",
      stale: false,
      seenAt: null,
      problems: [{ code: "inventory.never-read" }],
      sources: {},
    });
    expect(inventory.counts()).toEqual({ vm: { total: 1, wrong: 1 } });
    expect(inventory.wrong(10)).toEqual([]);
  });

  test.each([
    ["first", ["vnc", "ssh"]],
    ["last", ["ssh", "vnc"]],
  ])("is as the one says that reads it, when the other is declared %s", (_place, order) => {
    for (const system of order) inventory.declare(system, [system === "vnc" ? screen : declared("a")]);
    expect(inventory.get("a")).toMatchObject({
      system: "ssh",
      kind: "host",
      health: "unknown",
      problems: [{ code: "inventory.not-read" }],
    });
    expect(inventory.wrong(10)).toHaveLength(1);
    inventory.observe([read("a", "ok")]);
    expect(inventory.get("a")).toMatchObject({ health: "ok", stale: false, problems: [] });
    vi.advanceTimersByTime(1001);
    expect(inventory.get("a")).toMatchObject({ stale: true });
    inventory.declare("ssh", []);
    expect(inventory.get("a")).toMatchObject({ system: "vnc", kind: "vm", stale: false, sources: {} });
  });
});

describe("a resource that two systems declare", () => {
  const whole = declared("a", {
    name: "Tower A",
    parent: "rack",
    site: "atelier",
    environment: "production",
  });
  const bare = declared("a", { system: "amt" });

  test.each([
    ["first", [whole, bare]],
    ["last", [bare, whole]],
  ])("keeps what the one says that comes %s, where the other says nothing", (_place, declarations) => {
    for (const each of declarations) inventory.declare(each.system, [each]);
    expect(inventory.get("a")).toMatchObject({
      name: "Tower A",
      system: declarations[0]?.system,
      parent: "rack",
      site: "atelier",
      environment: "production",
    });
  });

  test("lives on a host rather than merely in the site", () => {
    inventory.declare("amt", [declared("a", { system: "amt", site: "atelier", parent: "atelier" })]);
    inventory.declare("ssh", [declared("a", { site: "atelier", parent: "rack" })]);
    expect(inventory.get("a")?.parent).toBe("rack");
  });

  test("loses only what the system said that drops it", () => {
    inventory.declare("amt", [bare]);
    inventory.declare("ssh", [whole]);
    inventory.declare("ssh", []);
    expect(inventory.get("a")).toMatchObject({ name: "a", parent: null, site: null, environment: null });
  });

  test("is unknown until both have read it", () => {
    inventory.declare("ssh", [whole]);
    inventory.declare("amt", [bare]);
    inventory.observe([read("a", "ok", { source: "amt" })]);
    expect(inventory.get("a")).toMatchObject({ health: "unknown", sources: { amt: { health: "ok" } } });
    inventory.observe([read("a", "ok")]);
    expect(inventory.get("a")?.health).toBe("ok");
  });
});

describe("age", () => {
  test("makes a resource stale and no longer fine, until it is read again", async () => {
    inventory.declare("ssh", [declared("a"), declared("b", { staleAfter: 5000 })]);
    inventory.observe([read("a", "ok"), read("b", "warning")]);
    await vi.advanceTimersByTimeAsync(999);
    expect(inventory.get("a")).toMatchObject({ health: "ok", stale: false });
    await vi.advanceTimersByTimeAsync(1);
    expect(inventory.get("a")).toMatchObject({ health: "unknown", stale: true });
    expect(inventory.get("b")).toMatchObject({ health: "warning", stale: false });
    inventory.observe([read("a", "ok")]);
    expect(inventory.get("a")).toMatchObject({ health: "ok", stale: false, problems: [] });
  });

  test("does not make a critical resource look better", async () => {
    inventory.declare("ssh", [declared("a")]);
    inventory.observe([read("a", "critical")]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(inventory.get("a")).toMatchObject({ health: "critical", stale: true });
  });

  test("of a source that fails counts from its last good reading", async () => {
    inventory.declare("ssh", [declared("a"), declared("b")]);
    inventory.observe([read("a", "ok"), read("b", "ok")]);
    for (let second = 0; second < 20; second++) {
      await vi.advanceTimersByTimeAsync(100);
      inventory.observe([{ resource: "a", source: "ssh", at: Date.now(), error: refused }, read("b", "ok")]);
    }
    expect(inventory.get("a")).toMatchObject({ health: "unknown", stale: true });
    expect(inventory.get("b")).toMatchObject({ health: "ok", stale: false });
  });

  test("wakes nobody while everything is read in time", async () => {
    inventory.declare("ssh", [declared("a")]);
    inventory.observe([read("a", "ok")]);
    const told = vi.fn();
    for (let time = 0; time < 50; time++) {
      await vi.advanceTimersByTimeAsync(100);
      inventory.observe([read("a", "ok")]);
    }
    inventory.onChange(told);
    await vi.advanceTimersByTimeAsync(900);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(told).toHaveBeenCalledTimes(1);
  });

  test("after a sleep everything is stale at once and says why", () => {
    inventory.declare("ssh", [declared("a"), declared("never-read")]);
    inventory.observe([read("a", "ok")]);
    const reason = text("Not read since the workstation woke up.", "Pas relu depuis le réveil du poste.");
    inventory.markAllStale(reason);
    expect(inventory.get("a")).toMatchObject({
      health: "unknown",
      stale: true,
      problems: [{ text: reason }],
    });
    expect(inventory.get("never-read")).toMatchObject({ stale: false });
    inventory.observe([read("a", "ok")]);
    expect(inventory.get("a")).toMatchObject({ health: "ok", stale: false });
  });
});

describe("a site", () => {
  const north = declared("north", {
    kind: "site",
    system: "estate",
    site: "north",
    staleAfter: Number.POSITIVE_INFINITY,
  });

  test("is as well as the worst of what it holds; unknown counts", () => {
    inventory.declare("estate", [north]);
    expect(inventory.get("north")?.health).toBe("unknown");
    inventory.declare("ssh", [declared("a", { site: "north" }), declared("b", { site: "north" })]);
    inventory.observe([read("a", "ok")]);
    expect(inventory.get("north")).toMatchObject({ health: "unknown", problems: [{ code: "site.unknown" }] });
    inventory.observe([read("b", "warning")]);
    expect(inventory.get("north")?.health).toBe("warning");
    inventory.observe([read("b", "ok")]);
    expect(inventory.get("north")).toMatchObject({ health: "ok", problems: [], seenAt: Date.now() });
    inventory.observe([read("a", "critical")]);
    expect(inventory.get("north")).toMatchObject({
      health: "critical",
      problems: [{ code: "site.critical" }],
    });
    inventory.declare("ssh", [declared("b", { site: "north" })]);
    expect(inventory.get("north")?.health).toBe("ok");
  });

  test("follows what moves to another site, and is stale when all of it is", async () => {
    inventory.declare("estate", [north, { ...north, id: "south", site: "south" }]);
    inventory.declare("ssh", [declared("a", { site: "north" })]);
    inventory.observe([read("a", "ok")]);
    inventory.declare("ssh", [declared("a", { site: "south" })]);
    expect(inventory.get("north")?.health).toBe("unknown");
    expect(inventory.get("south")?.health).toBe("ok");
    await vi.advanceTimersByTimeAsync(1000);
    expect(inventory.get("south")).toMatchObject({ health: "unknown", stale: true });
  });
});

test("counts and needs are of what is not well", () => {
  inventory.declare("estate", [declared("north", { kind: "site", site: "north", system: "estate" })]);
  inventory.declare(
    "ssh",
    ["a", "b", "c", "d"].map((id) => declared(id, { kind: id === "d" ? "vm" : "host", site: "north" })),
  );
  inventory.observe([read("a", "ok"), read("b", "warning"), read("c", "critical")]);
  expect(inventory.counts()).toEqual({
    site: { total: 1, wrong: 1 },
    host: { total: 3, wrong: 2 },
    vm: { total: 1, wrong: 1 },
  });
  expect(inventory.wrong(10).map((each) => each.id)).toEqual(["c", "d", "b"]);
  expect(inventory.wrong(1).map((each) => each.id)).toEqual(["c"]);
});

describe("what changed alone is declared", () => {
  test("it comes and goes; the rest stays as it was", () => {
    inventory.declare("east", [declared("a"), declared("b")]);
    inventory.observe([read("a", "ok")]);
    const before = inventory.get("a");
    inventory.redeclare("east", { added: [declared("c")], removed: ["b", "never there"] });
    expect(inventory.all().map(({ id }) => id)).toEqual(["a", "c"]);
    expect(inventory.get("a")).toBe(before);
    inventory.redeclare("east", { added: [declared("c", { name: "aa" })], removed: [] });
    expect(inventory.all().map(({ name }) => name)).toEqual(["a", "aa"]);
    inventory.declare("east", []);
    expect(inventory.all()).toEqual([]);
  });

  test("a system takes back its own word alone", () => {
    inventory.declare("ssh", [declared("a")]);
    inventory.redeclare("east", { added: [], removed: ["a"] });
    expect(inventory.get("a")).not.toBeNull();
  });

  test("what changes costs as much as itself, however much there is", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => declared(`pod-${index}`, { kind: "pod" }));
    inventory.declare("east", many);
    const marked = vi.spyOn(NameOrder.prototype, "mark");
    for (let round = 0; round < 50; round++) {
      inventory.redeclare("east", { added: [declared(`new-${round}`)], removed: [`pod-${round}`] });
    }
    expect(marked).toHaveBeenCalledTimes(100);
    expect(inventory.all()).toHaveLength(20_000);
  });
});

test("search ranks the name itself, then beginnings, then words, then the rest", () => {
  inventory.declare(
    "ssh",
    ["web", "web-1", "old-web", "cobweb", "Évreux", "db"].map((name, index) =>
      declared(`r${index}`, { name }),
    ),
  );
  inventory.observe([read("r5", "ok", { facts: { "os.name": "Webian 3" } })]);
  const found = (typed: string, limit = 10) => inventory.search(typed, limit).map((row) => row.name);
  expect(found("WEB")).toEqual(["web", "web-1", "old-web", "cobweb", "db"]);
  expect(found("evr")).toEqual(["Évreux"]);
  expect(found("web", 2)).toEqual(["web", "web-1"]);
  expect(found("  ")).toEqual([]);
  expect(found("r2")).toEqual(["old-web"]);
});

describe("watching one resource", () => {
  test("gives it now and at each change, and null while it is gone", async () => {
    const stop = new AbortController();
    const seen: (Health | null)[] = [];
    const done = (async () => {
      for await (const resource of inventory.watch("a", stop.signal)) seen.push(resource?.health ?? null);
    })();
    const settle = () => vi.advanceTimersByTimeAsync(100);
    await settle();
    inventory.declare("ssh", [declared("a"), declared("b")]);
    await settle();
    inventory.observe([read("b", "critical")]);
    await settle();
    inventory.observe([read("a", "warning")]);
    inventory.observe([read("a", "ok")]);
    await settle();
    inventory.declare("ssh", []);
    await settle();
    stop.abort();
    await done;
    expect(seen).toEqual([null, "unknown", "warning", "ok", null]);
  });

  test("ends when the inventory closes", async () => {
    const watching = inventory.watch("a", new AbortController().signal);
    await watching.next();
    const next = watching.next();
    inventory.close();
    expect(await next).toEqual({ done: true, value: undefined });
    await vi.advanceTimersByTimeAsync(100);
  });
});
