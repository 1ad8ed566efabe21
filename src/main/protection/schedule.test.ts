import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCalendarEvent } from "./calendar.ts";
import { readSchedule, type Slots } from "./schedule.ts";

const noon = Date.parse("2026-02-11T12:00:00Z");

function slots(words: string, zone = "UTC", now = noon): Slots {
  const schedule = readSchedule(words, zone);
  if (schedule?.kind !== "slots") throw new Error(`${words} has no slots`);
  return schedule.around(now);
}

function lastThree(words: string, zone = "UTC", now = noon): string[] {
  return slots(words, zone, now)
    .past.slice(-3)
    .map((at) => new Date(at).toISOString().slice(0, 16));
}

describe("calendar events", () => {
  // The examples of the Proxmox VE administration guide.
  test.each([
    ["mon,tue,wed,thu,fri", "0 0 0 * * 1,2,3,4,5 *"],
    ["mon..fri", "0 0 0 * * 1,2,3,4,5 *"],
    ["sat..sun", "0 0 0 * * 0,6 *"],
    ["12:05", "0 5 12 * * * *"],
    ["*/5", "0 0,5,10,15,20,25,30,35,40,45,50,55 * * * * *"],
    ["mon..wed 30/10", "0 30,40,50 * * * 1,2,3 *"],
    ["mon..fri 8..17,22:0/15", "0 0,15,30,45 8,9,10,11,12,13,14,15,16,17,22 * * 1,2,3,4,5 *"],
    ["fri 12..13:5/20", "0 5,25,45 12,13 * * 5 *"],
    ["12/2:5", "0 5 12,14,16,18,20,22 * * * *"],
    ["*", "0 * * * * * *"],
    ["*-05", "0 0 0 5 * * *"],
    ["Sat *-1..7 15:00", "0 0 15 1,2,3,4,5,6,7 * 6 *"],
    ["2015-10-21", "0 0 0 21 10 * 2015"],
    ["daily", "0 0 0 * * * *"],
    ["Mon *-*-* 00:00:00", "0 0 0 * * 1 *"],
  ])("%s", (words, pattern) => {
    expect(readCalendarEvent(words)).toEqual({ pattern, zone: null });
  });

  test("a time zone at its end counts", () => {
    expect(readCalendarEvent("*-*-* 04:00:00 Europe/Paris")).toEqual({
      pattern: "0 0 4 * * * *",
      zone: "Europe/Paris",
    });
  });

  test.each([
    "",
    "fri..mon",
    "25:00",
    "12:60",
    "*-13-01",
    "*~1",
    "5..1",
    "*/0",
    "soon",
    "12:00 12:00",
    "1:2:3:4",
  ])("%j is none", (words) => {
    expect(readCalendarEvent(words)).toBeNull();
  });

  test("whatever is written, it is read or refused", () => {
    const parts = fc.constantFrom(
      "mon",
      "..",
      ",",
      "*",
      "/",
      "-",
      ":",
      " ",
      "5",
      "30",
      "12",
      "~",
      "UTC",
      "é",
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (words) => {
        const schedule = readSchedule(words.join(""), "Europe/Paris");
        if (schedule?.kind !== "slots") return;
        const { past, next } = schedule.around(noon);
        expect(past.every((at, index) => at <= noon && at > (past[index - 1] ?? 0))).toBe(true);
        expect(next === null || next > noon).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe("schedules", () => {
  test("hours of a list and the steps that mean the same are the same slots", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 4, 6, 8, 12), fc.nat({ max: 59 }), (every, minute) => {
        const byCalendar = slots(`0/${every}:${minute}`);
        expect(byCalendar).toEqual(slots(`${minute} */${every} * * *`));
        expect(byCalendar.interval).toBe(every * 3_600_000);
      }),
      { numRuns: 30 },
    );
  });

  test("cron is told with five fields, or six with the seconds first", () => {
    expect(lastThree("0 2 * * *")).toEqual(["2026-02-09T02:00", "2026-02-10T02:00", "2026-02-11T02:00"]);
    expect(lastThree("0 0 2 * * *")).toEqual(lastThree("0 2 * * *"));
    expect(lastThree("@daily")).toEqual(["2026-02-09T00:00", "2026-02-10T00:00", "2026-02-11T00:00"]);
    expect(lastThree("@weekly")).toEqual(["2026-02-01T00:00", "2026-02-08T00:00"]);
  });

  test("day of the month or weekday in cron, both of them in calendar events", () => {
    expect(lastThree("0 0 1 * 1")).toEqual(["2026-02-01T00:00", "2026-02-02T00:00", "2026-02-09T00:00"]);
    expect(lastThree("mon *-1..7")).toEqual(["2026-02-02T00:00"]);
  });

  test("a schedule is read in its zone, on both days when the clocks change", () => {
    const spring = Date.parse("2026-03-30T12:00:00Z");
    expect(lastThree("02:30", "Europe/Paris", spring)).toEqual([
      "2026-03-28T01:30",
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]);
    const autumn = Date.parse("2026-10-26T12:00:00Z");
    expect(lastThree("02:30", "Europe/Paris", autumn)).toEqual([
      "2026-10-24T00:30",
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  test("what happens often is known for a shorter time", () => {
    const { past, interval } = slots("*");
    expect(past).toHaveLength(360);
    expect(past.at(-1)).toBe(noon);
    expect(interval).toBe(60_000);
  });

  test("what never happens has no slots", () => {
    expect(slots("0 0 31 2 *")).toEqual({ past: [], next: null, interval: null });
  });

  test("an interval and what is begun by hand have no slots", () => {
    expect(readSchedule("@every 1h30m", "UTC")).toEqual({ kind: "interval", every: 5_400_000 });
    expect(readSchedule("@onDemand", "UTC")).toEqual({ kind: "by-hand" });
  });

  test.each(["@every", "@every soon", "@never", "0 25 * * *", "a b c d e", "1 2 3 4 5 6 7 8"])(
    "%s is not understood",
    (words) => {
      expect(readSchedule(words, "UTC")).toBeNull();
    },
  );

  test("an unknown time zone is not taken for another", () => {
    expect(readSchedule("0 2 * * *", "Nowhere/Town")).toBeNull();
  });
});
