/** The minutes, hours, days, months and weekdays of a schedule, as crontab(5) writes them. */
export interface Schedule {
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  weekdays: ReadonlySet<number>;
  /** With both days and weekdays given, either is enough. */
  isEither: boolean;
}

const minute = 60_000;
/** A schedule that is not met within so many days is never met. */
const farthestDays = 366 * 5;

/** Reads five fields of numbers, ranges, lists and steps; null when it cannot be read. */
export function readSchedule(words: string): Schedule | null {
  const fields = words.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [minutes, hours, days, months, weekdays] = [
    field(fields[0], 0, 59),
    field(fields[1], 0, 23),
    field(fields[2], 1, 31),
    field(fields[3], 1, 12),
    field(fields[4], 0, 7),
  ];
  if (!minutes || !hours || !days || !months || !weekdays) return null;
  // Sunday is 0 and 7.
  const turned = new Set([...weekdays].map((day) => day % 7));
  return {
    minutes,
    hours,
    days,
    months,
    weekdays: turned,
    isEither: fields[2] !== "*" && fields[4] !== "*",
  };
}

function field(words: string | undefined, low: number, high: number): Set<number> | null {
  const found = new Set<number>();
  for (const part of (words ?? "").split(",")) {
    const [, first, last, step] = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (first === undefined && !part.startsWith("*")) return null;
    const from = first === undefined ? low : Number(first);
    const to = first === undefined ? high : last === undefined ? (step ? high : from) : Number(last);
    const by = step === undefined ? 1 : Number(step);
    if (from < low || to > high || from > to || by < 1) return null;
    for (let value = from; value <= to; value += by) found.add(value);
  }
  return found;
}

/** The first moment after `now` that meets a schedule, UTC, in epoch milliseconds; null when there is none. */
export function nextAfter(schedule: Schedule, now: number): number | null {
  const at = new Date((Math.floor(now / minute) + 1) * minute);
  const end = now + farthestDays * 24 * 60 * minute;
  while (at.getTime() <= end) {
    if (!isDay(schedule, at)) at.setUTCHours(24, 0, 0, 0);
    else if (!schedule.hours.has(at.getUTCHours())) at.setUTCMinutes(60, 0, 0);
    else if (schedule.minutes.has(at.getUTCMinutes())) return at.getTime();
    else at.setUTCMinutes(at.getUTCMinutes() + 1);
  }
  return null;
}

function isDay({ months, days, weekdays, isEither }: Schedule, at: Date): boolean {
  if (!months.has(at.getUTCMonth() + 1)) return false;
  const [byDate, byWeekday] = [days.has(at.getUTCDate()), weekdays.has(at.getUTCDay())];
  return isEither ? byDate || byWeekday : byDate && byWeekday;
}
