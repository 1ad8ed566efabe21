import type { Overview } from "../../shared/overview.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { BundleState } from "../bundle/keeper.ts";

type Need = Overview["needs"][number];

/** What of the sealed bundle needs a person: that the console was started from one, that it cannot be made, is old or not there, or lacks secrets. */
export function bundleNeeds({ wanted, note, age, late, error, openedAge }: BundleState): Need[] {
  if (openedAge !== null) return [need("bundle-opened", "warning", openedWords(hoursOf(openedAge)))];
  if (!wanted) return [];
  if (error !== null) return [need("bundle-error", "critical", error.text)];
  if (note === null || age === null) return late ? [need("bundle-none", "warning", none)] : [];
  if (late) return [need("bundle-late", "warning", oldWords(hoursOf(age)))];
  return note.missing.length > 0 ? [need("bundle-lacks", "warning", lacking(note.missing))] : [];
}

const none = text(
  "There is no sealed bundle yet: without this workstation nothing could be started.",
  "Il n'y a pas encore de lot scellé : sans ce poste, rien ne pourrait démarrer.",
);

function hoursOf(milliseconds: number): number {
  return Math.floor(milliseconds / 3_600_000);
}

function openedWords(hours: number): LocalText {
  return text(
    `This console was started from a sealed bundle that is ${hours} h old: estate and secrets are as they were then.`,
    `Cette console a démarré d'un lot scellé qui a ${hours} h : parc et secrets sont ceux d'alors.`,
  );
}

function oldWords(hours: number): LocalText {
  return text(
    `The sealed bundle is ${hours} h old, which is more than is wanted.`,
    `Le lot scellé a ${hours} h, plus que voulu.`,
  );
}

function lacking(missing: readonly string[]): LocalText {
  const names = missing.join(", ");
  return text(
    `The sealed bundle lacks secrets that the estate needs: ${names}.`,
    `Il manque au lot scellé des secrets dont le parc a besoin : ${names}.`,
  );
}

function need(key: string, health: Need["health"], words: LocalText): Need {
  return { key, health, text: words, resource: null, page: "estate", action: null };
}
