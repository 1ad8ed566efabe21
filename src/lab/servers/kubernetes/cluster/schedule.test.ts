import fc from "fast-check";
import { expect, it } from "vitest";
import { nextAfter, readSchedule } from "./schedule.ts";

const next = (words: string, from: string) => {
  const schedule = readSchedule(words);
  const due = schedule && nextAfter(schedule, Date.parse(from));
  return due === null ? null : new Date(due).toISOString();
};

it.each([
  ["* * * * *", "2025-01-06T08:00:30Z", "2025-01-06T08:01:00.000Z"],
  ["0 * * * *", "2025-01-06T08:00:00Z", "2025-01-06T09:00:00.000Z"],
  ["*/15 8-10 * * *", "2025-01-06T10:45:00Z", "2025-01-07T08:00:00.000Z"],
  ["30 2 1 * *", "2025-01-06T08:00:00Z", "2025-02-01T02:30:00.000Z"],
  ["0 0 * * 7", "2025-01-06T08:00:00Z", "2025-01-12T00:00:00.000Z"],
  ["0 0 13 * 5", "2025-01-06T08:00:00Z", "2025-01-10T00:00:00.000Z"],
  ["0 0 29 2 *", "2025-03-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  ["0 0 31 2 *", "2025-01-06T08:00:00Z", null],
  ["5,35 * * * *", "2025-01-06T08:05:00Z", "2025-01-06T08:35:00.000Z"],
])("%s after %s is %s", (words, from, due) => {
  expect(next(words, from)).toBe(due);
});

it.each(["", "* * * *", "60 * * * *", "* * 0 * *", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1- * * * *"])(
  "does not read %j",
  (words) => {
    expect(readSchedule(words)).toBeNull();
  },
);

it("is always a later minute that the schedule names", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 4e12 }),
      (minute, hour, from) => {
        const schedule = readSchedule(`${minute} ${hour} * * *`);
        const due = schedule && nextAfter(schedule, from);
        const at = new Date(due ?? 0);
        expect(at.getTime()).toBeGreaterThan(from);
        expect(at.getTime() - from).toBeLessThanOrEqual(86_400_000);
        expect([at.getUTCMinutes(), at.getUTCHours()]).toEqual([minute, hour]);
      },
    ),
  );
});
