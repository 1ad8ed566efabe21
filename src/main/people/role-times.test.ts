import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Operators } from "../../shared/people.ts";
import type { Grant } from "../../shared/roles.ts";
import { Rights } from "./rights.ts";
import { RoleTimes } from "./role-times.ts";
import { Roster } from "./roster.ts";

const until = Date.parse("2026-03-01T18:00:00Z");
const day = 86_400_000;
const north = { site: "north", environment: null };
const asAda = { kind: "person", person: "ada", name: "ada" } as const;

/** What the wall clock says, and the latest that it ever said. */
let wall: number;
let latest: number;
const now = () => {
  latest = Math.max(latest, wall);
  return latest;
};
let times: RoleTimes | null = null;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  wall = until - 30 * day;
  latest = 0;
});
afterEach(() => {
  times?.close();
  vi.useRealTimers();
});

function console(...roles: Grant[]) {
  const declared: Operators = {
    ada: { name: "Ada", keys: [], accounts: [], roles },
    bea: { name: "Bea", keys: [], accounts: [], roles: [{ role: "destroy" }] },
  };
  const roster = new Roster(declared);
  const rights = new Rights({ roster: () => roster, hasPass: () => false, now });
  times = new RoleTimes({ roster: () => roster, now });
  const told: string[] = [];
  times.onChange(() => told.push(rights.judge(asAda, "operate", north).allowed ? "may" : "may not"));
  return { rights, told };
}

/** The wall clock says so, and whatever is due within seconds is done. */
function standAt(moment: number): void {
  wall = moment;
  vi.advanceTimersByTime(5000);
}

it("a role gives nothing from its end on, which is told then, and a week before", () => {
  const { rights, told } = console({ role: "operate", sites: ["north"], until: "2026-03-01T18:00:00Z" });
  const judged = () => rights.judge(asAda, "operate", north);
  standAt(until - 7 * day - 1);
  expect(told).toEqual([]);
  standAt(until - 7 * day);
  expect(told).toEqual(["may"]);
  standAt(until - 1);
  expect(judged().allowed).toBe(true);
  standAt(until);
  expect(told).toEqual(["may", "may not"]);
  expect(judged().text.en).toContain("ended on 2026-03-01 18:00 UTC. Those who have it: Bea.");
  expect(judged().text.fr).toContain("a pris fin le 2026-03-01 18:00 UTC");
  expect(rights.judge(asAda, "operate", { ...north, site: "south" }).text.en).toContain("does not have");
});

it("a clock that is set forward ends it within seconds, and one that is set back brings nothing back", () => {
  const { rights, told } = console({ role: "operate", until: "2026-03-01T18:00:00Z" });
  standAt(until + 1);
  expect(told).toEqual(["may not"]);
  standAt(until - day);
  expect(told).toEqual(["may not"]);
  expect(rights.grantsOf("ada")).toEqual([]);
});

it("a week on call begins and ends by itself", () => {
  const { rights, told } = console({ role: "operate", from: "2026-02-20", until: "2026-02-26" });
  expect(rights.judge(asAda, "operate", north).text.en).toContain(
    "here from 2026-02-20 00:00 UTC on, and not before",
  );
  standAt(Date.parse("2026-02-19T23:59:59Z"));
  expect(told).toEqual([]);
  standAt(Date.parse("2026-02-20T00:00:00Z"));
  expect(told).toEqual(["may"]);
  // Its last day belongs to it.
  standAt(Date.parse("2026-02-26T23:59:59Z"));
  expect(told).toEqual(["may"]);
  standAt(Date.parse("2026-02-27T00:00:00Z"));
  expect(told).toEqual(["may", "may not"]);
  expect(vi.getTimerCount()).toBe(0);
});

it("the end of the only role there is gives nobody else any right", () => {
  const declared: Operators = {
    ada: { name: "Ada", keys: [], accounts: [], roles: [{ role: "operate", until: "2026-03-01" }] },
  };
  const roster = new Roster(declared);
  const rights = new Rights({ roster: () => roster, hasPass: () => false, now: () => until + 2 * day });
  expect(rights.inForce).toBe(true);
  expect(rights.judge({ kind: "person", person: null, name: "x" }, "look", "anywhere").allowed).toBe(false);
  expect(rights.holders("look", "anywhere")).toEqual([]);
});
