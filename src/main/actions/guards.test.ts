import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Risk } from "../../shared/action.ts";
import { sameText } from "../../shared/text.ts";
import { fakeError, fakeHost } from "./fixtures/fake-estate.ts";
import {
  allowlistGuard,
  askGuards,
  firstRefusal,
  freshnessGuard,
  journalGuard,
  supportWindowGuard,
} from "./guards.ts";
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
