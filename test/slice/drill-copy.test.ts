import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse, stringify } from "yaml";
import { createConsole } from "../../src/main/console.ts";
import { knownWell } from "../../src/main/drill/copying/known-well.ts";
import { makeCopy } from "../../src/main/drill/copying/make-copy.ts";
import type { EstateCopy } from "../../src/shared/estate-copy.ts";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { lead } from "./support/pra-run.ts";
import { withQuickKubernetes } from "./support/quick-kubernetes.ts";
import { known, started, step } from "./support/runs.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const applications = ["identity", "billing", "portal", "archive"];
const day = 86_400_000;
let real: SliceLab;
let lab: SliceLab;
let copy: EstateCopy;

/** Reads an estate once, as a command does, and copies it. */
async function copied(estate: string, dataFolder: string): Promise<EstateCopy> {
  const console = await createConsole({ estate, dataFolder, shell: "command-line", lab: false });
  try {
    await console.parts.fleet.observeAll(AbortSignal.timeout(60_000));
    const { estate: inForce } = console.parts.estate;
    if (inForce === null) throw new Error("no estate is in force");
    const known = () => ({ estate: inForce, resources: console.parts.inventory.all() });
    return makeCopy(await knownWell(known, AbortSignal.timeout(30_000)), Date.now());
  } finally {
    await console.close();
  }
}

/** What of a copy does not go on while it is looked at: the clock of the lab runs fast. */
function standing({ environments, sites, operators, plans, procedures, systems }: EstateCopy) {
  const still = Object.entries(systems).map(([id, system]) => [id, stillOf(system)]);
  return { environments, sites, operators, plans, procedures, systems: Object.fromEntries(still) };
}

function stillOf(system: EstateCopy["systems"][string]): unknown {
  const settled = JSON.stringify(system, (key, value: unknown) =>
    ["newest", "objects", "lastRun", "answered"].includes(key) ? undefined : value,
  );
  const plain = JSON.parse(settled);
  if (system.type === "ssh") {
    // A host whose key nobody vouches for is not read in the estate; in its copy all keys are the lab's own.
    const read = Object.entries(plain.hosts).filter(([id]) => id !== "web-2");
    return { ...plain, hosts: Object.fromEntries(read) };
  }
  if (system.type !== "kubernetes" || system.kasten === null) return plain;
  const points = system.kasten.points.filter(
    ({ imported, madeAt }) => !imported && madeAt < copy.madeAt && madeAt > copy.madeAt - 2 * day,
  );
  return { ...plain, kasten: { ...plain.kasten, points } };
}

/** The same config, read every second where it says how often. */
function quickened(config: object): object {
  return "every" in config ? { ...config, every: "1s" } : config;
}

beforeAll(async () => {
  real = await SliceLab.start({ sites: "regions", speed: 1 });
  const estate = real.estateWith("regions.yaml", (whole) => {
    const { systems, ...rest } = parse(whole);
    const quick = Object.entries<object>(systems).map(([id, config]) => [id, quickened(config)]);
    return stringify({ ...rest, systems: Object.fromEntries(quick) });
  });
  copy = await copied(estate, real.path("data"));
  const file = real.path("copy.json");
  writeFileSync(file, JSON.stringify(copy));
  lab = await SliceLab.start({ copy: file, speed: 60 });
});
afterAll(async () => {
  await lab?.stop();
  await real?.stop();
});

describe("the copy of an estate", () => {
  it("is shown by the lab as it is: its copy is the same", async () => {
    expect(copy.leftOut).toEqual({ systems: [], resources: [], steps: [] });
    const again = await copied(lab.estate, lab.path("once"));
    expect(standing(again)).toEqual(standing(copy));
    expect(again.leftOut).toEqual({ systems: [], resources: [], steps: [] });
  });

  it("bears the plan after a disaster: an application serves from what its restore points hold", async () => {
    const definitions = withQuickKubernetes;
    const console = await OpenConsole.open({
      estate: lab.estate,
      dataFolder: lab.path("data"),
      definitions,
    });
    try {
      const policies = applications.map((name) => `cluster-north/kasten-policies/kasten-io/import-${name}`);
      const names = applications.flatMap((name) => [`names/records/${name}`, `checks/${name}-outside`]);
      await known(console, "cluster-east/cluster", "cluster-north/cluster", ...policies, ...names);
      await known(console, "objects/replications/documents", "announce/support", "file-store/archive-files");
      await lab.control.fault("region-dead", "east");
      const run = await started(console, "bascule-to-north", { mode: "disaster", watch: "1s" });
      // The people are the same as those of the estate, and so are their keys.
      const isServed = (state: RunState) => step(state, "restore/serves-identity")?.state === "verified";
      const { gates } = await lead(console, real, run, isServed);
      expect(gates).toEqual(["declare", "capacity", "fence", "accept-loss"]);
      const { facts } = console.resource("checks/identity-north");
      expect([facts["web.answers"]?.value, facts["web.servedBy"]?.value]).toEqual([true, "north"]);
    } finally {
      await console.close();
    }
  });
});
