import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { startPasserelle } from "./support/programs.ts";

let lab: SliceLab;

/** An estate of the three-node cluster alone. */
let estate: string;

beforeAll(async () => {
  lab = await SliceLab.start({ sites: "all", speed: 200 });
  estate = lab.estateWith("forge.yaml", (whole) => {
    const { systems, ...rest } = parse(whole);
    return stringify({ ...rest, systems: { "forge-proxmox": systems["forge-proxmox"] } });
  });
});
afterAll(async () => {
  await lab?.stop();
});

const nodeOf = (name: string) => `forge-proxmox/nodes/${name}`;
const common = { containers: true, settle: "1s", reason: "a new fan" };

async function known(console: OpenConsole, id: string): Promise<void> {
  await console.until(`${id} is known`, () => console.parts.inventory.get(id) !== null);
  await console.read(id);
}

/** The names of the guests that a node has, as the cluster tells it now. */
async function guestsOn(console: OpenConsole, node: string): Promise<string[]> {
  await console.window.resources.refresh({ ids: ["forge-proxmox/cluster"] });
  return console.parts.inventory
    .all()
    .filter(
      ({ kind, parent, facts }) => kind === "vm" && parent === node && facts["power.state"]?.value === "on",
    )
    .map(({ name }) => name)
    .sort();
}

async function started(
  console: OpenConsole,
  procedure: string,
  variables: Record<string, string | number | boolean>,
): Promise<string> {
  const request = { procedure, variables };
  const { plan, problems, typeToConfirm } = await console.window.procedures.plan(request);
  if (!plan) throw new Error(JSON.stringify(problems));
  const { run } = await console.window.procedures.start({
    ...request,
    planHash: plan.hash,
    reason: "trial",
    confirmation: typeToConfirm ?? "",
  });
  return run;
}

/** Resolves with the run once it stands so. */
async function reaches(
  console: OpenConsole,
  run: string,
  holds: (state: RunState) => boolean,
  words: string,
): Promise<RunState> {
  const end = Date.now() + 90_000;
  for (;;) {
    const state = console.parts.procedures.engine.run(run);
    if (state && holds(state)) return state;
    if (Date.now() > end)
      throw new Error(
        `never ${words}: ${state?.steps.map(({ node, state: how, reason, blockedBy }) => `${node} ${how} ${(reason ?? blockedBy?.text)?.en}`).join("\n")}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Resolves once it holds; asked again and again. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 40_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The built-in procedures, with waits that end in seconds where they would in minutes. */
function hastyProcedures(): string {
  const names = ["proxmox-node-maintenance", "proxmox-rolling-maintenance"];
  const folder = new URL("../../resources/procedures/", import.meta.url);
  const lines = names.flatMap((name) => readFileSync(new URL(`${name}.yaml`, folder), "utf8").split("\n"));
  const hasty = lines.map((line) => `  ${line.replace(/timeout: \d+m/, "timeout: 3s")}`);
  return `procedures:\n${hasty.join("\n")}\n`;
}

const step = (state: RunState, node: string) => state.steps.find((each) => each.node === node);

const inService = { marked: false, guests: ["dns-1", "ledger-1", "proxy-1", "shop-3"] };

/** What a maintenance has to leave behind as it was. */
async function stateOf(console: OpenConsole, node: string) {
  const guests = await guestsOn(console, node);
  return { marked: console.resource(node).maintenance !== undefined, guests };
}

describe("maintenance of a Proxmox node", () => {
  it("rolled back out of an evacuation that is held up, brings back what has left", async () => {
    await lab.control.send(["fault", "task-stuck", "shop-3"]);
    const console = await OpenConsole.open({ estate, dataFolder: lab.path("held") });
    try {
      const node = nodeOf("forge-1");
      await known(console, node);
      expect(await stateOf(console, node)).toEqual(inService);
      const given = { ...common, node, machine: node, "at-a-time": 4, restart: "by-hand" };
      const run = await started(console, "proxmox-node-maintenance", given);
      await reaches(console, run, (state) => step(state, "evacuate")?.state === "running", "evacuates");
      await until(async () => (await guestsOn(console, node)).join() === "shop-3");
      expect(console.resource(node).maintenance).toMatchObject({ reason: "a new fan" });
      await console.window.procedures.rollBack({ id: run, reason: "enough" });
      await lab.control.send(["clear"]);
      const ended = await reaches(console, run, (state) => state.endedAt !== null, "ended");
      expect(ended.status).toBe("rolled-back");
      expect(await stateOf(console, node)).toEqual(inService);
    } finally {
      await console.close();
      await lab.control.send(["clear"]);
    }
  }, 120_000);

  it("reboots it, killed in the evacuation and taken up again, and has it back in service with its guests", async () => {
    const before = await lab.machine("forge-1");
    await lab.control.send(["fault", "task-stuck", "ledger-1"]);
    const node = nodeOf("forge-1");
    const set = Object.entries({ ...common, node, machine: node, "at-a-time": 4 });
    const given = set.flatMap(([name, value]) => ["--set", `${name}=${value}`]);
    const data = lab.path("data");
    const killed = startPasserelle([
      ...["procedure", "run", "proxmox-node-maintenance", "--estate", estate, "--data", data],
      ...[...given, "--reason", "trial", "--yes"],
    ]);
    await killed.says("evacuate  running");
    // A move that does not end holds it, so that it is killed in the middle, however long moves take to begin.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    killed.child.kill("SIGKILL");
    await killed.ended;
    await lab.control.send(["clear"]);
    const console = await OpenConsole.open({ estate, dataFolder: data });
    try {
      const run = console.parts.procedures.engine.runs()[0]?.id ?? "";
      const ended = await reaches(console, run, (state) => state.endedAt !== null, "ended");
      expect(ended.steps.filter(({ state }) => state === "failed").map(({ reason }) => reason?.en)).toEqual(
        [],
      );
      expect(ended.status).toBe("completed");
      expect((await lab.machine("forge-1")).bootId).not.toBe(before.bootId);
      expect(await stateOf(console, node)).toEqual(inService);
    } finally {
      await console.close();
    }
  }, 120_000);

  it("one after the other stops by itself while the quorum is lost, and touches nothing", async () => {
    // The whole estate: a procedure in it may name only actions that its systems offer.
    const hasty = lab.estateWith("hasty.yaml", (whole) => `${whole}\n${hastyProcedures()}`);
    const console = await OpenConsole.open({ estate: hasty, dataFolder: lab.path("rolling") });
    try {
      const cluster = "forge-proxmox/cluster";
      await console.until("all nodes are read", () =>
        ["forge-1", "forge-2", "forge-3"].every(
          (name) => console.parts.inventory.get(nodeOf(name))?.facts["os.bootedAt"]?.value,
        ),
      );
      await lab.control.send(["fault", "quorum-lost", "forge"]);
      const run = await started(console, "proxmox-rolling-maintenance", { ...common, cluster });
      const failure = (state: RunState) => state.steps.find((each) => each.state === "failed");
      const stopped = await reaches(console, run, (state) => failure(state) !== undefined, "stopped");
      expect(failure(stopped)?.node).toBe(`round[${nodeOf("forge-1")}]/quorum`);
      // It goes no further until a person has decided, and takes nothing up once the quorum is back.
      await lab.control.send(["clear"]);
      await until(async () => {
        await console.window.resources.refresh({ ids: [cluster] });
        return console.resource(cluster).facts["proxmox.quorum"]?.value === "kept";
      });
      const ended = console.parts.procedures.engine.run(run);
      if (!ended) throw new Error("the run is not known any more");
      expect(ended.steps.filter(({ state }) => state === "running" || state === "waiting")).toMatchObject([
        { node: "round" },
      ]);
      expect(ended.steps.filter(({ node, state }) => /evacuate$/.test(node) && state === "verified")).toEqual(
        [],
      );
      expect(console.parts.inventory.all().filter(({ maintenance }) => maintenance)).toEqual([]);
    } finally {
      await console.close();
      await lab.control.send(["clear"]);
    }
  }, 120_000);
});
