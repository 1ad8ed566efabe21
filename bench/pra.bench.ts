import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fakeAction, fakeHost } from "../src/main/actions/fixtures/fake-estate.ts";
import { Inventory } from "../src/main/inventory/inventory.ts";
import { Counterparts } from "../src/main/pra/counterparts.ts";
import { knownData } from "../src/main/pra/known-data.ts";
import { evaluate } from "../src/main/pra/readiness/evaluate.ts";
import { ProcedureService } from "../src/main/procedures/service.ts";
import { type Estate, estateSchema } from "../src/shared/estate.ts";
import type { Declaration, Resource } from "../src/shared/resource.ts";
import { alone, compared, type Row } from "./row.ts";
import { chainOf, engineConsole } from "./support/engine-console.ts";
import { resumeAfterKill } from "./support/killed-run.ts";
import { inFolder } from "./support/program.ts";

const objects = 2000;
/** What stands in the estate besides, of which the plan wants nothing. */
const others = 8000;
const steps = 30;
/** Milliseconds that a step of the reference plan works for, and that a probe of the evaluation takes. */
const work = 1000;
const asking = 5;
const plans = 10;
const limit = 300_000;

/**
 * What a PRA plan costs: its readiness over 2,000 objects (each read, probed, and protected) in an estate of 10,000, with what
 * that keeps other work waiting; a plan like the reference one against the sum of its steps, alone and ten at once; and how
 * long after a kill halfway the next console has the next step done.
 */
export default async function pra(): Promise<Row[]> {
  return inFolder(async (folder) => {
    const inside = (name: string) => {
      const path = join(folder, name);
      mkdirSync(path, { mode: 0o700 });
      return path;
    };
    const readiness = await readinessOf(inside("readiness"));
    const one = await wholeOf(inside("one"), 1);
    const ten = await wholeOf(inside("ten"), plans);
    const resumed = await resumeAfterKill(inside("killed"), 600);
    const sum = (steps * work) / 1000;
    return [
      alone("pra: readiness of a plan over 2,000 objects", "s", readiness.took / 1000),
      alone("pra: longest piece of work of that", "ms", readiness.longest),
      compared("pra: a plan of 30 steps of 1 s", "s", one, sum, "the sum of its steps"),
      compared("pra: ten such plans at once", "s", ten, sum, "the sum of one's steps"),
      alone("pra: killed halfway: spawn to the next step's effect", "s", resumed / 1000),
    ];
  });
}

/** Seconds until so many runs, begun at once, are completed. */
async function wholeOf(folder: string, count: number): Promise<number> {
  const { engine, close } = engineConsole(folder, () => {}, { work });
  const began = performance.now();
  const runs = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      engine.start({ plan: chainOf(steps, `p${index}-`), reason: "", confirmation: "" }),
    ),
  );
  const ends = await Promise.all(runs.map((run) => engine.settled(run, AbortSignal.timeout(limit))));
  const took = (performance.now() - began) / 1000;
  if (ends.some(({ status }) => status !== "completed")) throw new Error("a run was not completed");
  await close();
  return took;
}

async function readinessOf(folder: string): Promise<{ took: number; longest: number }> {
  const { engine, journal, close } = engineConsole(folder, () => {}, { asking });
  const inventory = filled();
  const estate = wholeEstate();
  const plan = estate.plans.carry;
  if (plan === undefined) throw new Error("no plan");
  const poke = fakeAction();
  const procedures = new ProcedureService(engine, {
    builtIn: {},
    estate: () => estate.procedures,
    knows: () => true,
    known: {
      action: (_id, resource) => (resource.kind === "host" ? poke : null),
      resource: (id) => inventory.get(id),
      resources: () => inventory.all(),
    },
  });
  const protection = {
    protectionOf: () => null,
    onChange: () => () => {},
  };
  const known = knownData({ inventory, protection }, new Counterparts(inventory, Date.now), plan, false);
  const watch = watched();
  const found = await evaluate(
    {
      estate: () => estate,
      onEstate: () => () => {},
      inventory,
      beingRead: () => [],
      procedures,
      journal,
      write: (event) => journal.write(event),
      protection,
      capacity: () => ({ clusters: [], parities: [] }),
      secrets: () => ({
        provider: "none",
        locked: false,
        passphraseFileExists: false,
        text: { en: "", fr: "" },
        secrets: [],
      }),
      people: () => null,
      report: (error) => {
        throw error;
      },
      progressOf: () => null,
      lab: false,
      now: Date.now,
    },
    { id: "carry", plan, rehearsals: [], known },
    AbortSignal.timeout(limit),
  );
  const longest = watch.stop();
  const probed = found.checks.filter(({ kind }) => kind === "step").length;
  if (probed !== objects) throw new Error(`${probed} steps were probed`);
  inventory.close();
  await close();
  return { took: found.took, longest };
}

function filled(): Inventory {
  const inventory = new Inventory();
  const all = Array.from({ length: objects + others }, (_, index): Resource => {
    const carried = index < objects;
    return fakeHost(`h${index}`, { site: carried ? "east" : "north", kind: carried ? "host" : "vm" });
  });
  const declared = all.map(({ id, kind, name, system, parent, site, environment }): Declaration => {
    return { id, kind, name, system, parent, site, environment, staleAfter: 3_600_000 };
  });
  inventory.declare("towers", declared);
  inventory.observe(
    all.map(({ id }) => ({
      ...{ resource: id, source: "towers", at: Date.now(), health: "ok" as const },
      facts: {},
      problems: [],
    })),
  );
  return inventory;
}

/** Two thousand hosts in loops of a plan, half of them an application's each. */
function wholeEstate(): Estate {
  const applications = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
      `app-${index}`,
      { tier: "one", protects: Array.from({ length: 20 }, (_each, part) => `h${index * 20 + part}`) },
    ]),
  );
  const loop = {
    id: "each",
    forEach: {
      in: { kinds: ["host"] },
      as: "host",
      parallel: 8,
      steps: [{ id: "poke", action: "host.poke", on: "$" + "{host}" }],
    },
  };
  return estateSchema.parse({
    passerelle: 1,
    name: "bench",
    sites: { east: {}, north: {} },
    procedures: {
      forth: { title: "Forth", steps: [loop] },
      back: { title: "Back", steps: [{ id: "rest", wait: { for: "1s" } }] },
    },
    plans: {
      carry: {
        title: "Carry",
        production: "east",
        recovery: "north",
        tiers: { one: { rto: "1h", rpo: "1h" } },
        applications,
        directions: { bascule: { procedure: "forth" }, return: { procedure: "back" } },
      },
    },
  });
}

/** The longest that other work had to wait, in milliseconds. */
function watched(): { stop(): number } {
  let going = true;
  let longest = 0;
  void (async () => {
    for (let before = performance.now(); going; ) {
      await setImmediate();
      const now = performance.now();
      longest = Math.max(longest, now - before);
      before = now;
    }
  })();
  return {
    stop: () => {
      going = false;
      return longest;
    },
  };
}
