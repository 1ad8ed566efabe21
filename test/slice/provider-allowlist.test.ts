import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { reaches, signedBy, started, step } from "./support/runs.ts";

const east = "provider/allowlists/east";
const north = "provider/allowlists/north";

let lab: SliceLab;
let open: OpenConsole;
let estate: string;
// Orders are followed until the provider has carried them out, on machines that may have other things to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

beforeAll(async () => {
  // Consoles wait a moment of their own before they end an entry; here it is a short one.
  vi.spyOn(Math, "random").mockReturnValue(0.01);
  lab = await SliceLab.start({ sites: "provider", speed: 50 });
  estate = lab.estate;
  open = await OpenConsole.open({ estate, dataFolder: lab.path("data") });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await open?.close();
  await lab?.stop();
});

const entries = (list = east) => open.parts.inventory.all().filter(({ parent }) => parent === list);
const named = (name: string, list = east) => entries(list).find((each) => each.name === name);
const idOf = (name: string, list = east) => named(name, list)?.id ?? `${list}/none`;

/** Begins a procedure, has Bruno sign at its gate, and resolves with the run once it stands so. */
async function decided(
  procedure: string,
  variables: Record<string, string>,
  holds: (state: RunState) => boolean,
): Promise<RunState> {
  const run = await started(open, procedure, variables);
  const waits = (state: RunState) => step(state, "decide")?.blockedBy?.kind === "gate";
  await reaches(open, run, waits, "waits for two people");
  const key = readFileSync(lab.path("lab", "keys", "operator-bruno"), "utf8");
  const passphrase = readFileSync(lab.path("lab", "secrets", "operator-bruno-passphrase"), "utf8");
  await signedBy(open, run, "decide", { operator: "bruno", key, passphrase });
  return reaches(open, run, holds, "comes to what is expected");
}
const isDone = ({ status }: RunState) => status === "completed";

/** Has an entry read again until its end has come. */
async function isDue(id: string): Promise<void> {
  while (open.parts.inventory.get(id)?.facts["allowlist.isDue"]?.value === false) {
    await open.parts.fleet.observe([id], AbortSignal.timeout(30_000));
  }
}

describe("the provider's allowlists", () => {
  it("are read through the bounce, and compared with the estate", async () => {
    await open.read(east);
    await open.read(north);
    const { lists } = await open.first(open.window.allowlists.watch());
    expect(lists.map(({ name, networks }) => [name, networks.map(({ network }) => network)])).toEqual([
      ["Access to East", ["198.51.100.77/32", "127.0.0.0/8", "203.0.113.0/28"]],
      ["Access to North", ["127.0.0.0/8"]],
    ]);
    const [supplier, here, office] = lists[0]?.networks ?? [];
    expect(supplier).toMatchObject({ declared: "temporary", by: "ada", isDue: false });
    expect(here).toMatchObject({ declared: "declared", problems: [] });
    expect(here?.letsIn).toContain("127.0.0.1 → bounce.atelier.example");
    expect(office).toMatchObject({ declared: "undeclared" });
    open.parts.rules.settle();
    const found = open.parts.rules.frame({ resource: idOf("203.0.113.0/28") }).findings;
    expect(found.map(({ rule }) => rule)).toEqual(["estate-drift"]);
  });

  it("never lose the only way in of whoever works here, whatever reason is given", async () => {
    const task = await open.act("ovh.remove-network", [idOf("127.0.0.0/8")], {}, "it must go");
    expect(task).toMatchObject({ state: "refused" });
    expect(task.error?.message.en).toMatch(/127\.0\.0\.0\/8/);
    const [preview] = await open.window.actions.preview({
      action: "ovh.remove-network",
      resources: [idOf("127.0.0.0/8")],
      input: {},
    });
    expect(preview?.guards.filter(({ allowed }) => !allowed).map(({ guard }) => guard)).toContain("lock-out");
  });

  it("are changed by nobody alone, whatever reason is given", async () => {
    const task = await open.act("ovh.allow-network", [north], { network: "192.0.2.9" }, "it is urgent");
    expect(task).toMatchObject({ state: "refused" });
    expect(task.error?.message.en).toMatch(/Two people decide this: begin the procedure “allow-network”/);
    expect(named("192.0.2.9/32", north)).toBeUndefined();
  });

  it("let a network in, for longer, and off again, once a second person has signed for each", async () => {
    const asked = { list: north, network: "192.0.2.9", why: "Fibre works", lasts: "2h" };
    await decided("allow-network", asked, isDone);
    await open.until("the entry is shown", () => named("192.0.2.9/32", north) !== undefined);
    const entry = idOf("192.0.2.9/32", north);
    await open.read(entry);
    await decided("change-network", { entry, why: "Still at it", ends: "always" }, isDone);
    const fact = (key: string) => open.resource(entry).facts[key]?.value ?? null;
    await open.until("its note is another", () => fact("allowlist.note") === "Still at it");
    expect(fact("allowlist.ends")).toBeNull();
    await decided("remove-network", { entry }, isDone);
    await open.until("the entry is gone", () => named("192.0.2.9/32", north) === undefined);
  });

  it.each([
    ["provider-refuses", /refused the request/],
    ["provider-task-fails", /ended as “error”/],
  ])("that are left alone by %s say why", async (fault, words) => {
    await lab.control.fault(fault, "north");
    const asked = { list: north, network: "192.0.2.10", why: "Fibre works" };
    const run = await decided("allow-network", asked, (state) => step(state, "let-in")?.state === "failed");
    await lab.control.clear();
    expect(step(run, "let-in")?.reason?.en).toMatch(words);
    await open.window.procedures.cancel({ id: run.id, reason: "not today" });
    await open.comesBack(north);
    expect(named("192.0.2.10/32", north)).toBeUndefined();
  });

  it("lose what was let in for a time when that is over by the provider's clock, and the journal has it", async () => {
    const supplier = idOf("198.51.100.77/32");
    await lab.control.fault("provider-clock-skew", "east");
    await isDue(supplier);
    await open.until("the entry is gone", () => named("198.51.100.77/32") === undefined);
    const done = () =>
      open.parts.runner
        .tasks()
        .find(({ action, resource }) => action === "ovh.remove-network" && resource === supplier);
    await open.until("the task has ended", () => done()?.endedAt != null);
    expect(done()?.state).toBe("verified");
    const filter = { text: "", types: [], subject: supplier, task: null, before: null, limit: 100 };
    expect(open.parts.journal.page(filter).events.map(({ type }) => type)).toContain("action.verified");
    await lab.control.clear();
  });

  it("are not asked for with any key from where this workstation may not be", async () => {
    await lab.control.fault("workstation-moved");
    const moved = await OpenConsole.open({ estate: lab.estate, dataFolder: lab.path("moved") });
    try {
      await moved.until("the list cannot be read", () => moved.errorOf(east) !== null);
      expect(moved.errorOf(east)).toBe("reach.outside-allowlist");
    } finally {
      await moved.close();
      await lab.control.clear();
    }
  });
});
