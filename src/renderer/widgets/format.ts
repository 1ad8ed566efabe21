import type { FactUnit } from "../../shared/facts.ts";
import type { FactValue } from "../../shared/resource.ts";
import type { Language } from "../../shared/text.ts";

const locales = { en: "en-GB", fr: "fr-FR" } as const;
/** A space that keeps a number and its unit on one line. */
const narrow = "\u202f";

const binaryUnits = {
  en: ["B", "KiB", "MiB", "GiB", "TiB", "PiB"],
  fr: ["o", "Kio", "Mio", "Gio", "Tio", "Pio"],
} as const;
const timeUnits = {
  en: { second: "s", minute: "min", hour: "h", day: "d" },
  fr: { second: "s", minute: "min", hour: "h", day: "j" },
} as const;

// Making a formatter costs far more than using it, and a list uses a hundred at once.
const numberFormats = new Map<string, Intl.NumberFormat>();
const momentFormats = new Map<string, Intl.DateTimeFormat>();

function numberFormat(language: Language, digits: number): Intl.NumberFormat {
  const key = `${language} ${digits}`;
  const known = numberFormats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locales[language], { maximumFractionDigits: digits });
  numberFormats.set(key, made);
  return made;
}

function momentFormat(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = momentFormats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locales[language], options);
  momentFormats.set(key, made);
  return made;
}

/** A number with at most `digits` decimals, grouped as the language does. */
export function formatNumber(value: number, language: Language, digits = 2): string {
  return numberFormat(language, digits).format(value);
}

/** Bytes with a binary unit and three figures: 1610612736 is "1.5 GiB", in French "1,5 Gio". */
export function formatBytes(bytes: number, language: Language): string {
  const units = binaryUnits[language];
  let value = bytes;
  let step = 0;
  while (Math.abs(value) >= 1024 && step < units.length - 1) {
    value /= 1024;
    step += 1;
  }
  const digits = step === 0 || Math.abs(value) >= 100 ? 0 : 1;
  return `${formatNumber(value, language, digits)}${narrow}${units[step]}`;
}

/** A length of time in its one or two largest units; milliseconds in, "3 h 10 min" out. */
export function formatDuration(milliseconds: number, language: Language): string {
  const units = timeUnits[language];
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const part = (value: number, unit: keyof typeof units) =>
    `${formatNumber(value, language)}${narrow}${units[unit]}`;
  const two = (large: number, largeUnit: keyof typeof units, small: number, smallUnit: keyof typeof units) =>
    small === 0 ? part(large, largeUnit) : `${part(large, largeUnit)} ${part(small, smallUnit)}`;
  if (seconds < 60) return part(seconds, "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return part(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(hours, "hour", minutes % 60, "minute");
  const days = Math.floor(hours / 24);
  return days < 10 ? two(days, "day", hours % 24, "hour") : part(days, "day");
}

/** A duration that is compared with another: tenths of a second below ten, seconds below an hour. */
export function formatSpan(milliseconds: number, language: Language): string {
  const units = timeUnits[language];
  const span = Math.max(0, milliseconds);
  const part = (value: string, unit: keyof typeof units) => `${value}${narrow}${units[unit]}`;
  if (span < 9_950) return part(formatNumber(span / 1000, language, 1), "second");
  const seconds = Math.round(span / 1000);
  if (seconds < 60 || seconds >= 3600) return formatDuration(seconds * 1000, language);
  const rest = seconds % 60;
  const minutes = part(String(Math.floor(seconds / 60)), "minute");
  return rest === 0 ? minutes : `${minutes} ${part(String(rest).padStart(2, "0"), "second")}`;
}

/**
 * How old something is, coarse enough not to change under the eye every second: null below three seconds, then
 * steps of one second to ten, of five to a minute, then whole units.
 */
export function formatAge(milliseconds: number, language: Language): string | null {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 3) return null;
  const steady = seconds < 10 ? seconds : seconds < 60 ? seconds - (seconds % 5) : seconds;
  return formatDuration(steady * 1000, language);
}

/** Running time as "2:13" or "1:02:13". */
export function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Date and time to the second, in the workstation's time zone. */
export function formatTimestamp(at: number, language: Language): string {
  return momentFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(at);
}

/** The time alone when it is today, else date and time to the minute. */
export function formatMoment(at: number, language: Language, now: number = Date.now()): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const options: Intl.DateTimeFormatOptions = sameDay
    ? { timeStyle: "medium" }
    : { dateStyle: "short", timeStyle: "short" };
  return momentFormat(language, options).format(at);
}

/** A fact's value in words; null for what has none to show (unknown). */
export function formatFact(
  value: FactValue,
  unit: FactUnit,
  language: Language,
  words: { yes: string; no: string; none: string },
): string | null {
  if (value === null) return null;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (Array.isArray(value)) return value.length === 0 ? words.none : value.join(", ");
  if (typeof value === "string") return value;
  switch (unit) {
    case "bytes":
      return formatBytes(value, language);
    case "percent":
      return `${formatNumber(value, language, value < 10 ? 1 : 0)}${narrow}%`;
    case "seconds":
      return formatDuration(value * 1000, language);
    case "milliseconds":
      return value < 10_000
        ? `${formatNumber(value, language, 0)}${narrow}ms`
        : formatDuration(value, language);
    case "timestamp":
      return formatTimestamp(value, language);
    default:
      return formatNumber(value, language);
  }
}
