/**
 * When a systemd calendar event happens, as Proxmox VE and timers write it, in the fields of a cron pattern with seconds and
 * years. Sources: systemd.time(7), "Calendar Events", and the chapter of that name in the Proxmox VE administration guide,
 * which takes a single number of the time for minutes. Lists, ranges (`..`) and repetitions (`/`) are understood; days
 * counted from the end of the month (`~`) are not.
 */
export interface CalendarEvent {
  /** Seconds, minutes, hours, days, months, weekdays, years. */
  pattern: string;
  /** The time zone that stands in it; null: it has none. */
  zone: string | null;
}

const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const weekday = "(?:sun|mon|tue|wed|thu|fri|sat|sunday|monday|tuesday|wednesday|thursday|friday|saturday)";
const weekdayList = new RegExp(`^${weekday}(?:(?:,|\\.\\.)${weekday})*,?$`, "i");
const zoneName = /^(?:UTC|[A-Z][A-Za-z_]+(?:\/[A-Z][A-Za-z0-9_+-]+){1,2})$/;

const shorthands: Readonly<Record<string, string>> = {
  minutely: "*:*",
  hourly: "*:00",
  daily: "00:00",
  weekly: "mon 00:00",
  monthly: "*-01 00:00",
  quarterly: "1,4,7,10-01 00:00",
  semiannually: "1,7-01 00:00",
  "semi-annually": "1,7-01 00:00",
  yearly: "1-01 00:00",
  annually: "1-01 00:00",
};

/** Reads a calendar event; null when it is none, or has something in it that is not understood. */
export function readCalendarEvent(words: string): CalendarEvent | null {
  if (words.length > 200) return null;
  const tokens = words.trim().split(/\s+/);
  const zone = tokens.length > 1 && zoneName.test(tokens.at(-1) ?? "") ? (tokens.pop() ?? null) : null;
  const [only = ""] = tokens;
  const shorthand = tokens.length === 1 ? shorthands[only.toLowerCase()] : undefined;
  const pattern = patternOf(shorthand === undefined ? tokens : shorthand.split(" "));
  return pattern === null ? null : { pattern, zone };
}

function patternOf(tokens: string[]): string | null {
  const rest = [...tokens];
  const days = weekdayList.test(rest[0] ?? "") ? weekdaysIn(rest.shift() ?? "") : "*";
  const date = /-/.test(rest[0] ?? "") ? dateIn(rest.shift() ?? "") : "* * *";
  const time = rest.length > 0 ? timeIn(rest.shift() ?? "") : "0 0 0";
  if (tokens.length === 0 || rest.length > 0 || days === null || date === null || time === null) return null;
  const [day, month, year] = date.split(" ");
  return `${time} ${day} ${month} ${days} ${year}`;
}

function weekdaysIn(token: string): string | null {
  const chosen = new Set<number>();
  for (const part of token.replace(/,$/, "").split(",")) {
    const [from, to = from, ...more] = part.split("..").map(weekdayNumber);
    // Weeks begin on Monday: `sat..sun` is a range, `sun..mon` is none.
    if (from === undefined || to === undefined || more.length > 0 || (from + 6) % 7 > (to + 6) % 7)
      return null;
    for (let at = (from + 6) % 7; at <= (to + 6) % 7; at += 1) chosen.add((at + 1) % 7);
  }
  return [...chosen].sort((one, other) => one - other).join(",");
}

function weekdayNumber(name: string): number {
  return weekdays.indexOf(name.slice(0, 3).toLowerCase());
}

/** Day, month and year of `[YEAR-]MONTH-DAY`. */
function dateIn(token: string): string | null {
  const parts = token.split("-");
  if (parts.length < 2 || parts.length > 3) return null;
  const [day, month, year = "*"] = parts.reverse();
  const read = [values(day, 1, 31), values(month, 1, 12), values(year, 1970, 2200)];
  return read.includes(null) ? null : read.join(" ");
}

/** Seconds, minutes and hours of `HOUR:MINUTE[:SECOND]`, or of minutes alone. */
function timeIn(token: string): string | null {
  const parts = token.split(":");
  if (parts.length > 3) return null;
  const [hour = "*", minute, second = "0"] = parts.length === 1 ? ["*", token] : parts;
  const read = [values(second, 0, 59), values(minute, 0, 59), values(hour, 0, 23)];
  return read.includes(null) ? null : read.join(" ");
}

/** A list of `*`, `5`, `5/10`, `8..17` and `8..17/2` as the numbers that are meant; `*` where that is all of them. */
function values(words: string | undefined, least: number, most: number): string | null {
  const chosen = new Set<number>();
  for (const part of (words ?? "").split(",")) {
    const [, star, from, to, every] =
      /^(?:(\*)|(\d{1,4})(?:\.\.(\d{1,4}))?)(?:\/(\d{1,4}))?$/.exec(part) ?? [];
    if (star === undefined && from === undefined) return null;
    const step = every === undefined ? 1 : Number(every);
    const begin = star === undefined ? Number(from) : least;
    // `5/10` goes on to the end, `5` does not.
    const open = star !== undefined || every !== undefined;
    const end = to !== undefined ? Number(to) : open ? most : begin;
    if (step < 1 || begin < least || end > most || begin > end) return null;
    for (let at = begin; at <= end; at += step) chosen.add(at);
  }
  if (chosen.size === most - least + 1) return "*";
  return [...chosen].sort((one, other) => one - other).join(",");
}
