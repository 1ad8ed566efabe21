import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { supportState } from "./support-window.ts";

const at = (words: string) => Date.parse(words);
const minute = 60_000;

describe("in Paris", () => {
  test.each([
    ["gold", "2026-12-25T03:00:00+01:00", true, null],
    ["silver-6", "2026-11-21T05:59:59.999+01:00", false, "2026-11-21T06:00:00+01:00"],
    ["silver-6", "2026-11-21T06:00:00+01:00", true, "2026-11-21T22:00:00+01:00"],
    ["silver-6", "2026-11-21T22:00:00+01:00", false, "2026-11-23T06:00:00+01:00"],
    ["silver-6", "2026-11-22T12:00:00+01:00", false, "2026-11-23T06:00:00+01:00"],
    ["silver-5", "2026-11-20T17:59:00+01:00", true, "2026-11-20T18:00:00+01:00"],
    ["silver-5", "2026-11-20T18:00:00+01:00", false, "2026-11-23T08:00:00+01:00"],
    // The night of 28 to 29 March 2026 loses an hour, the one of 24 to 25 October gains one.
    ["silver-5", "2026-03-27T18:00:00+01:00", false, "2026-03-30T08:00:00+02:00"],
    ["silver-6", "2026-10-24T22:00:00+02:00", false, "2026-10-26T06:00:00+01:00"],
  ] as const)("%s at %s", (window, moment, open, changesAt) => {
    expect(supportState(window, at(moment))).toEqual({ open, changesAt: changesAt && at(changesAt) });
  });
});

test("by the wall clock of the environment, not of the workstation", () => {
  const moment = at("2026-11-20T23:30:00Z");
  expect(supportState("silver-5", moment, "America/Los_Angeles").open).toBe(true);
  expect(supportState("silver-5", moment, "Asia/Tokyo").open).toBe(false);
  expect(() => supportState("silver-5", moment, "Nowhere/None")).toThrow(RangeError);
});

test("holds until it changes, and changes exactly then, in every zone and over every change of clocks", () => {
  const zones = [
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
    "Africa/Casablanca",
    "UTC",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom("silver-6" as const, "silver-5" as const),
      fc.constantFrom(...zones),
      fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (window, zone, moment, share) => {
        const { open, changesAt } = supportState(window, moment, zone);
        if (changesAt === null) throw new Error("a silver window always changes");
        expect(changesAt).toBeGreaterThan(moment);
        expect(changesAt - moment).toBeLessThan(64 * 60 * minute);
        const between = moment + Math.floor((changesAt - moment) * share);
        expect(supportState(window, between, zone)).toEqual({ open, changesAt });
        expect(supportState(window, changesAt - 1, zone).open).toBe(open);
        expect(supportState(window, changesAt, zone).open).toBe(!open);
      },
    ),
    { numRuns: 300 },
  );
});

test("agrees with the words of the contract at every quarter of an hour of a year", () => {
  const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const words = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Paris",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  for (
    let moment = at("2026-01-01T00:00:00Z");
    moment < at("2027-01-01T00:00:00Z");
    moment += 6 * 60 * minute + 15 * minute
  ) {
    const [day = "", clock = ""] = words.format(moment).split(/,? /);
    const number = days.indexOf(day) + 1;
    expect(supportState("silver-6", moment).open).toBe(number <= 6 && clock >= "06:00" && clock < "22:00");
    expect(supportState("silver-5", moment).open).toBe(number <= 5 && clock >= "08:00" && clock < "18:00");
  }
});
