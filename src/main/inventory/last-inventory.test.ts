import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Declaration, Observation, Resource } from "../../shared/resource.ts";
import { freshnessGuard } from "../actions/guards.ts";
import { Inventory } from "./inventory.ts";
import { LastInventory } from "./last-inventory.ts";

const begun = Date.UTC(2026, 0, 2, 8);
const minute = 60_000;
let folder: string;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-inventory-"));
  now = begun;
});
afterEach(() => rm(folder, { recursive: true }));

const declared = (id: string, system: string): Declaration => ({
  id,
  kind: "vm",
  name: id.toUpperCase(),
  system,
  parent: null,
  site: null,
  environment: null,
  staleAfter: minute,
});
const read = (resource: string, source: string, at: number): Observation => ({
  resource,
  source,
  at,
  health: "ok",
  facts: { "power.state": "on", "os.name": "Debian, hunter22" },
  problems: [],
});

/** A console's inventory with what keeps it; closed at once, it has no clock that runs on. */
function opened(estate = "/etc/estate.yaml") {
  const inventory = new Inventory({ now: () => now });
  const redacted = (resource: Resource): Resource =>
    JSON.parse(JSON.stringify(resource).replaceAll("hunter22", "***"));
  const last = new LastInventory({ dataFolder: folder, estate, inventory, redacted, now: () => now });
  return { inventory, last };
}

async function keptOnce(): Promise<string> {
  const { inventory, last } = opened();
  inventory.declare("one", [declared("a", "one"), declared("b", "one"), declared("never", "one")]);
  inventory.declare("two", [declared("c", "two")]);
  inventory.observe([read("a", "one", now), read("b", "one", now), read("c", "two", now)]);
  await last.keep();
  inventory.close();
  const name = (await readdir(folder)).find((each) => each.endsWith(".last.jsonl"));
  return join(folder, name ?? "");
}

const systems = new Set(["one", "two"]);

describe("the last inventory", () => {
  it("is shown again after a start, with its age, stale however young, and nothing acts on it", async () => {
    const path = await keptOnce();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "utf8")).not.toContain("hunter22");
    now += 5_000;
    const { inventory, last } = opened();
    expect(await last.recall(systems)).toBe(3);
    const resource = inventory.get("a");
    expect(resource).toMatchObject({
      name: "A",
      system: "one",
      stale: true,
      seenAt: begun,
      health: "unknown",
    });
    expect(resource?.facts["power.state"]).toEqual({ value: "on", source: "one", at: begun });
    expect(inventory.get("never")).toBeNull();
    const guard = freshnessGuard({ now: () => now });
    if (!resource) throw new Error("it was not recalled");
    const action = {} as Parameters<typeof guard.check>[0];
    const verdict = await guard.check(action, resource);
    expect(verdict?.allowed).toBe(false);
    inventory.close();
  });

  it("gives way to what is read, and forgets what a system that has answered does not tell any more", async () => {
    await keptOnce();
    now += 60 * minute;
    const { inventory, last } = opened();
    await last.recall(systems);
    inventory.declare("one", [declared("a", "one")]);
    inventory.observe([read("a", "one", now)]);
    expect(inventory.get("a")?.stale).toBe(false);
    last.settle();
    expect(inventory.get("b")).not.toBeNull();
    now += 2 * minute;
    last.settle();
    expect([inventory.get("a")?.id, inventory.get("b"), inventory.get("c")?.stale]).toEqual([
      "a",
      null,
      true,
    ]);
    inventory.close();
  });

  it("is of its own estate, and of the systems alone that this still has", async () => {
    await keptOnce();
    const other = opened("/etc/another.yaml");
    expect(await other.last.recall(systems)).toBe(0);
    const { inventory, last } = opened();
    expect(await last.recall(new Set(["two"]))).toBe(1);
    expect(inventory.get("a")).toBeNull();
    other.inventory.close();
    inventory.close();
  });

  it("keeps what was kept where nothing was read since", async () => {
    const path = await keptOnce();
    const before = await readFile(path, "utf8");
    const { inventory, last } = opened();
    await last.keep();
    expect(await readFile(path, "utf8")).toBe(before);
    inventory.close();
  });

  it("gives what can be read of a file that was cut short or damaged", async () => {
    const path = await keptOnce();
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.uint8Array({ maxLength: 40 }), async (cut, noise) => {
        await writeFile(path, Buffer.concat([whole.subarray(0, cut), noise]));
        const { inventory, last } = opened();
        const recalled = await last.recall(systems);
        expect(recalled).toBeLessThanOrEqual(3);
        expect(inventory.all().every(({ stale }) => stale)).toBe(true);
        inventory.close();
      }),
      { numRuns: 40 },
    );
  });
});
