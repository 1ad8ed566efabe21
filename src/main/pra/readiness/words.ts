import { type LocalText, text } from "../../../shared/text.ts";

/** A duration in words for a sentence: "4 minutes", "3 hours". */
export function durationWords(milliseconds: number): LocalText {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return counted(seconds, "second", "seconde");
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return counted(minutes, "minute", "minute");
  const hours = Math.round(minutes / 60);
  return hours < 72 ? counted(hours, "hour", "heure") : counted(Math.round(hours / 24), "day", "jour");
}

function counted(count: number, english: string, french: string): LocalText {
  return text(`${count} ${english}${count === 1 ? "" : "s"}`, `${count} ${french}${count > 1 ? "s" : ""}`);
}

/** How long ago something was, in words. */
export function ageWords(at: number, now: number): LocalText {
  const age = durationWords(Math.max(0, now - at));
  return text(`${age.en} ago`, `il y a ${age.fr}`);
}

/** The first few of a list, and how many more there are. */
export function fewOf(names: readonly string[]): LocalText {
  const shown = names.slice(0, 3).join(", ");
  const more = names.length - 3;
  return more > 0 ? text(`${shown} and ${more} more`, `${shown} et ${more} de plus`) : text(shown, shown);
}
