import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { parse, stringify } from "yaml";
import { following } from "../../src/main/commands/drill-console.ts";
import { makeCopy } from "../../src/main/drill/copying/make-copy.ts";
import { DrillDesk } from "../../src/main/drill/drill-desk.ts";
import { commandLab } from "../../src/main/drill/lab-commands.ts";
import { type DrillProgram, startNodeProgram } from "../../src/main/drill/programs.ts";
import { type DrillNews, drillOrderSchema } from "../../src/shared/drill.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { withQuickKubernetes } from "./support/quick-kubernetes.ts";
import { known, reaches, step } from "./support/runs.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const plan = "trial";
const procedure = {
  title: "Look from outside",
  steps: [
    { id: "look", action: "web.check", on: "checks/identity-outside" },
    { id: "settle", wait: { for: "1s" } },
    { id: "again", action: "web.check", on: "checks/identity-outside" },
  ],
};
const plans = {
  [plan]: {
    title: "A short way",
    production: "east",
    recovery: "north",
    tiers: { vital: { rto: "1h", rpo: "1h" } },
    applications: {
      identity: {
        tier: "vital",
        protects: ["cluster-east/namespaces/identity"],
        serves: {
          production: ["checks/identity-east"],
          recovery: ["checks/identity-north"],
          outside: ["checks/identity-outside"],
        },
      },
    },
    directions: { bascule: { procedure: "go" }, return: { procedure: "go" } },
  },
};
const shown = ["cluster-east", "cluster-north", "names", "checks"];
const needed = ["cluster-east/cluster", "cluster-north/cluster", "names/records/identity"];
const checks = ["checks/identity-outside", "checks/identity-east", "checks/identity-north"];
const labSource = fileURLToPath(new URL("../../src/lab/index.ts", import.meta.url));
let real: SliceLab;
let first: OpenConsole;
let drilling: OpenConsole | null = null;
let desk: DrillDesk;

/** The console of a drill in this process: it is built for a browser, which a test has none of. */
function consoleHere(order: string): DrillProgram {
  const listeners: ((line: string) => void)[] = [];
  const tell = (news: DrillNews) => {
    for (const listener of listeners) listener(JSON.stringify(news));
  };
  const { promise: exited, resolve: onExit } = Promise.withResolvers<void>();
  const opened = (async () => {
    const parsed = drillOrderSchema.parse(JSON.parse(readFileSync(order, "utf8")));
    const { estate, dataFolder, control } = parsed;
    const console = await OpenConsole.open({
      estate,
      dataFolder,
      definitions: withQuickKubernetes,
      drill: true,
    });
    drilling = console;
    const play = (fault: readonly string[]) => commandLab(control, ["fault", ...fault]);
    const host = following(console.console, parsed, play, tell);
    tell({ link: "http://127.0.0.1:1/open#once" });
    return host;
  })();
  return {
    onLine: (listener) => void listeners.push(listener),
    nudge: () => tell({ link: "http://127.0.0.1:1/open#again" }),
    exited,
    async stop() {
      const host = await opened;
      await host.close();
      onExit();
    },
  };
}

beforeAll(async () => {
  real = await SliceLab.start({ sites: "regions", speed: 1 });
  const estate = real.estateWith("short.yaml", (whole) => {
    const { systems, procedures: _, plans: __, ...rest } = parse(whole);
    const kept = Object.entries<object>(systems).filter(([id]) => shown.includes(id));
    const quick = kept.map(([id, config]) => [id, "every" in config ? { ...config, every: "1s" } : config]);
    return stringify({ ...rest, systems: Object.fromEntries(quick), procedures: { go: procedure }, plans });
  });
  first = await OpenConsole.open({ estate, dataFolder: real.path("data"), definitions: withQuickKubernetes });
  await known(first, ...needed, ...checks);
  const { parts } = first;
  const inForce = () => {
    if (parts.estate.estate === null) throw new Error("no estate is in force");
    return parts.estate.estate;
  };
  desk = new DrillDesk({
    folder: real.path("drills"),
    labProgram: labSource,
    consoleProgram: "console",
    // Nobody waits in a test for what a restore takes.
    start: (program, words) =>
      program === labSource
        ? startNodeProgram(program, [...words, "--speed", "60"])
        : consoleHere(words.at(-1) ?? ""),
    knowsPlan: (id) => Object.hasOwn(inForce().plans, id),
    copy: async () => makeCopy({ estate: inForce(), resources: parts.inventory.all() }, Date.now()),
    record: parts.journal,
    bringBack: (id, drill, brought) => parts.pra.bringBack(id, drill, brought),
    now: Date.now,
  });
});
afterAll(async () => {
  await desk?.close();
  await first?.close();
  await real?.stop();
});

afterEach(async () => {
  for (const { id, state } of desk.list()) if (state === "running") await desk.end(id);
  await drilling?.close();
  drilling = null;
});

const rehearsal = async () => {
  const { checks } = await first.parts.pra.evaluated(plan);
  return checks.find(({ id }) => id === "rehearsal/bascule");
};

it("a plan that is gone through in a drill with a scripted fault is a passage of the estate, and counts as rehearsed", async () => {
  expect(await rehearsal()).toMatchObject({ state: "warning", provenAt: null });
  const id = await desk.start({
    plan,
    on: "copy",
    faults: [{ when: { at: "step", node: "settle" }, fault: ["dns-silent", "north"] }],
  });
  const console = drilling;
  if (console === null) throw new Error("the drill has no console");
  await known(console, ...needed, ...checks);
  const asked = { plan, mode: "disaster", direction: "bascule" } as const;
  const { plan: prepared, typeToConfirm } = await console.window.pra.prepare(asked);
  const { run } = await console.window.pra.start({
    ...asked,
    planHash: prepared?.hash ?? "",
    reason: "trial",
    confirmation: typeToConfirm ?? "",
  });
  const state = await reaches(console, run, ({ endedAt }) => endedAt !== null, "ended");
  expect([state.status, step(state, "again")?.state]).toEqual(["completed", "verified"]);
  await vi.waitFor(() => expect(desk.list()[0]?.faults[0]?.playedAt).toEqual(expect.any(Number)), {
    timeout: 30_000,
  });
  await desk.end(id);

  const [view] = desk.list();
  expect(view).toMatchObject({ state: "ended", passages: 1, error: null });
  expect(view?.faults[0]).toMatchObject({ refused: null, playedAt: expect.any(Number) });
  const [passage] = first.parts.pra.view(plan).passages;
  expect(passage).toMatchObject({ mode: "drill", way: "disaster", direction: "bascule", run: null });
  expect(passage).toMatchObject({ startedAt: state.startedAt, endedAt: state.endedAt, status: "completed" });
  expect(await rehearsal()).toMatchObject({ state: "ready", provenAt: passage?.endedAt });
  // Nothing of it has come to pass in the estate.
  expect(first.resource("checks/identity-outside").facts["web.servedBy"]?.value).toBe("east");
});
