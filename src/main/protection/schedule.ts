import { Cron } from "croner";
import { parseDuration } from "../../shared/estate-words.ts";
import { readCalendarEvent } from "./calendar.ts";

const day = 86_400_000;
/** Slots are known so many milliseconds back, but at most so many of them. */
export const slotsBack = 14 * day;
const mostSlots = 360;

/** The slots of a schedule around a moment: the past ones in order, and the next. Epoch milliseconds. */
export interface Slots {
  past: readonly number[];
  next: number | null;
  /** The time between two slots: the least there is between those that are known. Null: there is one at most. */
  interval: number | null;
}

/** `slots`: at moments of the calendar. `interval`: so long after the last time. `by-hand`: never by itself. */
export type Schedule =
  | { kind: "slots"; around(now: number): Slots }
  | { kind: "interval"; every: number }
  | { kind: "by-hand" };

/**
 * Reads a schedule as systems write it: cron with five fields, or six with seconds first; `@daily` and the like, `@every
 * 6h`, `@onDemand`; calendar events of systemd and Proxmox VE. `zone` is an IANA name. A moment that daylight saving leaves
 * out is taken right after the gap, one that it has twice is taken once. Null: it is not understood.
 */
export function readSchedule(words: string, zone: string): Schedule | null {
  const written = words.trim();
  if (/^@(on-?demand|manual)$/i.test(written)) return { kind: "by-hand" };
  const every = /^@every\s+(\S+)$/i.exec(written)?.[1];
  if (every !== undefined) {
    const interval = goDuration(every);
    return interval === null ? null : { kind: "interval", every: interval };
  }
  const found = written.split(/\s+/).length >= 5 ? { pattern: written, zone: null } : eventIn(written);
  if (found === null) return null;
  try {
    const options = { timezone: found.zone ?? zone, fixedTimeRule: "no-wildcard" } as const;
    const isCron = found.pattern === written;
    // Weekday and day of the month: either of them in cron, both in calendar events.
    const cron = new Cron(
      found.pattern,
      isCron ? { ...options, mode: "5-or-6-parts" } : { ...options, mode: "7-part", domAndDow: true },
    );
    // The zone is looked at when a moment is worked out, not before.
    cron.nextRun();
    return { kind: "slots", around: remembered((now) => slotsAround(cron, now)) };
  } catch {
    return null;
  }
}

function eventIn(words: string): { pattern: string; zone: string | null } | null {
  if (!words.startsWith("@")) return readCalendarEvent(words);
  const name = words.slice(1).toLowerCase();
  if (name === "weekly") return { pattern: "0 0 0 * * 0 *", zone: null };
  return /^[a-z-]+$/.test(name) ? readCalendarEvent(name === "midnight" ? "daily" : name) : null;
}

/** The slots are the same until the next of them has come, and a schedule is asked for each thing that it protects. */
function remembered(work: (now: number) => Slots): (now: number) => Slots {
  let last: { from: number; slots: Slots } | null = null;
  return (now) => {
    const until = Math.min(last?.slots.next ?? Number.POSITIVE_INFINITY, (last?.from ?? now) + day);
    if (last === null || now < last.from || now >= until) last = { from: now, slots: work(now) };
    return last.slots;
  };
}

/** Most schedules have few slots in that time; of those with more, the last ones. */
function pastSlots(cron: Cron, now: number): number[] {
  const from = now - slotsBack;
  const found: number[] = [];
  let at = cron.nextRun(new Date(from - 1000));
  while (at !== null && at.getTime() <= now) {
    if (found.length === mostSlots) return lastSlots(cron, now, from);
    found.push(at.getTime());
    at = cron.nextRun(at);
  }
  return found.filter((each) => each >= from);
}

function lastSlots(cron: Cron, now: number, from: number): number[] {
  const runs = cron.previousRuns(mostSlots, new Date(now + 1000)).map((run) => run.getTime());
  return runs.filter((at) => at >= from && at <= now).reverse();
}

function slotsAround(cron: Cron, now: number): Slots {
  const past = pastSlots(cron, now);
  const [next = null, after = null] = cron.nextRuns(2, new Date(now)).map((run) => run.getTime());
  const all = [...past, ...(next === null ? [] : [next]), ...(after === null ? [] : [after])];
  let interval: number | null = null;
  for (let at = 1; at < all.length; at += 1) {
    const between = (all[at] ?? 0) - (all[at - 1] ?? 0);
    if (interval === null || between < interval) interval = between;
  }
  return { past, next, interval };
}

/** `1h30m` as Go writes durations, in milliseconds. */
function goDuration(words: string): number | null {
  const parts = words.match(/\d{1,6}(?:ms|[smhdw])/g) ?? [];
  if (parts.join("") !== words) return null;
  const sum = parts.reduce((total, part) => total + (parseDuration(part) ?? 0), 0);
  return sum >= 1000 ? sum : null;
}
