import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Estate } from "../../shared/estate.ts";
import { CapacityEngine } from "./engine.ts";
import { gibibyte, Hypervisor } from "./testing/hypervisor.ts";

type Rules = Pick<Estate, "environments" | "sites" | "parity">;
const noRules: Rules = { environments: {}, sites: {}, parity: [] };

let engine: CapacityEngine;
let east: Hypervisor;
let rules: Rules;
beforeEach(() => {
  vi.useFakeTimers();
  rules = noRules;
  east = new Hypervisor();
  engine = new CapacityEngine({ inventory: east.inventory, estate: () => rules });
});
afterEach(() => {
  engine.close();
  east.inventory.close();
  vi.useRealTimers();
});

describe("two sites that must hold the same", () => {
  let west: Hypervisor;
  beforeEach(() => {
    rules = {
      environments: {},
      sites: { atelier: { name: "Atelier" }, annexe: { name: "Annexe" } },
      parity: [{ name: "regions", sites: ["atelier", "annexe"], by: "hosts" }],
    };
    east.fourHosts();
    east.inventory.declare("estate", [
      {
        id: "atelier",
        kind: "site",
        name: "Atelier",
        system: "estate",
        parent: null,
        site: "atelier",
        environment: null,
        staleAfter: null,
      },
      {
        id: "annexe",
        kind: "site",
        name: "Annexe",
        system: "estate",
        parent: null,
        site: "annexe",
        environment: null,
        staleAfter: null,
      },
    ]);
    west = new Hypervisor({ system: "west", site: "annexe", inventory: east.inventory });
    west.cluster("dr");
    for (const host of ["w-1", "w-2", "w-3", "w-4"]) west.host(host, "dr");
  });
  const parity = () => {
    engine.settle();
    return engine.view().parities[0];
  };

  test("do, as long as number and models are the same, those that are out included", () => {
    east.tell();
    west.change("w-1", { "hypervisor.maintenance": true }).tell();
    expect(parity()).toMatchObject({ verdict: "ok", text: { en: "Atelier and Annexe hold the same." } });
  });

  test("drift: told with what there is less and more of, on both sites", () => {
    east.tell();
    west.remove("w-4").change("w-3", { "hardware.model": "R750" }).tell();
    expect(parity()).toMatchObject({
      verdict: "exceeded",
      text: {
        en: "Annexe does not hold what Atelier holds: 2 × R650 too few, 1 × R750 more.",
        fr: "Annexe ne vaut pas Atelier : 2 × R650 en moins, 1 × R750 en plus.",
      },
    });
    const codes = (site: string) => east.inventory.get(site)?.problems.map(({ code }) => code);
    expect(codes("atelier")).toContain("capacity.parity");
    expect(codes("annexe")).toContain("capacity.parity");
  });

  test("by sums: other models may make up for each other, firmware keeps a little", () => {
    rules.parity = [{ name: "regions", sites: ["atelier", "annexe"], by: "sums" }];
    east.tell();
    west
      .remove("w-4")
      .remove("w-3")
      .change("w-1", { "hypervisor.cores": 48, "memory.total": 383 * gibibyte });
    west.tell();
    expect(parity()?.verdict).toBe("ok");
    west.change("w-1", { "hypervisor.cores": 32 }).tell();
    expect(parity()?.text.en).toBe("Annexe does not hold what Atelier holds: 48 cores for 64.");
  });

  test("cannot be told while one side is not known, or not read", () => {
    east.tell();
    expect(parity()).toMatchObject({
      verdict: "unknown",
      text: { en: "No hypervisor host is known at Annexe." },
    });
    west.tell();
    expect(parity()?.verdict).toBe("ok");
    west.fail(["w-2"]);
    expect(parity()).toMatchObject({ verdict: "unknown" });
  });
});
