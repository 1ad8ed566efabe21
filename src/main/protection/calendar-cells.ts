import type { HeatCell, SlotState } from "../../shared/protection.ts";
import type { JudgedSlot } from "./slots.ts";

/** Days that the calendar shows, today included. */
const daysShown = 14;
const day = 86_400_000;
/** Moments whose place is remembered, for each zone. */
const mostRemembered = 20_000;

/** Where a moment stands in the calendar of a time zone. */
export interface CalendarPlace {
  /** `2026-02-03` */
  day: string;
  hour: number;
}

const zones = new Map<string, { format: Intl.DateTimeFormat; places: Map<number, CalendarPlace> }>();

/** The day and hour of a moment in a time zone, by its IANA name; that of UTC where there is no such zone. */
export function placeOf(at: number, zone: string): CalendarPlace {
  const known = zones.get(zone) ?? { format: formatOf(zone), places: new Map() };
  if (known.places.size > mostRemembered) known.places.clear();
  if (zones.size < 50) zones.set(zone, known);
  const place = known.places.get(at) ?? placeBy(known.format, at);
  known.places.set(at, place);
  return place;
}

/** The days that are shown, the oldest first. */
export function daysUntil(now: number, zone: string): string[] {
  const days = new Set<string>();
  // Half days, since a day may have twenty-three hours.
  for (let at = now - (daysShown - 1) * day; at <= now; at += day / 2) days.add(placeOf(at, zone).day);
  days.add(placeOf(now, zone).day);
  return [...days].sort().slice(-daysShown);
}

/** What became of all slots, by day and hour; the hours are those in which anything was planned. */
export function heatOf(
  slots: Iterable<readonly JudgedSlot[]>,
  now: number,
  zone: string,
): { days: string[]; hours: number[]; cells: HeatCell[] } {
  const days = daysUntil(now, zone);
  const shown = new Set(days);
  const cells = new Map<string, HeatCell>();
  const cellAt = new Map<number, HeatCell | null>();
  for (const each of slots) {
    for (const { at, state } of each) {
      let cell = cellAt.get(at);
      if (cell === undefined) {
        cell = cellOf(placeOf(at, zone), shown, cells);
        cellAt.set(at, cell);
      }
      if (cell) cell.counts[state] = (cell.counts[state] ?? 0) + 1;
    }
  }
  const all = [...cells.values()].sort(
    (one, other) => one.day.localeCompare(other.day) || one.hour - other.hour,
  );
  const hours = [...new Set(all.map(({ hour }) => hour))].sort((one, other) => one - other);
  return { days, hours, cells: all };
}

function cellOf(
  { day: of, hour }: CalendarPlace,
  shown: ReadonlySet<string>,
  cells: Map<string, HeatCell>,
): HeatCell | null {
  if (!shown.has(of)) return null;
  const key = `${of} ${hour}`;
  const cell = cells.get(key) ?? { day: of, hour, counts: {} as Partial<Record<SlotState, number>> };
  cells.set(key, cell);
  return cell;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const fields = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    hourCycle: "h23",
  } as const;
  try {
    return new Intl.DateTimeFormat("en-CA", { ...fields, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en-CA", { ...fields, timeZone: "UTC" });
  }
}

function placeBy(format: Intl.DateTimeFormat, at: number): CalendarPlace {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  return { day: `${part("year")}-${part("month")}-${part("day")}`, hour: Number(part("hour")) };
}
