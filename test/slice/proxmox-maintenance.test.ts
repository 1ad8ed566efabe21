import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { startPasserelle } from "./support/programs.ts";
import { tasksOfForge } from "./support/proxmox-tasks.ts";
import { known, reaches, started, step } from "./support/runs.ts";

let lab: SliceLab;

/** An estate of the three-node cluster alone. */
let estate: string;

beforeAll(async () => {
  lab = await SliceLab.start({ sites: "all", speed: 200 });
  estate = lab.estateWith("forge.yaml", (whole) => {
    const { systems, plans: _, procedures: __, certificates: ___, ...rest } = parse(whole);
    return stringify({ ...rest, systems: { "forge-proxmox": systems["forge-proxmox"] } });
  });
});
afterAll(async () => {
  await lab?.stop();
});

const nodeOf = (name: string) => `forge-proxmox/nodes/${name}`;
const common = { containers: true, settle: "1s", reason: "a new fan" };

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

/** The moves of the VM ledger-1 (100) away from the node forge-1 that the cluster knows of. */
async function movesOfLedger() {
  const tasks = await tasksOfForge(lab);
  return tasks.filter(({ node, type, id }) => node === "forge-1" && type === "qmigrate" && id === "100");
}

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
      const given = { ...common, node, machine: node, "at-a-time": 4, restart: "none" };
      const run = await started(console, "proxmox-node-maintenance", given);
      await reaches(console, run, (state) => step(state, "evacuate")?.state === "running", "evacuates");
      await until(async () => (await guestsOn(console, node)).join() === "shop-3");
      expect(console.resource(node).maintenance).toMatchObject({ reason: "a new fan" });
      await console.window.procedures.rollBack({ id: run, reason: "enough" });
      await lab.control.send(["clear"]);
      const ended = await reaches(console, run, (state) => state.endedAt !== null, "ended", [node]);
      expect(ended.status).toBe("rolled-back");
      expect(await stateOf(console, node)).toEqual(inService);
    } finally {
      await console.close();
      await lab.control.send(["clear"]);
    }
  }, 180_000);

  it("reboots it, killed in the evacuation and taken up again, and has it back in service with its guests", async () => {
    const before = await lab.machine("forge-1");
    const earlier = (await movesOfLedger()).length;
    await lab.control.send(["fault", "task-stuck", "ledger-1"]);
    const node = nodeOf("forge-1");
    const set = Object.entries({ ...common, node, machine: node, "at-a-time": 4 });
    const given = set.flatMap(([name, value]) => ["--set", `${name}=${value}`]);
    const data = lab.path("data");
    const killed = startPasserelle([
      ...["procedure", "run", "proxmox-node-maintenance", "--estate", estate, "--data", data],
      ...[...given, "--reason", "trial", "--yes"],
    ]);
    // A move that does not end holds it: it is killed with that move sent and under way.
    await until(async () => (await movesOfLedger()).some(({ endtime }) => endtime === undefined));
    killed.child.kill("SIGKILL");
    await killed.ended;
    await lab.control.send(["clear"]);
    const console = await OpenConsole.open({ estate, dataFolder: data });
    try {
      const run = console.parts.procedures.engine.runs()[0]?.id ?? "";
      const hasEnded = (state: RunState) => state.endedAt !== null;
      const ended = await reaches(console, run, hasEnded, "ended", [node]);
      expect(ended.steps.filter(({ state }) => state === "failed").map(({ reason }) => reason?.en)).toEqual(
        [],
      );
      expect(ended.status).toBe("completed");
      expect((await lab.machine("forge-1")).bootId).not.toBe(before.bootId);
      // The move that was under way was followed to its end and not sent again.
      expect(await movesOfLedger()).toHaveLength(earlier + 1);
      expect(await stateOf(console, node)).toEqual(inService);
    } finally {
      await console.close();
    }
  }, 180_000);

  it("one after the other stops by itself while quorum or replication is not well, and touches nothing", async () => {
    // The whole estate: a procedure in it may name only actions that its systems offer.
    const hasty = lab.estateWith("hasty.yaml", (whole) => {
      const { procedures, ...rest } = parse(whole);
      return stringify({ ...rest, procedures: { ...procedures, ...parse(hastyProcedures()).procedures } });
    });
    await lab.control.send(["fault", "replication-fails", "door-1"]);
    const console = await OpenConsole.open({ estate: hasty, dataFolder: lab.path("rolling") });
    const [forge, annexe] = ["forge-proxmox/cluster", "annexe-proxmox/cluster"];
    const factOf = async (cluster: string, fact: string) => {
      await console.window.resources.refresh({ ids: [cluster] });
      return console.parts.inventory.get(cluster)?.facts[fact]?.value;
    };
    try {
      const nodes = ["annexe-1", "annexe-2", "forge-1", "forge-2", "forge-3"];
      const bootedAt = (name: string) =>
        console.parts.inventory.get(`${name.replace(/-\d$/, "")}-proxmox/nodes/${name}`)?.facts[
          "os.bootedAt"
        ];
      await console.until("all nodes are read", () => nodes.every((name) => bootedAt(name)?.value));
      // It is due every quarter of an hour.
      await until(async () => (await factOf(annexe, "proxmox.replicationTroubled")) === 1);
      await lab.control.send(["fault", "quorum-lost", "forge"]);
      const rolling = (cluster: string) =>
        started(console, "proxmox-rolling-maintenance", { ...common, cluster, warnings: true });
      const runs = [await rolling(forge), await rolling(annexe)];
      const failure = (state: RunState) => state.steps.find((each) => each.state === "failed");
      const stopped = runs.map((run) =>
        reaches(console, run, (state) => failure(state) !== undefined, "stopped"),
      );
      expect((await Promise.all(stopped)).map((state) => failure(state)?.node)).toEqual([
        `round[${nodeOf("forge-1")}]/quorum`,
        "round[annexe-proxmox/nodes/annexe-1]/replication",
      ]);
      // They go no further until a person has decided, and take nothing up once all is well again.
      await lab.control.send(["clear"]);
      await until(async () => (await factOf(forge, "proxmox.quorum")) === "kept");
      await until(async () => (await factOf(annexe, "proxmox.replicationTroubled")) === 0);
      for (const run of runs) {
        const steps = console.parts.procedures.engine.run(run)?.steps ?? [];
        const underWay = steps.filter(({ state }) => state === "running" || state === "waiting");
        expect(underWay).toMatchObject([{ node: "round" }]);
        expect(steps.filter(({ node, startedAt }) => /evacuate$/.test(node) && startedAt !== null)).toEqual(
          [],
        );
      }
      expect(console.parts.inventory.all().filter(({ maintenance }) => maintenance)).toEqual([]);
    } finally {
      await console.close();
      await lab.control.send(["clear"]);
    }
  }, 180_000);
});
