import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";

let lab: SliceLab;
let console: OpenConsole;
let estate: string;

beforeAll(async () => {
  lab = await SliceLab.start();
  // A copy, which is edited while the console follows it.
  estate = lab.estateWith("whereabouts.yaml", (words) => `${words}\n`);
  console = await OpenConsole.open({ estate, dataFolder: lab.path("outside") });
  await console.read("tower-a");
});
afterAll(async () => {
  await console?.close();
  await lab?.stop();
});

/** Edits the estate in force, as an editor does it: whole, under its name at once. */
function edit(from: string, to: string): void {
  const words = readFileSync(estate, "utf8");
  const next = words.replaceAll(from, to);
  if (next === words) throw new Error("the estate was not changed");
  writeFileSync(`${estate}.new`, next, { mode: 0o600 });
  renameSync(`${estate}.new`, estate);
}

async function stands(state: "inside" | "outside"): Promise<void> {
  await expect.poll(() => console.parts.reach.status(), { timeout: 50_000 }).toMatchObject({ state });
}

/** Every action that a system carries out on any resource, with why it is greyed. */
async function offered() {
  const { inventory, registry } = console.parts;
  const all = await Promise.all(
    inventory.all().map(async (resource) => {
      const offers = await console.window.actions.offers({ resources: [resource.id] });
      return offers.flatMap(({ id, unavailable }) => {
        const system = registry.systemOf(id, resource);
        return system === null ? [] : [{ id, resource: resource.id, system, why: unavailable?.en ?? null }];
      });
    }),
  );
  return all.flat();
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (thrown) {
    return (thrown as { data?: { code?: string } }).data?.code ?? String(thrown);
  }
}

/** A terminal on the tower, with what its window is told of how it stands. */
async function terminal(): Promise<{ told: { type: string; reason?: { en: string } }[] }> {
  const size = { columns: 80, rows: 24 };
  const { channel } = await console.window.terminal.open({ resource: "tower-a", ...size });
  const { main, window } = console.recorder.pair();
  const told: { type: string; reason?: { en: string } }[] = [];
  window.onmessage = ({ data }) => {
    if (typeof data === "string") told.push(JSON.parse(data));
  };
  expect(console.console.openSession(channel.replace("session/", ""), main)).toBe(true);
  await expect.poll(() => told.map(({ type }) => type), { timeout: 30_000 }).toContain("opened");
  return { told };
}

describe("a workstation that stands outside of an allowlist", () => {
  it("is told so, and every action, console, session and run that needs the inside is greyed and refused", async () => {
    await stands("inside");
    const before = await offered();
    expect(before.filter(({ why }) => why === null).length).toBeGreaterThan(10);
    const { told } = await terminal();
    edit("127.0.0.0/8", "198.51.100.0/24");
    await stands("outside");
    const { outside } = console.parts.reach.status();
    expect(outside.length).toBeGreaterThan(0);
    const away = new Set(outside.map(({ system }) => system));
    const after = await offered();
    const concerned = after.filter(({ system }) => away.has(system));
    expect(concerned.length).toBeGreaterThan(10);
    for (const offer of concerned)
      expect(offer, JSON.stringify(offer)).toMatchObject({ why: expect.stringContaining("198.51.100.0/24") });
    for (const id of new Set(concerned.map(({ resource }) => resource))) {
      const { consoles } = await console.first(console.window.resources.watch({ id }));
      for (const each of consoles.filter(({ system }) => away.has(system))) {
        expect(each.unavailable?.en).toContain("198.51.100.0/24");
      }
    }
    await expect.poll(() => told.at(-1)?.type, { timeout: 30_000 }).toBe("ended");
    expect(told.at(-1)?.reason?.en).toMatch(/gone outside.*198\.51\.100\.0\/24/);
    const logIns = await lab.logIns("tower-a");
    const size = { columns: 80, rows: 24 };
    expect(await codeOf(console.window.terminal.open({ resource: "tower-a", ...size }))).toBe(
      "reach.outside",
    );
    expect(await console.act("ssh.reboot", ["tower-a"])).toMatchObject({ state: "refused" });
    const round = { procedure: "safe-reboot-round", variables: { hosts: ["tower-a"] } };
    const { plan } = await console.window.procedures.plan(round);
    expect(plan).not.toBeNull();
    const { outside: reason } = await console.first(
      console.window.reach.outside({
        of: "steps",
        steps: [{ action: "ssh.reboot", resource: "tower-a" }],
      }),
    );
    expect(reason?.en).toContain("tower-a");
    expect(await codeOf(console.window.procedures.start({ ...round, planHash: plan?.hash ?? "" }))).toBe(
      "reach.outside",
    );
    expect(await codeOf(console.window.procedures.dryRun(round))).toBe("reach.outside");
    expect(console.parts.procedures.engine.runs()).toEqual([]);
    expect(await lab.logIns("tower-a")).toBe(logIns);
  });

  it("may do all of it again once it is inside", async () => {
    edit("198.51.100.0/24", "127.0.0.0/8");
    await stands("inside");
    expect(console.parts.reach.status().outside).toEqual([]);
    const offers = await offered();
    expect(offers.filter(({ why }) => why?.includes("allowlist"))).toEqual([]);
    const seen = console.parts.reach.status().hops[0]?.seen;
    expect(seen).toMatchObject({ state: "inside", address: "127.0.0.1" });
    const { told } = await terminal();
    expect(told).toEqual([{ type: "opened" }]);
  });
});
