import { expect, it } from "vitest";
import type { Declaration, FactValue } from "../../shared/resource.ts";
import { text } from "../../shared/text.ts";
import { Inventory } from "../inventory/inventory.ts";
import { AllowlistDesk } from "./desk.ts";

const noon = Date.UTC(2026, 10, 22, 12);
const listId = "provider/allowlists/east";

function declared(id: string, name: string, parent: string | null): Declaration {
  return {
    id,
    kind: "service",
    name,
    system: "provider",
    parent,
    site: null,
    environment: null,
    staleAfter: 180_000,
  };
}

function opened() {
  let now = noon;
  const inventory = new Inventory({ now: () => now });
  const desk = new AllowlistDesk({ inventory });
  const observe = (resource: string, facts: Record<string, FactValue>) =>
    inventory.observe([{ resource, source: "provider", at: now, health: "ok", facts, problems: [] }]);
  const entry = (number: number, network: string, ends: number | null, isDue = false) => {
    inventory.redeclare("provider", {
      added: [declared(`${listId}/${number}`, network, listId)],
      removed: [],
    });
    observe(`${listId}/${number}`, {
      "allowlist.part": "entry",
      "allowlist.network": network,
      "allowlist.state": "allowed",
      "allowlist.ends": ends,
      "allowlist.isDue": isDue,
      "allowlist.declared": ends === null ? "declared" : "temporary",
    });
  };
  inventory.declare("provider", [
    declared(listId, "East", null),
    declared("provider/service", "Provider", null),
  ]);
  observe(listId, {
    "allowlist.part": "list",
    "allowlist.service": "pcc-east",
    "allowlist.policy": "filtered",
  });
  observe("provider/service", { "ovh.credential": "validated" });
  const close = () => {
    desk.close();
    inventory.close();
  };
  const advance = (milliseconds: number) => {
    now += milliseconds;
  };
  return { inventory, desk, entry, advance, close };
}

it("puts lists together with their entries, what ends soonest first", async () => {
  const { desk, entry, inventory, close } = opened();
  let changes = 0;
  desk.onChange(() => {
    changes += 1;
  });
  entry(1, "203.0.113.0/28", null);
  entry(2, "198.51.100.7/32", noon + 60_000);
  await expect.poll(() => desk.view().lists[0]?.networks.length).toBe(2);
  expect(desk.view().lists).toMatchObject([
    {
      name: "East",
      service: "pcc-east",
      networks: [
        { network: "198.51.100.7/32", ends: noon + 60_000, declared: "temporary", state: "allowed" },
        { network: "203.0.113.0/28", ends: null, declared: "declared", state: "allowed" },
      ],
    },
  ]);
  expect(changes).toBeGreaterThan(0);
  inventory.redeclare("provider", { added: [], removed: [`${listId}/2`] });
  await expect
    .poll(() => desk.view().lists[0]?.networks.map(({ network }) => network))
    .toEqual(["203.0.113.0/28"]);
  close();
});

it("names what is due, as long as it was read lately", async () => {
  const { desk, entry, inventory, close } = opened();
  entry(1, "203.0.113.0/28", null);
  entry(2, "198.51.100.7/32", noon - 60_000, true);
  await expect.poll(() => desk.due()).toEqual([{ id: `${listId}/2`, ends: noon - 60_000 }]);
  inventory.markAllStale(text("It slept.", "Il a dormi."));
  expect(desk.due()).toEqual([]);
  close();
});
