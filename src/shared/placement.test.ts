import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Guest, type HostRoom, type PlacementLimits, place } from "./placement.ts";
import { text } from "./text.ts";

const gibibyte = 2 ** 30;
const oneToOne: PlacementLimits = { memoryRatio: 1, vcpuPerCore: null };

function guest(id: string, memory: number, more: Partial<Guest> = {}): Guest {
  return { id, name: id, memory: memory * gibibyte, vcpus: 1, mayGoTo: null, pinned: null, ...more };
}

function host(id: string, memory: number, more: Partial<HostRoom> = {}): HostRoom {
  return {
    id,
    name: id,
    memory: memory * gibibyte,
    cores: 16,
    memoryUsed: 0,
    vcpusUsed: 0,
    accepts: true,
    ...more,
  };
}

const words = ({ unplaced }: ReturnType<typeof place>) => unplaced.map(({ guest: id, why }) => [id, why.en]);

test("guests are spread where they all fit", () => {
  const placed = place(
    [guest("a", 8), guest("b", 8), guest("c", 4)],
    [host("h1", 64), host("h2", 64)],
    oneToOne,
  );
  expect(placed).toMatchObject({ unplaced: [], proven: true });
  expect(placed.moves).toEqual([
    { guest: "a", to: "h1" },
    { guest: "b", to: "h2" },
    { guest: "c", to: "h1" },
  ]);
  expect(placed.after.get("h1")).toEqual({ memory: 12 * gibibyte, vcpus: 2, taken: 2 });
});

test("where spreading leaves one over, hosts are filled instead, and guests make room for each other", () => {
  const filled = place(
    [guest("a", 6), guest("b", 4), guest("c", 10)],
    [host("h1", 10), host("h2", 10)],
    oneToOne,
  );
  expect(filled).toMatchObject({ unplaced: [], proven: true });
  // Neither manner finds a place for the last; it does once another has moved away for it.
  const guests = [
    [9, 1],
    [8, 2],
    [7, 3],
    [1, 4],
  ].map(([memory = 0, vcpus = 0], index) => guest(`vm-${index}`, memory, { vcpus }));
  const hosts = [host("h1", 15, { cores: 7 }), host("h2", 12, { cores: 8 })];
  const repaired = place(guests, hosts, { memoryRatio: 1, vcpuPerCore: 1 });
  expect(repaired.unplaced).toEqual([]);
});

describe("what does not fit", () => {
  test("is larger than any host: proven, with the figures", () => {
    const placed = place([guest("db", 96), guest("a", 8)], [host("h1", 64), host("h2", 48)], oneToOne);
    expect(placed.proven).toBe(true);
    expect(words(placed)).toEqual([
      ["db", "It needs 96 GiB; the most that another host has free is 64 GiB (h1)."],
    ]);
    expect(placed.moves).toEqual([{ guest: "a", to: "h1" }]);
  });

  test("is too much together: proven", () => {
    const placed = place([guest("a", 20), guest("b", 20)], [host("h1", 32)], oneToOne);
    expect(placed.proven).toBe(true);
    expect(words(placed)).toEqual([
      ["b", "It needs 20 GiB; once the others have moved, the most that is left is 12 GiB (h1)."],
    ]);
  });

  test("is too many that are large, although the sum would do: proven", () => {
    const guests = ["a", "b", "c"].map((id) => guest(id, 20));
    const placed = place(guests, [host("h1", 32), host("h2", 32)], oneToOne);
    expect(placed).toMatchObject({ proven: true, unplaced: [{ guest: "c" }] });
  });

  test("by processors where there is a ceiling", () => {
    const limits = { memoryRatio: 1, vcpuPerCore: 2 };
    const placed = place([guest("a", 1, { vcpus: 40 })], [host("h1", 64)], limits);
    expect(words(placed)).toEqual([
      ["a", "It needs 40 vCPUs; the most that another host has free is 32 vCPUs (h1)."],
    ]);
    expect(place([guest("a", 1, { vcpus: 40 })], [host("h1", 64)], oneToOne).unplaced).toEqual([]);
  });

  test("has no one host with both", () => {
    const hosts = [host("h1", 64, { cores: 1 }), host("h2", 4)];
    const placed = place([guest("a", 8, { vcpus: 8 })], hosts, { memoryRatio: 1, vcpuPerCore: 1 });
    expect(words(placed)).toEqual([["a", "It needs 8 GiB and 8 vCPUs; no host has both left."]]);
    expect(placed.proven).toBe(true);
  });

  test("is pinned, may go nowhere, or nobody takes it", () => {
    const pinned = text("It holds a device of its host.", "Elle tient un périphérique de son hôte.");
    const guests = [
      guest("a", 1, { pinned }),
      guest("b", 1, { mayGoTo: ["gone"] }),
      guest("c", 1, { mayGoTo: [] }),
    ];
    const placed = place(guests, [host("h1", 64)], oneToOne);
    expect(placed.unplaced.map(({ why }) => why.en)).toEqual([
      "It holds a device of its host.",
      expect.stringContaining("may go to none of the hosts"),
      expect.stringContaining("may go to none of the hosts"),
    ]);
    const nobody = place([guest("a", 1)], [host("h1", 64, { accepts: false })], oneToOne);
    expect(words(nobody)).toEqual([["a", "No other host takes VMs now."]]);
    expect(nobody.proven).toBe(true);
    expect(place([guest("a", 1)], [], oneToOne).unplaced).toHaveLength(1);
  });
});

test("a host that is over its limits takes nothing, not even a guest without size", () => {
  const over = host("h1", 16, { memoryUsed: 20 * gibibyte });
  expect(place([guest("a", 0, { vcpus: 0 })], [over], oneToOne).unplaced).toHaveLength(1);
});

const anyGuests = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 99 }).map((number) => `vm-${number}`),
    name: fc.constant("vm"),
    memory: fc.integer({ min: 0, max: 40 }),
    vcpus: fc.integer({ min: 0, max: 8 }),
    mayGoTo: fc.option(fc.subarray(["h0", "h1", "h2", "elsewhere"])),
    pinned: fc.option(fc.constant(text("It stays.", "Elle reste.")), { freq: 8 }),
  }),
  { selector: ({ id }) => id, maxLength: 30 },
);
const anyHosts = fc
  .array(
    fc.record({
      name: fc.constant("host"),
      memory: fc.integer({ min: 0, max: 128 }),
      cores: fc.integer({ min: 0, max: 32 }),
      memoryUsed: fc.integer({ min: 0, max: 96 }),
      vcpusUsed: fc.integer({ min: 0, max: 32 }),
      accepts: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((hosts) => hosts.map((each, index) => ({ ...each, id: `h${index}` })));
const anyLimits = fc.record({
  memoryRatio: fc.constantFrom(1, 1.5),
  vcpuPerCore: fc.constantFrom(null, 1, 3),
});

test("nothing is lost, and no host is filled beyond its limits", () => {
  fc.assert(
    fc.property(anyGuests, anyHosts, anyLimits, (guests, hosts, limits) => {
      const placed = place(guests, hosts, limits);
      const told = [...placed.moves, ...placed.unplaced].map(({ guest: id }) => id);
      expect(told.toSorted()).toEqual(guests.map(({ id }) => id).toSorted());
      for (const each of hosts) {
        const taken = placed.moves.filter(({ to }) => to === each.id).map(({ guest: id }) => id);
        const of = guests.filter(({ id }) => taken.includes(id));
        const after = placed.after.get(each.id);
        const sum = (key: "memory" | "vcpus") => of.reduce((total, one) => total + one[key], 0);
        expect(after).toEqual({
          memory: each.memoryUsed + sum("memory"),
          vcpus: each.vcpusUsed + sum("vcpus"),
          taken: of.length,
        });
        if (of.length === 0) continue;
        expect(each.accepts).toBe(true);
        expect(after?.memory).toBeLessThanOrEqual(each.memory * limits.memoryRatio);
        if (limits.vcpuPerCore !== null)
          expect(after?.vcpus).toBeLessThanOrEqual(each.cores * limits.vcpuPerCore);
        for (const one of of) {
          expect(one.pinned).toBeNull();
          if (one.mayGoTo) expect(one.mayGoTo).toContain(each.id);
        }
      }
      expect(place(guests.toReversed(), hosts, limits).moves).toEqual(placed.moves);
    }),
  );
});

test("what is proven not to fit has no arrangement, by trying them all", () => {
  const few = anyGuests.map((guests) => guests.slice(0, 5));
  const some = anyHosts.map((hosts) => hosts.slice(0, 3));
  fc.assert(
    fc.property(few, some, anyLimits, (guests, hosts, limits) => {
      const placed = place(guests, hosts, limits);
      const possible = arrangementExists(guests, hosts, limits);
      if (placed.unplaced.length === 0) expect(possible).toBe(true);
      else if (placed.proven) expect(possible).toBe(false);
    }),
    { numRuns: 300 },
  );
});

function arrangementExists(guests: Guest[], hosts: HostRoom[], limits: PlacementLimits): boolean {
  const [first, ...rest] = guests;
  if (!first) return true;
  if (first.pinned) return false;
  return hosts.some((each) => {
    const memoryUsed = each.memoryUsed + first.memory;
    const vcpusUsed = each.vcpusUsed + first.vcpus;
    const fits =
      each.accepts &&
      (first.mayGoTo?.includes(each.id) ?? true) &&
      memoryUsed <= each.memory * limits.memoryRatio &&
      (limits.vcpuPerCore === null || vcpusUsed <= each.cores * limits.vcpuPerCore);
    const then = hosts.map((one) => (one === each ? { ...one, memoryUsed, vcpusUsed } : one));
    return fits && arrangementExists(rest, then, limits);
  });
}

test("ten thousand guests and sixty-four hosts, too full to bear them, are no trouble", () => {
  const guests = Array.from({ length: 10_000 }, (_, index) => guest(`vm-${index}`, 1 + (index % 32)));
  const hosts = Array.from({ length: 64 }, (_, index) => host(`h${index}`, 2048));
  const placed = place(guests, hosts, oneToOne);
  expect(placed.moves.length + placed.unplaced.length).toBe(10_000);
  expect(placed.proven).toBe(true);
});
