import type { LogLine, LogSourceState } from "../../../shared/logs.ts";

/** How the cluster's time is shown before a line. */
export const timeForms = ["local", "utc", "off"] as const;
export type TimeForm = (typeof timeForms)[number];

const two = (value: number) => String(value).padStart(2, "0");
const three = (value: number) => String(value).padStart(3, "0");

/** `2026-05-12 10:15:30.123`, with a Z in UTC: the same in every language. Empty where it is not known or not wanted. */
export function timeWords(at: number | null, form: TimeForm): string {
  if (at === null || form === "off") return "";
  const moment = new Date(at);
  if (form === "utc") return moment.toISOString().replace("T", " ");
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
  return `${day} ${time}.${three(moment.getMilliseconds())}`;
}

/** Colours that tell sources apart, beside their names. */
const tones = 8;

/** The colour of a source by its place among the others: the first eight all differ. */
export function toneOf(source: number): string {
  return `log-tone-${source % tones}`;
}

/** Lines as they are copied: each with its time and its source where these are shown. */
export function copyWords(
  lines: readonly LogLine[],
  sources: readonly LogSourceState[],
  form: TimeForm,
): string {
  const named = sources.length > 1;
  return lines
    .map(({ at, source, text }) => {
      const before = [timeWords(at, form), named ? (sources[source]?.name ?? "") : ""];
      return [...before.filter((words) => words !== ""), text].join(" ");
    })
    .join("\n");
}
