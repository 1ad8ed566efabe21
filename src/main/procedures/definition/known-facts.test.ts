import { expect, test } from "vitest";
import type { PlannedWait } from "../../../shared/plan.ts";
import type { Resource } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import { isReached, knownFact } from "./known-facts.ts";
import { resource } from "./testing/small-estate.ts";

const failed = { code: "x", system: "x", message: text("No.", "Non."), hint: text("Wait.", "Attendez.") };
const read = (at: number) => ({ health: "ok" as const, seenAt: at, error: null });

function host(parts: Partial<Resource> = {}): Resource {
  return resource("tower-a", {
    seenAt: 2000,
    facts: {
      "os.bootId": { value: "b2", source: "towers", at: 2000 },
      "cpu.count": { value: 8, source: "towers", at: 2000 },
      "units.failed": { value: ["x.service", "y.service"], source: "towers", at: 2000 },
      "power.state": { value: "on", source: "hands", at: 500 },
    },
    sources: { towers: read(2000), hands: read(500) },
    ...parts,
  });
}

test("only what was read lately, by a system that still reads it, is known", () => {
  expect(knownFact(host(), "os.bootId")).toBe("b2");
  expect(knownFact(host(), "os.kernel")).toBe(null);
  expect(knownFact(host(), "health")).toBe("ok");
  expect(knownFact(host({ stale: true }), "os.bootId")).toBe(undefined);
  expect(knownFact(host({ seenAt: null }), "health")).toBe(undefined);
  expect(knownFact(null, "health")).toBe(undefined);
  const broken = host({ sources: { towers: { ...read(2000), error: failed }, hands: read(500) } });
  expect(knownFact(broken, "os.bootId")).toBe(undefined);
  expect(knownFact(broken, "power.state")).toBe("on");
  expect(knownFact(broken, "os.kernel")).toBe(undefined);
  expect(knownFact(host(), "toString")).toBe(null);
});

test("a wait is over by a reading made since it began, never by one from before", () => {
  const wait = (
    fact: string,
    comparison: PlannedWait extends infer W ? (W extends { comparison: infer C } ? C : never) : never,
    value: string | number | null = null,
  ) => ({ kind: "until", resource: { id: "tower-a", name: "Tower A" }, fact, comparison, value }) as const;
  expect(isReached(wait("os.bootId", "read"), host(), 1500)).toBe(true);
  expect(isReached(wait("os.bootId", "read"), host(), 2500)).toBe(false);
  expect(isReached(wait("power.state", "is", "on"), host(), 1500)).toBe(false);
  expect(isReached(wait("power.state", "is", "on"), host(), 400)).toBe(true);
  expect(isReached(wait("power.state", "not", "on"), host(), 400)).toBe(false);
  expect(isReached(wait("cpu.count", "atLeast", 8), host(), 1500)).toBe(true);
  expect(isReached(wait("cpu.count", "atMost", 7), host(), 1500)).toBe(false);
  expect(isReached(wait("units.failed", "is", "x.service, y.service"), host(), 1500)).toBe(true);
  expect(isReached(wait("os.kernel", "is", null), host({ sources: { towers: read(2000) } }), 1500)).toBe(
    true,
  );
  expect(isReached(wait("os.kernel", "read"), host({ sources: { towers: read(2000) } }), 1500)).toBe(false);
});

test("another value is one that is told, and another moment lies a minute away", () => {
  const bootedAt = 1_800_000_000_000;
  const since = (value: number | string | null, fact = "os.bootedAt") =>
    host({ facts: { [fact]: { value, source: "towers", at: 2000 } }, sources: { towers: read(2000) } });
  const target = { id: "tower-a", name: "Tower A" };
  const wait = (fact: string, value: string | number) =>
    ({ kind: "until", resource: target, fact, comparison: "not", value }) as const;
  const isBootedAnew = (value: number | null) => isReached(wait("os.bootedAt", bootedAt), since(value), 1500);
  // Reckoned from how long it has run, the same boot is told a little sooner or later.
  expect([-10_000, 0, 10_000, 59_999].map((off) => isBootedAnew(bootedAt + off))).not.toContain(true);
  expect(isBootedAnew(bootedAt + 60_000)).toBe(true);
  expect(isBootedAnew(null)).toBe(false);
  expect(isReached(wait("os.bootId", "b1"), since(null, "os.bootId"), 1500)).toBe(false);
  expect(isReached(wait("os.bootId", "b1"), since("b2", "os.bootId"), 1500)).toBe(true);
  expect(isReached(wait("cpu.count", 8), since(9, "cpu.count"), 1500)).toBe(true);
});

test("health counts when every system that reads the resource has read it since", () => {
  const wait = {
    kind: "until",
    resource: { id: "tower-a", name: "Tower A" },
    fact: "health",
    comparison: "is",
    value: "ok",
  } as const;
  expect(isReached(wait, host(), 400)).toBe(true);
  expect(isReached(wait, host(), 1500)).toBe(false);
  const never = { health: "unknown" as const, seenAt: null, error: null };
  expect(isReached(wait, host({ sources: { towers: read(2000), screens: never } }), 1500)).toBe(true);
  expect(isReached(wait, host({ sources: { screens: never } }), 0)).toBe(false);
  expect(isReached(wait, null, 0)).toBe(false);
});

test("whether it is marked as in maintenance itself is known of whatever is known at all", () => {
  const mark = { since: 1, until: 2, by: "operator-b", reason: "", overdue: false, through: null };
  const dead = host({ stale: true, seenAt: null });
  expect(knownFact(dead, "maintenance")).toBe(false);
  expect(knownFact({ ...dead, maintenance: mark }, "maintenance")).toBe(true);
  const through = { id: "east/cluster", name: "East" };
  expect(knownFact({ ...dead, maintenance: { ...mark, through } }, "maintenance")).toBe(false);
  expect(knownFact(null, "maintenance")).toBe(undefined);
});
