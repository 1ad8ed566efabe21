import { type LocalText, text } from "../../shared/text.ts";
import type { Move } from "./guest-moves.ts";

/** Something that does not move, and why. */
export interface Stuck {
  name: string;
  why: LocalText;
}

/** How the VMs stand that left a host. */
export interface DepartedNames {
  host: { name: string };
  home: readonly { name: string }[];
  away: readonly { name: string }[];
  movedOn: readonly { name: string }[];
  gone: number;
}

const fewNames = 5;

/** Some names, and how many there are besides. */
export function few(names: readonly string[]): string {
  const more = names.length > fewNames ? ` (+${names.length - fewNames})` : "";
  return `${names.slice(0, fewNames).join(", ")}${more}`;
}

export function namesOf(guests: readonly { name: string }[]): string {
  return few(guests.map(({ name }) => name));
}

/** VMs with why each stays, one sentence each. */
export function reasonsOf(stuck: readonly Stuck[]): LocalText {
  const said = (language: "en" | "fr") =>
    stuck
      .slice(0, fewNames)
      .map(({ name, why }) => `${name}${language === "en" ? ": " : " : "}${ended(why[language])}`)
      .join(" ");
  const more = stuck.length > fewNames ? ` (+${stuck.length - fewNames})` : "";
  return text(`${said("en")}${more}`, `${said("fr")}${more}`);
}

function ended(words: string): string {
  return words.endsWith(".") ? words : `${words}.`;
}

/** What is planned for an evacuation. */
export function planWords(moves: readonly Move[], unplaced: readonly Stuck[], isStuck: boolean): LocalText {
  const hosts = few([...new Set(moves.map(({ toName }) => toName))]);
  const can = text(
    `VMs that can move: ${moves.length}${moves.length > 0 ? ` (to ${hosts})` : ""}.`,
    `VM déplaçables : ${moves.length}${moves.length > 0 ? ` (vers ${hosts})` : ""}.`,
  );
  if (unplaced.length === 0) return can;
  const why = reasonsOf(unplaced);
  return isStuck
    ? text(`Some cannot leave: ${why.en} ${can.en}`, `Certaines ne peuvent pas partir : ${why.fr} ${can.fr}`)
    : text(`${can.en} These stay: ${why.en}`, `${can.fr} Celles-ci restent : ${why.fr}`);
}

/** What is still on a host after an evacuation that is not through, and why as far as it was refused. */
export function remainingWords(
  host: string,
  moved: number,
  remaining: readonly { name: string }[],
  refused: readonly Stuck[],
): LocalText {
  const because = reasonsOf(refused.filter(({ name }) => remaining.some((one) => one.name === name)));
  const names = namesOf(remaining);
  return text(
    `VMs moved: ${moved}; still on ${host} (${remaining.length}): ${names}. ${because.en}`.trim(),
    `VM déplacées : ${moved} ; encore sur ${host} (${remaining.length}) : ${names}. ${because.fr}`.trim(),
  );
}

/** All that could leave have left. */
export function stayedWords(names: string): LocalText {
  return text(
    `All have left that could; as agreed, these stay: ${names}.`,
    `Toutes celles qui le pouvaient sont parties ; comme convenu, restent : ${names}.`,
  );
}

/** How many are home, and what is not. */
export function departedWords({ host, home, away, movedOn, gone }: DepartedNames): LocalText {
  const english = [
    `VMs back on ${host.name}: ${home.length}.`,
    away.length > 0 ? `Still elsewhere: ${namesOf(away)}.` : "",
    movedOn.length > 0 ? `Moved on by somebody meanwhile, and left there: ${namesOf(movedOn)}.` : "",
    gone > 0 ? `Deleted meanwhile: ${gone}.` : "",
  ];
  const french = [
    `VM revenues sur ${host.name} : ${home.length}.`,
    away.length > 0 ? `Encore ailleurs : ${namesOf(away)}.` : "",
    movedOn.length > 0 ? `Déplacées entre-temps par quelqu'un, et laissées là : ${namesOf(movedOn)}.` : "",
    gone > 0 ? `Supprimées entre-temps : ${gone}.` : "",
  ];
  return text(english.filter(Boolean).join(" "), french.filter(Boolean).join(" "));
}

/** What is planned for the way back. */
export function returnWords(
  moves: readonly Move[],
  unplaced: readonly Stuck[],
  { movedOn }: Pick<DepartedNames, "movedOn">,
): LocalText {
  const names = few(moves.map(({ name }) => name));
  const why = reasonsOf(unplaced);
  const left = namesOf(movedOn);
  const english = [
    `VMs that can come back: ${moves.length}${moves.length > 0 ? ` (${names})` : ""}.`,
    unplaced.length > 0 ? `These have no room here or may not: ${why.en}` : "",
    movedOn.length > 0 ? `Left where somebody has moved them: ${left}.` : "",
  ];
  const french = [
    `VM qui peuvent revenir : ${moves.length}${moves.length > 0 ? ` (${names})` : ""}.`,
    unplaced.length > 0 ? `Celles-ci n'ont pas de place ici ou n'y ont pas droit : ${why.fr}` : "",
    movedOn.length > 0 ? `Laissées là où quelqu'un les a déplacées : ${left}.` : "",
  ];
  return text(english.filter(Boolean).join(" "), french.filter(Boolean).join(" "));
}
