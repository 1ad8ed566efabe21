import type { supportWindows } from "../../shared/estate.ts";

export type SupportWindow = (typeof supportWindows)[number];

/** Whether support is there now, and when that changes next (epoch milliseconds; null when it never does). */
export interface SupportState {
  open: boolean;
  changesAt: number | null;
}

const defaultTimeZone = "Europe/Paris";

const hour = 3_600_000;
/** Days of the week with Monday as 1, and the first and the first no longer supported hour. */
const hours = {
  "silver-6": { lastDay: 6, from: 6, until: 22 },
  "silver-5": { lastDay: 5, from: 8, until: 18 },
} as const;
const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/**
 * Gold is 24/7, silver-6 Monday to Saturday 06–22, silver-5 Monday to Friday 08–18, by the wall clock of an IANA
 * time zone. Throws RangeError for a zone that does not exist; the estate's own were checked when it was read.
 */
export function supportState(
  window: SupportWindow,
  at: number,
  timeZone: string = defaultTimeZone,
): SupportState {
  if (window === "gold") return { open: true, changesAt: null };
  const clock = wallClock(timeZone);
  const isOpen = (moment: number) => {
    const { day, hourOfDay } = clock(moment);
    const { lastDay, from, until } = hours[window];
    return day <= lastDay && hourOfDay >= from && hourOfDay < until;
  };
  const open = isOpen(at);
  // The wall clock may jump at any instant, so the change is looked for on the line of real time: hour by hour
  // (every window and every pause is longer), then to the millisecond.
  let before = at;
  let after = at + hour;
  while (isOpen(after) === open) {
    before = after;
    after += hour;
  }
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (isOpen(middle) === open) before = middle;
    else after = middle;
  }
  return { open, changesAt: after };
}

type WallClock = (moment: number) => { day: number; hourOfDay: number };
const clocks = new Map<string, WallClock>();

function wallClock(timeZone: string): WallClock {
  const known = clocks.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  });
  const clock: WallClock = (moment) => {
    let day = 0;
    let hourOfDay = 0;
    for (const part of format.formatToParts(moment)) {
      if (part.type === "weekday") day = weekdays.indexOf(part.value) + 1;
      else if (part.type === "hour") hourOfDay = Number(part.value);
    }
    return { day, hourOfDay };
  };
  clocks.set(timeZone, clock);
  return clock;
}
