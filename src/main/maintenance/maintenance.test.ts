import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { JournalEvent, NewJournalEvent } from "../../shared/journal.ts";
import { MaintenanceMarks } from "./maintenance.ts";

const hour = 3_600_000;
let events: JournalEvent[];
let told: { ids: string[]; overdue: string[] }[];
let opened: MaintenanceMarks[];

beforeEach(() => {
  vi.useFakeTimers({ now: 10 * hour });
  events = [];
  told = [];
  opened = [];
});
afterEach(() => {
  for (const marks of opened) marks.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function write(event: NewJournalEvent, actor = "operator-a"): JournalEvent {
  const at = Date.now();
  const written = {
    ...event,
    at,
    actor,
    workstation: "w",
    sequence: events.length + 1,
    previousHash: "",
    hash: "",
  };
  events.push(written);
  return written;
}

/** The marks as a console that starts now has them. */
function open(): MaintenanceMarks {
  const marks = new MaintenanceMarks({
    record: { write },
    journal: { ofTypes: (types) => events.filter(({ type }) => types.includes(type)) },
    now: () => Date.now(),
    onChange: (all, overdue) => told.push({ ids: [...all.keys()], overdue: [...overdue] }),
  });
  opened.push(marks);
  return marks;
}

test("a mark outlives the console, and so does its end", () => {
  open().begin("tower-b", { until: 14 * hour, reason: "a new fan" });
  const mark = { since: 10 * hour, until: 14 * hour, by: "operator-a", reason: "a new fan" };
  const later = open();
  expect(later.of("tower-b")).toEqual(mark);
  expect(told.at(-1)).toEqual({ ids: ["tower-b"], overdue: [] });
  later.end("tower-b");
  expect(open().of("tower-b")).toBeNull();
});

test("what is prolonged, and put back, keeps its beginning and whose it is", () => {
  const marks = open();
  write(
    {
      type: "maintenance.begun",
      subject: "tower-a",
      task: null,
      data: { until: 11 * hour, reason: "" },
    },
    "operator-b",
  );
  const others = open();
  vi.advanceTimersByTime(1000);
  others.begin("tower-a", { until: 20 * hour, reason: "longer" });
  expect(others.of("tower-a")).toEqual({
    since: 10 * hour,
    until: 20 * hour,
    by: "operator-b",
    reason: "longer",
  });
  const before = { since: 1, until: 12 * hour, by: "operator-c", reason: "r" };
  others.restore("tower-a", before);
  expect(open().of("tower-a")).toEqual(before);
  expect(marks.of("tower-a")).toBeNull();
});

test("it is told when a mark becomes overdue, which only a person ends", () => {
  const marks = open();
  marks.begin("tower-b", { until: 12 * hour, reason: "" });
  marks.begin("tower-a", { until: 11 * hour, reason: "" });
  expect(told.at(-1)?.overdue).toEqual([]);
  vi.advanceTimersByTime(hour);
  expect(told.at(-1)).toEqual({ ids: ["tower-b", "tower-a"], overdue: ["tower-a"] });
  vi.advanceTimersByTime(hour);
  expect(marks.overdue().map(({ resource }) => resource)).toEqual(["tower-a", "tower-b"]);
  marks.begin("tower-a", { until: 13 * hour, reason: "" });
  expect(told.at(-1)?.overdue).toEqual(["tower-b"]);
});

test("a mark far in the future is waited for in pieces that a timer can hold", () => {
  const marks = open();
  const year = 365 * 24 * hour;
  marks.begin("tower-b", { until: Date.now() + year, reason: "" });
  const before = told.length;
  vi.advanceTimersByTime(year - 1);
  expect(told.at(-1)?.overdue).toEqual([]);
  expect(told.length - before).toBeLessThan(30);
  vi.advanceTimersByTime(1);
  expect(told.at(-1)?.overdue).toEqual(["tower-b"]);
});

test("an event that cannot be read changes nothing", () => {
  write({ type: "maintenance.begun", subject: "tower-b", task: null, data: { until: "soon" } });
  write({ type: "maintenance.begun", subject: null, task: null, data: { until: 1, reason: "" } });
  expect(open().overdue()).toEqual([]);
});

test("a journal that cannot be written leaves the marks as they were", () => {
  const marks = new MaintenanceMarks({
    record: {
      write: () => {
        throw new Error("full");
      },
    },
    journal: { ofTypes: () => [] },
    now: () => Date.now(),
    onChange: () => {},
  });
  opened.push(marks);
  expect(() => marks.begin("tower-b", { until: 20 * hour, reason: "" })).toThrow("full");
  expect(marks.of("tower-b")).toBeNull();
});
