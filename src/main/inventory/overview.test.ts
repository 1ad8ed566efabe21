import { expect, test } from "vitest";
import type { Declaration, Health, Observation } from "../../shared/resource.ts";
import { Inventory } from "./inventory.ts";

const now = Date.parse("2026-11-20T12:00:00Z");

function declared(id: string, parts: Partial<Declaration> = {}): Declaration {
  return {
    id,
    kind: "host",
    name: id,
    system: "ssh",
    parent: null,
    site: null,
    environment: null,
    staleAfter: 1000,
    ...parts,
  };
}

function read(
  resource: string,
  health: Health,
  parts: Partial<Extract<Observation, { health: Health }>> = {},
): Observation {
  return { resource, source: "ssh", at: now, health, facts: {}, problems: [], ...parts };
}

test("the overview has a card per site and environment, worst first, with its support window", () => {
  const inventory = new Inventory({ now: () => now });
  const estate = {
    passerelle: 1 as const,
    name: "Atelier",
    environments: {
      production: { name: "Production", supportWindow: "gold" as const, rpo: "4h", rto: "4h" },
      test: { supportWindow: "silver-5" as const },
    },
    sites: { north: { name: "North", environment: "production" }, south: {}, empty: { environment: "test" } },
    parity: [],
    reach: { knownHosts: [], allowlists: {}, hops: {} },
    systems: {},
    procedures: {},
    plans: {},
    operators: {},
  };
  inventory.declare("ssh", [
    declared("a", { site: "north" }),
    declared("b", { site: "north", environment: "test" }),
    declared("c", { site: "north", environment: "production" }),
    declared("d", { site: "south" }),
  ]);
  inventory.observe([read("a", "ok"), read("b", "critical"), read("c", "warning"), read("d", "ok")]);
  const { cards } = inventory.overview(estate, new Map([["north", 2]]));
  expect(cards.map((card) => [card.site, card.environment, card.health])).toEqual([
    ["north", "test", "critical"],
    ["empty", "test", "unknown"],
    ["north", "production", "warning"],
    ["south", null, "ok"],
  ]);
  expect(cards[2]).toMatchObject({
    name: "North",
    environmentName: "Production",
    counts: { critical: 0, unknown: 0, warning: 1, ok: 1 },
    maintenance: 0,
    support: { window: "gold", open: true, changesAt: null },
    rpo: "4h",
    runningTasks: 2,
  });
  // A Friday at one in the afternoon in Paris: open until six.
  expect(cards[1]?.support).toEqual({
    window: "silver-5",
    open: true,
    changesAt: Date.parse("2026-11-20T17:00:00Z"),
  });
  inventory.close();
});
