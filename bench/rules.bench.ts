import { performance } from "node:perf_hooks";
import { Inventory } from "../src/main/inventory/inventory.ts";
import { Journal } from "../src/main/journal/journal.ts";
import { RuleDesk } from "../src/main/rules/desk.ts";
import type { Declaration, Observation, ResourceKind } from "../src/shared/resource.ts";
import { alone, type Row } from "./row.ts";
import { longestPiece, timed } from "./support/pieces.ts";
import { inFolder } from "./support/program.ts";

const resources = 50_000;
const repeats = 200;
const kinds = ["host", "vm", "volume", "pod", "service"] as const satisfies readonly ResourceKind[];

/**
 * The rules over 50,000 resources, 100 of them with something to find: the first look at all, how long that keeps the main
 * thread from other work, what one change costs, and a frame of the page.
 */
export default async function rules(): Promise<Row[]> {
  return inFolder(async (folder) => {
    const journal = Journal.open({ folder, actor: "bench", workstation: "bench" });
    const inventory = new Inventory();
    const desk = new RuleDesk({
      ...{ inventory, journal, estate: () => null, now: Date.now, feeds: [] },
      writeAll: (events) => journal.writeAll(events),
      whole: {
        protections: () => [],
        lostReferences: () => [],
        readiness: () => [],
        bundle: () => null,
        whereabouts: () => ({ state: "inside", text: { en: "", fr: "" }, hops: [], outside: [] }),
        capacity: () => ({ clusters: [], parities: [] }),
        certificates: () => [],
        estate: () => ({
          ...{ name: "bench", file: "bench", valid: true, loadedAt: 0, fromLastGood: false },
          ...{ faults: [], contents: [] },
        }),
        offers: () => false,
      },
      onError: (thrown) => {
        throw thrown;
      },
    });
    desk.start();
    try {
      const declared = Array.from({ length: resources }, (_, index) => declarationOf(index));
      inventory.declare("bench", declared);
      inventory.observe(declared.map((each, index) => observationOf(each, index, Date.now())));
      const began = performance.now();
      const longest = await longestPiece(() => desk.frame({ resource: null }).findings.length === 100);
      const first = performance.now() - began;
      const changes: number[] = [];
      for (let turn = 0; turn < repeats; turn += 1) {
        const [index, at] = [(turn * 251) % resources, Date.now() + (turn + 1) * 61_000];
        inventory.observe([observationOf(declarationOf(index), index, at)]);
        changes.push(timed(() => desk.settle()));
      }
      const frame = timed(() => desk.frame({ resource: null }));
      const sorted = changes.sort((one, other) => one - other);
      return [
        alone(`rules: everything looked at, ${resources} resources`, "ms", first),
        alone("rules: longest piece of work of that", "ms", longest),
        alone("rules: one resource changes, median", "ms", sorted[Math.floor(repeats / 2)] ?? 0),
        alone("rules: one resource changes, 99 of 100", "ms", sorted[Math.floor(repeats * 0.99)] ?? 0),
        alone("rules: all findings for a window", "ms", frame),
      ];
    } finally {
      desk.close();
      inventory.close();
      journal.close();
    }
  });
}

function declarationOf(index: number): Declaration {
  const kind = kinds[index % kinds.length] ?? "host";
  const id = `bench/${index}`;
  return {
    ...{ id, kind, name: id, system: "bench", parent: null, site: null, environment: null },
    staleAfter: 3_600_000,
  };
}

function observationOf({ id }: Declaration, index: number, at: number): Observation {
  // Every five-hundredth host is full.
  const used = index % 500 === 0 ? 97 : 40 + (index % 50);
  return {
    ...{ resource: id, source: "bench", at, health: "ok", problems: [] },
    facts: { "disk.fullest": used, "load.one": index % 7 },
  };
}
