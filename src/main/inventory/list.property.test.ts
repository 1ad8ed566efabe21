import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type ListFrame,
  type ListQuery,
  type ListRow,
  listFrameSchema,
  listQuerySchema,
} from "../../shared/live.ts";
import type { Declaration, Observation } from "../../shared/resource.ts";
import { sameText } from "../../shared/text.ts";
import { Inventory } from "./inventory.ts";
import { hasAction, plainAnswer } from "./testing/plain-list.ts";

/** What a screen holds after it has applied all frames of a live list. */
class Client {
  order: string[] = [];
  rows = new Map<string, ListRow>();
  figures: Pick<ListFrame, "total" | "matching" | "facets"> = { total: 0, matching: 0, facets: null };
  groups: ListFrame["groups"];

  apply(frame: ListFrame): void {
    listFrameSchema.parse(frame);
    if (frame.order) this.order = frame.order;
    if (frame.groups) this.groups = frame.groups;
    for (const row of frame.rows) {
      expect(this.order).toContain(row.id);
      this.rows.set(row.id, row);
    }
    // A screen forgets what it does not show: whatever comes back must be sent again.
    for (const id of this.rows.keys()) if (!this.order.includes(id)) this.rows.delete(id);
    this.figures = {
      total: frame.total,
      matching: frame.matching,
      facets: frame.facets ?? this.figures.facets,
    };
  }

  shows(): unknown {
    const rows = this.order.filter((id) => !id.startsWith("\n")).map((id) => this.rows.get(id));
    return { order: this.order, rows, groups: this.groups, ...this.figures };
  }
}

const names = ["Web 1", "web 2", "web 10", "Évry", "evry", "tower-a", "tower-b", "Bounce", "db", "DB 3"];
const ids = names.map((_, index) => `r-${index}`);
const optional = <Value>(...values: Value[]) => fc.option(fc.constantFrom(...values), { nil: null });

const declaration: fc.Arbitrary<Declaration> = fc
  .record({
    id: fc.constantFrom(...ids, "north", "south"),
    kind: fc.constantFrom("host", "vm"),
    name: fc.constantFrom(...names),
    system: fc.constantFrom("one", "two"),
    parent: optional("r-0", "r-1"),
    site: optional("north", "south"),
    environment: optional("production", "test"),
    staleAfter: fc.constantFrom(1000, 5000, Number.POSITIVE_INFINITY),
  })
  .map((each) =>
    each.id === "north" || each.id === "south"
      ? { ...each, kind: "site", parent: null, site: each.id }
      : each,
  );

const health = fc.constantFrom("critical", "unknown", "warning", "ok");
const facts = fc.dictionary(
  fc.constantFrom(
    "load.one",
    "os.name",
    "reboot.needed",
    "units.failed",
    "kubernetes.namespace",
    "vm.storages",
    "hypervisor.tags",
  ),
  fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom("Debian", "débian 12"),
    fc.boolean(),
    fc.constant(null),
    fc.constant("ssh cron".split(" ")),
  ),
);

type Step =
  | { do: "declare"; system: string; declarations: Declaration[] }
  | { do: "observe"; observations: Observation[] }
  | { do: "age"; milliseconds: number }
  | { do: "sleep" }
  | { do: "read" };

const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({
    resource: fc.constantFrom(...ids, "north"),
    source: fc.constantFrom("one", "two"),
    at: fc.constantFrom(0, 0, 100),
    health,
    facts,
    problems: fc.array(fc.record({ code: fc.constant("x"), health, text: fc.constant(sameText("x")) }), {
      maxLength: 1,
    }),
  }),
  fc.record({
    resource: fc.constantFrom(...ids),
    source: fc.constantFrom("one", "two"),
    at: fc.constantFrom(0, 0, 100),
    error: fc.constant({ code: "e", system: "one", message: sameText("e"), hint: sameText("h") }),
  }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("declare" as const),
      system: fc.constantFrom("one", "two"),
      declarations: fc.uniqueArray(declaration, { selector: (each) => each.id, maxLength: 12 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("observe" as const),
      observations: fc.array(observation, { maxLength: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("age" as const), milliseconds: fc.constantFrom(500, 3000, 9000) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "sleep" as const }) },
  { weight: 4, arbitrary: fc.constant({ do: "read" as const }) },
);

const query: fc.Arbitrary<ListQuery> = fc
  .record({
    kinds: fc.constantFrom([], ["host"], ["host", "vm"], ["site"]),
    within: fc.constantFrom(
      {},
      {},
      { parent: "r-0" },
      { system: "one" },
      { system: "one", namespace: "Debian" },
      { storage: "ssh" },
      { tag: "cron" },
    ),
    text: fc.constantFrom("", "", "web", "EVRY", "debian", "web 1", "nothing like it"),
    facets: fc.constantFrom(
      {},
      { health: ["critical", "unknown"] },
      { site: ["north"], health: ["ok"] },
      { site: [""], stale: ["true"] },
      { namespace: ["Debian", "true"] },
      { tag: ["ssh", "Debian"] },
      { kind: ["vm"], environment: ["production", ""], system: ["two"] },
    ),
    sort: fc.record({
      by: fc.constantFrom(
        "name",
        "health",
        "seenAt",
        "site",
        "load.one",
        "os.name",
        "units.failed",
        "problem",
        "none",
      ),
      direction: fc.constantFrom("ascending", "descending"),
    }),
    group: fc.constantFrom(null, null, "site", "system", "namespace", "health"),
    action: fc.constantFrom(null, null, "of-web"),
    fold: fc.record({
      open: fc.boolean(),
      except: fc.subarray(["\n", "\nnorth", "\none", "\nok", "\nDebian\none", "\nDebian\ntwo"]),
    }),
    offset: fc.constantFrom(0, 0, 2, 50),
    limit: fc.constantFrom(1, 3, 500),
    columns: fc.constantFrom([], ["load.one"], ["os.name", "units.failed", "reboot.needed"]),
  })
  .map((each) => listQuerySchema.parse(each));

/** Reads a live list as fast as it comes, as a channel does. */
function readAll(inventory: Inventory, asked: ListQuery, signal: AbortSignal): Client {
  const client = new Client();
  const read = async () => {
    for await (const frame of inventory.list(asked, signal)) client.apply(frame);
  };
  void read();
  return client;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("all frames applied to an empty screen show what filtering, sorting and counting everything would show", async () => {
  await fc.assert(
    fc.asyncProperty(query, fc.array(step, { maxLength: 40 }), async (asked, steps) => {
      const inventory = new Inventory({ hasAction });
      const stop = new AbortController();
      const client = readAll(inventory, asked, stop.signal);
      try {
        for (const each of [...steps, { do: "read" } as const]) {
          if (each.do === "declare") {
            const { system } = each;
            inventory.declare(
              system,
              each.declarations.map((one) => ({ ...one, system })),
            );
          } else if (each.do === "observe") {
            inventory.observe(each.observations.map((one) => ({ ...one, at: Date.now() - one.at })));
          } else if (each.do === "age") await vi.advanceTimersByTimeAsync(each.milliseconds);
          else if (each.do === "sleep") inventory.markAllStale(sameText("asleep"));
          else {
            await vi.advanceTimersByTimeAsync(100);
            expect(client.shows()).toEqual(plainAnswer(inventory.all(), asked));
          }
        }
      } finally {
        stop.abort();
        inventory.close();
        await vi.advanceTimersByTimeAsync(100);
      }
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("a second reader of the same list begins with the whole of it", async () => {
  const asked = listQuerySchema.parse({ columns: ["load.one"] });
  const inventory = new Inventory();
  const stop = new AbortController();
  const first = readAll(inventory, asked, stop.signal);
  const site = null;
  inventory.declare("one", [
    {
      id: "a",
      kind: "host",
      name: "A",
      system: "one",
      parent: null,
      site,
      environment: null,
      staleAfter: 1000,
    },
  ]);
  await vi.advanceTimersByTimeAsync(100);
  const second = readAll(inventory, asked, stop.signal);
  await vi.advanceTimersByTimeAsync(100);
  expect(second.shows()).toEqual(first.shows());
  expect(second.order).toEqual(["a"]);
  stop.abort();
  inventory.close();
});
