import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Risk } from "../../shared/action.ts";
import type { Fact, Resource } from "../../shared/resource.ts";
import { sameText } from "../../shared/text.ts";
import { fakeError, fakeHost } from "./fixtures/fake-estate.ts";
import {
  allowlistGuard,
  askGuards,
  capacityGuard,
  firstRefusal,
  freshnessGuard,
  journalGuard,
  rightsGuard,
  supportWindowGuard,
} from "./guards.ts";
import { nodeCapacity } from "./node-capacity.ts";
import { ResourceLocks } from "./resource-locks.ts";

const now = 10_000_000;
const action = (risk: Risk) => ({ id: "host.poke", risk, effect: "once" as const });

describe("freshnessGuard", () => {
  const guard = freshnessGuard({ now: () => now, limit: 300_000 });
  const check = (more: Parameters<typeof fakeHost>[1]) =>
    guard.check(action("safe"), fakeHost("tower-a", more));

  it("judges by age, in words", async () => {
    expect(await check({ seenAt: now - 4000 })).toMatchObject({
      allowed: true,
      text: { en: "tower-a was seen 4 s ago.", fr: "tower-a a été lu il y a 4 s." },
    });
    expect(await check({ seenAt: now - 301_000 })).toMatchObject({ allowed: false });
    expect(await check({ seenAt: now - 4000, stale: true })).toMatchObject({ allowed: false });
    expect(await check({ seenAt: null })).toMatchObject({
      allowed: false,
      text: { en: "tower-a was never read." },
    });
  });

  it("lets what is changed elsewhere be changed for a dead thing too", async () => {
    const silent = { ...action("safe"), elsewhere: true as const };
    const verdict = await guard.check(silent, fakeHost("tower-a", { seenAt: null, stale: true }));
    expect(verdict).toMatchObject({
      allowed: true,
      text: { en: "tower-a itself is neither asked nor changed." },
    });
  });

  it("refuses what no system can read, and lets one that can speak for it", async () => {
    const failing = { health: "unknown" as const, seenAt: null, error: fakeError("reach.refused").toWire() };
    const well = { health: "ok" as const, seenAt: now, error: null };
    const refused = await check({ seenAt: now - 7200_000 * 2, sources: { ssh: failing } });
    expect(refused).toMatchObject({ allowed: false });
    expect(refused.text.en).toContain("4 h ago. It failed: reach.refused.");
    expect(await check({ seenAt: now, sources: { ssh: failing, amt: well } })).toMatchObject({
      allowed: true,
    });
  });
});

describe("supportWindowGuard", () => {
  it.each<[Risk, boolean, boolean]>([
    ["safe", true, true],
    ["safe", false, true],
    ["disruptive", true, true],
    ["disruptive", false, false],
    ["destructive", false, false],
  ])("%s, open %s: allowed %s without a reason, and always with one", async (risk, open, allowed) => {
    const guard = supportWindowGuard(() => ({ window: "silver-5", open, changesAt: now }));
    const verdict = await guard.check(action(risk), fakeHost("tower-a"));
    expect(verdict.allowed).toBe(allowed);
    expect(verdict.text.fr).toContain("silver-5");
    expect(firstRefusal([verdict], "") === null).toBe(allowed);
    expect(firstRefusal([verdict], "agreed")).toBeNull();
  });

  it("has nothing to say where no window is declared", async () => {
    const verdict = await supportWindowGuard(() => null).check(action("destructive"), fakeHost("tower-a"));
    expect(verdict.allowed).toBe(true);
  });
});

describe("the other guards", () => {
  it("speak for the allowlist and the journal", async () => {
    const outside = allowlistGuard(async () => ({ allowed: false, text: sameText("192.0.2.7 is outside") }));
    const failed = journalGuard({ state: () => ({ state: "failed", events: 3, text: sameText("full") }) });
    const verdicts = await askGuards([outside, failed], action("safe"), fakeHost("tower-a"));
    expect(verdicts).toEqual([
      { guard: "allowlist", allowed: false, text: sameText("192.0.2.7 is outside") },
      { guard: "journal", allowed: false, text: sameText("full") },
    ]);
    expect(firstRefusal(verdicts, "a reason does not help here")?.guard).toBe("allowlist");
  });

  it("that break have refused", async () => {
    const broken = allowlistGuard(() => Promise.reject(new Error("no route table")));
    const [verdict] = await askGuards([broken], action("safe"), fakeHost("tower-a"));
    expect(verdict).toMatchObject({ guard: "allowlist", allowed: false });
    expect(JSON.stringify(verdict)).not.toContain("route table");
  });
});

describe("ResourceLocks", () => {
  it("never gives one resource to two tasks", () => {
    const step = fc.record({
      task: fc.constantFrom("a", "b", "c"),
      resource: fc.constantFrom("r", "s"),
      take: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const locks = new ResourceLocks();
        const held = new Map<string, string>();
        for (const { task, resource, take } of steps) {
          if (!take) {
            locks.release(resource, task);
            if (held.get(resource) === task) held.delete(resource);
            continue;
          }
          const refused = locks.take(resource, { task, title: sameText("Poke"), since: 0 });
          expect(refused?.task ?? task).toBe(held.get(resource) ?? task);
          if (refused === null) held.set(resource, task);
        }
      }),
    );
  });
});

describe("rightsGuard", () => {
  it("says what the system says, and that it is not known beforehand where it says nothing", async () => {
    const host = fakeHost("tower-a");
    const said = { allowed: false, text: sameText("patch nodes is missing") };
    const check = (rights: () => typeof said | null) =>
      rightsGuard().check({ ...action("safe"), rights }, host);
    expect(await check(() => said)).toEqual({ guard: "rights", ...said });
    expect(await check(() => null)).toMatchObject({
      allowed: true,
      text: { en: expect.stringContaining("tower-a") },
    });
    const verdicts = await askGuards([rightsGuard()], { ...action("safe"), rights: () => said }, host);
    expect(firstRefusal(verdicts, "a good reason")?.guard).toBe("rights");
  });
});

describe("capacityGuard", () => {
  const read = (facts: Record<string, Fact["value"]>) =>
    Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [key, { value, source: "cluster", at: now }]),
    );
  const node = (
    id: string,
    cpu: number | null,
    more: Partial<Resource> = {},
    facts: Record<string, Fact["value"]> = {},
  ) =>
    fakeHost(id, {
      kind: "node",
      parent: "cluster",
      facts: read({
        "kubernetes.ready": true,
        "kubernetes.cordoned": false,
        "cpu.count": 4,
        "memory.total": 8 * 2 ** 30,
        "kubernetes.cpu": cpu,
        "kubernetes.memory": cpu === null ? null : 2 * 2 ** 30,
        ...facts,
      }),
      ...more,
    });
  const judged = async (nodes: Resource[], risk: Risk = "disruptive") => {
    const guard = capacityGuard((resource) => nodeCapacity(resource, nodes));
    const verdict = await guard.check(action(risk), nodes[0] ?? fakeHost("none"));
    return { ...verdict, en: verdict.text.en, fr: verdict.text.fr };
  };

  it("lets a node go that the others stand in for, with figures", async () => {
    const verdict = await judged([node("n1", 1), node("n2", 2.5), node("n3", 1), fakeHost("n4")]);
    expect(verdict).toMatchObject({
      allowed: true,
      en: "Without n1, 2 of 2 other nodes take its pods: 4.5 of their 8 processors in use then, 6 of their 16 GiB of memory.",
      fr: "Sans n1, 2 des 2 autres nœuds prennent ses pods : 4,5 de leurs 8 processeurs alors occupés, 6 de leurs 16 Gio de mémoire.",
    });
  });

  it("refuses what they cannot bear, until a reason is given", async () => {
    const verdict = await judged([node("n1", 3), node("n2", 3)]);
    expect(verdict).toMatchObject({ allowed: false, opensWithReason: true });
    expect(verdict.en).toContain("6 of their 4 processors");
    expect(firstRefusal([verdict], "")?.guard).toBe("capacity");
    expect(firstRefusal([verdict], "agreed")).toBeNull();
  });

  it("counts only nodes that were read lately, are ready, take pods and are of the same cluster", async () => {
    const others = [
      node("n2", 1, { stale: true }),
      node("n3", 1, {}, { "kubernetes.ready": false }),
      node("n4", 1, {}, { "kubernetes.cordoned": true }),
      node("n5", 1, { parent: "another" }),
    ];
    expect(await judged([node("n1", 1), ...others])).toMatchObject({
      allowed: false,
      en: "Without n1, 0 of 3 other nodes take its pods.",
    });
  });

  it("judges by their number where the load is not measured, and holds up nothing that is safe or has no such others", async () => {
    expect(await judged([node("n1", null), node("n2", 1)])).toMatchObject({
      allowed: true,
      en: "Without n1, 1 of 1 other nodes take its pods; their load is not measured.",
    });
    expect(await judged([node("n1", 1)], "safe")).toMatchObject({ allowed: true });
    const guard = capacityGuard(() => null);
    expect(await guard.check(action("destructive"), fakeHost("tower-a"))).toMatchObject({ allowed: true });
  });
});
