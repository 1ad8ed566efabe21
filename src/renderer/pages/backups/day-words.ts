import type { Language } from "../../../shared/text.ts";

/** `03:00` */
export function hourWords(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

/** `Mon 2 Feb`; the day is one of the calendar, whatever the zone. */
export function dayWords(day: string, language: Language): string {
  const format = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", format).format(
    Date.parse(`${day}T12:00:00Z`),
  );
}
