import type { ResourceDetail } from "../../../shared/contract.ts";
import { handsOffers } from "../hands/power-offers.ts";

/** The views of one thing, in their order. */
export const tabs = ["facts", "relations", "screen", "terminal", "events", "journal"] as const;
export type Tab = (typeof tabs)[number];

/** The views that this resource has: the screen only where a system shows one or power can be changed, or it is asked for. */
export function tabsOf(detail: ResourceDetail, wanted: Tab): readonly Tab[] {
  const hasScreen = detail.consoles.some(({ kind }) => kind === "screen");
  const hasPower = handsOffers(detail.offers).names.size > 0;
  return tabs.filter((tab) => tab !== "screen" || hasScreen || hasPower || wanted === "screen");
}
