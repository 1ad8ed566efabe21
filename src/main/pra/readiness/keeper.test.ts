import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Resource } from "../../../shared/resource.ts";
import { hosts, journal, reported } from "../../procedures/engine/fixtures/started-engine.ts";
import { PraBook } from "../book.ts";
import type { PraParts } from "../parts.ts";
import { knownOf, minute, service } from "../testing/small-pra.ts";
import { anyPoke, deskWith } from "../testing/started-desk.ts";
import { ReadinessKeeper } from "./keeper.ts";

let time = 0;
let probes = 0;
let told = 0;

beforeEach(() => {
  time = 0;
  probes = 0;
  told = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function knownIn({ inventory, protection }: PraParts) {
  return () => knownOf((id) => inventory.get(id), protection);
}

/** Time goes on, and what is due is done. */
async function pass(keeper: ReadinessKeeper, milliseconds: number): Promise<void> {
  time += milliseconds;
  await vi.advanceTimersByTimeAsync(milliseconds);
  await keeper.settled();
}

function keeperWith(more: Partial<PraParts> = {}) {
  const begun = Date.now();
  const poke = anyPoke({
    probe: async () => {
      probes += 1;
      return { state: "needed", text: { en: "so", fr: "ainsi" }, observed: {} };
    },
  });
  const { parts, changed } = deskWith({ now: () => begun + time, ...more }, [poke]);
  const book = new PraBook(journal, begun);
  const keeper = new ReadinessKeeper(parts, book, knownIn(parts), () => {
    told += 1;
  });
  return { keeper, book, changed, begun };
}

const perEvaluation = 4;

/** A resource of a system that was never heard of. */
function unheard(): Resource {
  const resource = service("slow", Date.now(), false);
  const [source] = Object.values(resource.sources);
  if (source === undefined) throw new Error("it has no source");
  return { ...resource, sources: { slow: { ...source, seenAt: null, error: null } } };
}

it("evaluates soon after it was started, and every five minutes", async () => {
  const { keeper } = keeperWith();
  expect(keeper.of("carry")).toMatchObject({ figure: null, evaluatedAt: null, checks: [] });
  keeper.start();
  await pass(keeper, 5_000);
  expect(probes).toBe(perEvaluation);
  expect(told).toBe(1);
  expect(keeper.of("carry").figure).toBeGreaterThan(0);
  await pass(keeper, 5 * minute);
  expect(probes).toBe(2 * perEvaluation);
  await keeper.close();
  await pass(keeper, 20 * minute);
  expect(probes).toBe(2 * perEvaluation);
});

it("judges nothing before every system was read or cannot be, as long as that comes soon", async () => {
  const { keeper } = keeperWith();
  hosts.set("slow", unheard());
  keeper.start();
  await pass(keeper, 20_000);
  expect([probes, keeper.of("carry").figure]).toEqual([0, null]);
  hosts.delete("slow");
  await pass(keeper, 5_000);
  expect(probes).toBe(perEvaluation);
  await keeper.close();
});

it("tells no figure while a system is being read for the first time, whatever else is known", async () => {
  let reading: string[] = ["openshift-north"];
  const { keeper, changed } = keeperWith({ beingRead: () => reading });
  keeper.start();
  for (let seconds = 0; seconds < 40; seconds += 10) {
    await pass(keeper, 10_000);
    changed();
    expect([probes, told, keeper.of("carry").figure]).toEqual([0, 0, null]);
  }
  reading = [];
  await pass(keeper, 5_000);
  expect(probes).toBe(perEvaluation);
  // One that is made anew later does not take away what is known.
  reading = ["openshift-east"];
  await pass(keeper, 5 * minute);
  expect(keeper.of("carry").figure).toBeGreaterThan(0);
  await keeper.close();
});

it("waits no longer than a minute for a system that is not heard of", async () => {
  const { keeper } = keeperWith();
  hosts.set("slow", unheard());
  keeper.start();
  await pass(keeper, 65_000);
  expect(probes).toBe(perEvaluation);
  hosts.delete("slow");
  await keeper.close();
});

it("evaluates anew when what it rests on changed, not when anything else did, and not too often", async () => {
  const { keeper, changed } = keeperWith();
  keeper.start();
  await pass(keeper, 5_000);
  const was = keeper.of("carry").figure ?? 0;
  await pass(keeper, 40_000);
  changed();
  await pass(keeper, 6_000);
  expect(probes).toBe(perEvaluation);
  hosts.set("identity-north", service("identity-north", Date.now(), true));
  changed();
  await pass(keeper, 6_000);
  expect(probes).toBe(2 * perEvaluation);
  expect(keeper.of("carry").figure).toBeLessThan(was);
  hosts.set("identity-north", service("identity-north", Date.now(), false));
  changed();
  await pass(keeper, 6_000);
  expect(probes).toBe(2 * perEvaluation);
  await keeper.close();
});

it("does what was asked for meanwhile once, after what is under way", async () => {
  const { keeper } = keeperWith();
  keeper.hurry("carry");
  keeper.hurry("carry");
  keeper.hurry("carry");
  await keeper.settled();
  expect(probes).toBe(2 * perEvaluation);
  await keeper.close();
});

it("writes the figure when it became another one, at most once in five minutes, and keeps its history", async () => {
  const { keeper, book, begun } = keeperWith();
  const written = () => journal.ofTypes(["pra.readiness"], 1).length;
  const evaluate = async () => {
    keeper.hurry("carry");
    await keeper.settled();
  };
  await evaluate();
  expect(written()).toBe(1);
  await evaluate();
  hosts.set("identity-north", service("identity-north", Date.now(), true));
  await evaluate();
  expect(written()).toBe(1);
  time += 5 * minute;
  await evaluate();
  expect(written()).toBe(2);
  expect(keeper.of("carry").history.map(({ figure }) => figure)).toEqual(
    new PraBook(journal, begun).figures("carry").map(({ figure }) => figure),
  );
  expect(book.figures("carry")).toHaveLength(2);
  await keeper.close();
});

it("goes on with what it has when the journal is full, or an evaluation fails", async () => {
  let broken = false;
  const { keeper } = keeperWith({
    write: () => {
      throw new Error("no room");
    },
    capacity: () => {
      if (broken) throw new Error("not foreseen");
      return { clusters: [], parities: [] };
    },
  });
  keeper.hurry("carry");
  await keeper.settled();
  const { figure } = keeper.of("carry");
  expect(figure).toBeGreaterThan(0);
  broken = true;
  keeper.hurry("carry");
  await keeper.settled();
  expect(keeper.of("carry").figure).toBe(figure);
  expect(reported).toHaveLength(1);
  await keeper.close();
});

it("ends an evaluation whose probes hang when it is closed, without a word", async () => {
  const hang = anyPoke({ probe: () => new Promise(() => {}) });
  const { parts } = deskWith({}, [hang]);
  const keeper = new ReadinessKeeper(parts, new PraBook(journal, Date.now()), knownIn(parts), () => {
    told += 1;
  });
  keeper.hurry("carry");
  await keeper.close();
  expect(told).toBe(0);
  expect(reported).toEqual([]);
});
