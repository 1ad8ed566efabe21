import type { ActionOffer } from "../../../shared/action.ts";

/** Power changes in the order of the row; what an action is for is the last part of its name, whatever system offers it. */
export const powerVerbs = [
  "power-on",
  "graceful-off",
  "power-off",
  "graceful-reset",
  "cycle",
  "reset",
] as const;
export type PowerVerb = (typeof powerVerbs)[number];

/** The actions that belong to the hands on a machine. */
export interface HandsOffers {
  power: readonly { verb: PowerVerb; offer: ActionOffer }[];
  bootOnce: ActionOffer | null;
  reachable: ActionOffer | null;
  /** All of them, by name. */
  names: ReadonlySet<string>;
}

const verbOf = (offer: ActionOffer) => offer.id.slice(offer.id.indexOf(".") + 1);

/** Picks from what a resource offers the actions of the hands, and puts them in their order. */
export function handsOffers(offers: readonly ActionOffer[]): HandsOffers {
  const power = powerVerbs.flatMap((verb) =>
    offers.filter((offer) => verbOf(offer) === verb).map((offer) => ({ verb, offer })),
  );
  const bootOnce = offers.find((offer) => verbOf(offer) === "boot-once") ?? null;
  const reachable = offers.find((offer) => verbOf(offer) === "make-reachable") ?? null;
  const all = [...power.map(({ offer }) => offer), bootOnce, reachable];
  return { power, bootOnce, reachable, names: new Set(all.flatMap((offer) => offer?.id ?? [])) };
}
