import { type LocalText, text } from "../../../../shared/text.ts";
import { type AddressRange, isCovered, overlapOf, readRange } from "../../../reach/ranges.ts";
import type { VantagePoint } from "../../../reach/vantage.ts";

/** What is to be known before a network is no longer let in. Networks are CIDR. */
export interface Removal {
  network: string;
  /** The networks that are let in besides, and stay. */
  left: readonly string[];
  points: readonly VantagePoint[];
  /** The ranges that the estate declares for the list. */
  declared: readonly string[];
}

export interface LockOut {
  allowed: boolean;
  text: LocalText;
}

/**
 * Whether somebody who works here could no longer come in. Each point is judged by the address that it is seen from; where
 * that is not known, or is let in by no entry at all, so that the provider sees another one, by the ranges that the estate
 * declares: what of them would no longer be let in could be where it comes from. Without either it is refused.
 */
export function lockedOut({ network, left, points, declared }: Removal): LockOut {
  const removed = readRange(network);
  if (removed === null) return refusal(unreadable(network));
  const staying = left.flatMap((words) => readRange(words) ?? []);
  const now = [...staying, removed];
  const hidden: VantagePoint[] = [];
  for (const point of points.length > 0 ? points : [nobody]) {
    const seen = point.address === null ? null : readRange(point.address);
    if (seen === null || !isCovered(seen, now)) hidden.push(point);
    else if (!isCovered(seen, staying)) return refusal(onlyWayOf(point, network));
  }
  const [first] = hidden;
  if (!first) return { allowed: true, text: othersStay };
  if (declared.length === 0) return refusal(unknown(first));
  const lost = declared.filter((words) => isLost(words, removed, staying));
  if (lost.length > 0) return refusal(declaredLost(first, lost, network));
  return { allowed: true, text: declaredStays };
}

/** The points that a list lets in, and those that it is known not to. */
export function admitted(points: readonly VantagePoint[], networks: readonly string[]) {
  const ranges = networks.flatMap((words) => readRange(words) ?? []);
  const known = points.flatMap((point) => {
    const seen = point.address === null ? null : readRange(point.address);
    return seen === null ? [] : [{ point, isIn: isCovered(seen, ranges) }];
  });
  return {
    letIn: known.filter(({ isIn }) => isIn).map(({ point }) => point),
    shut: known.filter(({ isIn }) => !isIn).map(({ point }) => point),
  };
}

/** A point in words: what it is, and from where it is seen. */
export function pointWords({ kind, name, address }: VantagePoint): LocalText {
  const seen = address ?? "?";
  if (kind === "hop") return text(`${name} (${seen})`, `${name} (${seen})`);
  return name === null
    ? text("this workstation", "ce poste")
    : text(`this workstation (${seen}, as ${name} sees it)`, `ce poste (${seen}, vu par ${name})`);
}

/** The same as a fact has it, in words that are alike in every language; an arrow leads to the hop that saw this workstation. */
export function shortWords({ kind, name, address }: VantagePoint): string {
  return kind === "hop" ? `${name} ${address ?? "?"}` : `${address ?? "?"} → ${name ?? "?"}`;
}

/** Whether an address of a declared range would no longer be let in. */
function isLost(words: string, removed: AddressRange, staying: readonly AddressRange[]): boolean {
  const range = readRange(words);
  const touched = range && overlapOf(range, removed);
  return touched ? !isCovered(touched, staying) : false;
}

const nobody: VantagePoint = { kind: "workstation", name: null, address: null };
const refusal = (words: LocalText): LockOut => ({ allowed: false, text: words });

const othersStay = text(
  "Whoever works here is let in by another entry, from every address that is known.",
  "Une autre entrée laisse passer ceux qui travaillent ici, depuis chaque adresse connue.",
);
const declaredStays = text(
  "Every range that the estate declares stays let in.",
  "Toutes les plages déclarées dans le parc restent autorisées.",
);

function onlyWayOf(point: VantagePoint, network: string): LocalText {
  const { en, fr } = pointWords(point);
  return text(
    `Only ${network} lets in ${en}; without it nobody gets in from there. Let in another range first.`,
    `Seule l'entrée ${network} laisse passer ${fr} ; sans elle, plus personne n'entre par là. Autorisez d'abord une autre plage.`,
  );
}

function unknown(point: VantagePoint): LocalText {
  const { en, fr } = pointWords(point);
  return text(
    `It is not known from which address the provider sees ${en}, and the estate declares no range for this list: this entry may be the only way in. Name the ranges under \`declared\`, or connect the hop first.`,
    `On ignore sous quelle adresse le fournisseur voit ${fr}, et le parc ne déclare aucune plage pour cette liste : cette entrée est peut-être le seul accès. Nommez les plages sous « declared », ou connectez d'abord le rebond.`,
  );
}

function declaredLost(point: VantagePoint, lost: readonly string[], network: string): LocalText {
  const { en, fr } = pointWords(point);
  const ranges = lost.join(", ");
  return text(
    `It is not known from which address the provider sees ${en}, and only ${network} lets in ${ranges}, which the estate declares. Let in another range first, or take it out of the estate.`,
    `On ignore sous quelle adresse le fournisseur voit ${fr}, et seule l'entrée ${network} laisse passer ${ranges}, plage déclarée dans le parc. Autorisez d'abord une autre plage, ou retirez celle-ci du parc.`,
  );
}

function unreadable(network: string): LocalText {
  return text(
    `Nobody can tell whom ${network} lets in.`,
    `Impossible de savoir qui l'entrée ${network} laisse passer.`,
  );
}
