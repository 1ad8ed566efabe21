import { afterEach, beforeEach, expect, test } from "vitest";
import { listQuerySchema } from "../../shared/live.ts";
import type { MaintenanceMark } from "../../shared/maintenance.ts";
import type { Declaration, Health } from "../../shared/resource.ts";
import { sameText } from "../../shared/text.ts";
import { Inventory } from "./inventory.ts";

let inventory: Inventory;
beforeEach(() => {
  inventory = new Inventory();
});
afterEach(() => {
  inventory.close();
});

const mark: MaintenanceMark = { since: 1000, until: 5000, by: "operator-a", reason: "a new fan" };

function declared(id: string, parts: Partial<Declaration> = {}): Declaration {
  return {
    id,
    kind: "host",
    name: id,
    system: "ssh",
    parent: null,
    site: "atelier",
    environment: "production",
    staleAfter: 60_000,
    ...parts,
  };
}

function read(resource: string, health: Health) {
  const problems = health === "ok" ? [] : [{ code: "x", health, text: sameText("It is wrong.") }];
  inventory.observe([{ resource, source: "ssh", at: Date.now(), health, facts: {}, problems }]);
}

/** A site with a tower that is fine and another that is not, and a VM on that one that is worse. */
function towers() {
  inventory.declare("estate", [declared("atelier", { kind: "site", site: "atelier", environment: null })]);
  inventory.declare("ssh", [
    declared("tower-a"),
    declared("tower-b"),
    declared("web-2", { kind: "vm", parent: "tower-b" }),
  ]);
  read("tower-a", "ok");
  read("tower-b", "warning");
  read("web-2", "critical");
}

function maintain(ids: readonly string[], overdue: readonly string[] = []) {
  inventory.setMaintenance({ marks: new Map(ids.map((id) => [id, mark])), overdue: new Set(overdue) });
}

test("what is in maintenance needs nobody, with all that it holds, and is not counted as fine", () => {
  towers();
  expect(inventory.wrong(10).map(({ id }) => id)).toEqual(["web-2", "tower-b"]);
  expect(inventory.get("atelier")?.health).toBe("critical");
  maintain(["tower-b"]);
  expect(inventory.wrong(10)).toEqual([]);
  expect(inventory.counts()).toMatchObject({ host: { total: 2, wrong: 0 }, vm: { total: 1, wrong: 0 } });
  expect(inventory.get("tower-b")).toMatchObject({
    health: "warning",
    maintenance: { ...mark, overdue: false, through: null },
  });
  expect(inventory.get("web-2")?.maintenance?.through).toEqual({ id: "tower-b", name: "tower-b" });
  expect(inventory.get("tower-a")).not.toHaveProperty("maintenance");
  const site = inventory.get("atelier");
  expect(site?.health).toBe("ok");
  expect(site?.problems).toMatchObject([
    { code: "site.maintenance", text: { en: "In maintenance: 2 of 3." } },
  ]);
});

test("once it is ended, or overdue, everything counts again", () => {
  towers();
  maintain(["tower-b"]);
  maintain([]);
  expect(inventory.wrong(10).map(({ id }) => id)).toEqual(["web-2", "tower-b"]);
  expect(inventory.get("web-2")).not.toHaveProperty("maintenance");
  maintain(["tower-b"], ["tower-b"]);
  expect(inventory.wrong(10).map(({ id }) => id)).toEqual(["web-2", "tower-b"]);
  expect(inventory.get("tower-b")?.maintenance?.overdue).toBe(true);
});

test("a site that is all in maintenance is not shown as fine", () => {
  towers();
  maintain(["tower-a", "tower-b"]);
  expect(inventory.get("atelier")?.health).toBe("warning");
});

test("what is declared later, moves or loses what held it is worked out anew", () => {
  maintain(["tower-b"]);
  towers();
  expect(inventory.get("web-2")?.maintenance?.through?.id).toBe("tower-b");
  inventory.redeclare("ssh", { added: [declared("web-2", { kind: "vm", parent: "tower-a" })], removed: [] });
  expect(inventory.get("web-2")).not.toHaveProperty("maintenance");
  inventory.redeclare("ssh", { added: [declared("web-2", { kind: "vm", parent: "tower-b" })], removed: [] });
  inventory.redeclare("ssh", { added: [], removed: ["tower-b"] });
  expect(inventory.get("web-2")).not.toHaveProperty("maintenance");
  expect(inventory.wrong(10).map(({ id }) => id)).toEqual(["web-2"]);
});

test("a row of a list says it, and says when it has changed", async () => {
  towers();
  const end = new AbortController();
  const frames = inventory.list(listQuerySchema.parse({ kinds: ["vm"] }), end.signal);
  expect((await frames.next()).value?.rows[0]).not.toHaveProperty("maintenance");
  maintain(["web-2"]);
  expect((await frames.next()).value?.rows[0]?.maintenance).toMatchObject({ reason: "a new fan" });
  end.abort();
});
