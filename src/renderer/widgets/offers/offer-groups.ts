import type { ActionOffer } from "../../../shared/action.ts";

/** What actions are put together under, in the order of their menus. */
const groupNames = ["power", "maintenance", "snapshots", "backups", "secrets", "shares", "access"] as const;
export type OfferGroup = (typeof groupNames)[number];

/** By the last part of an action's name, whatever system offers it. */
const belongs: Record<OfferGroup, RegExp> = {
  power:
    /^(?:(?:guest|host|node)-)?(?:power-on|power-off|on|off|start|stop|shutdown|reboot|reset|cycle|suspend|resume|graceful-off|graceful-reset|boot-once)$/,
  maintenance: /maintenance$|^(?:evacuate|return|note)(?:-|$)/,
  snapshots: /^snapshot-/,
  backups: /^(?:backup|restore)(?:-|$)/,
  secrets: /-secret$|-version$|^set-max-versions$/,
  shares: /^rekey-/,
  access: /^(?:revoke|renew)-(?:lease|leases|token)$/,
};

/** What is looked for in a hurry stands first: whether a Vault is open decides over all that reads from it. */
const leading = /^(?:un)?seal$/;

/** As many buttons as stand side by side without being looked for. */
const mostButtons = 6;
/** Fewer than this are no menu. */
const leastOfMenu = 3;

/** Where an action stands: by itself, or in the menu of those that it belongs to. */
export type OfferPlace =
  | { menu: null; offer: ActionOffer }
  | { menu: OfferGroup; offers: readonly ActionOffer[] };

/**
 * Few actions stand side by side; of many, those that belong together share a menu, which stands where the first of them
 * did; what is looked for in a hurry stands before all. Every offer is in exactly one place, and else keeps its order.
 */
export function offerPlaces(offers: readonly ActionOffer[]): OfferPlace[] {
  const groups = new Map<OfferGroup, ActionOffer[]>();
  if (offers.length > mostButtons) {
    for (const offer of offers) {
      const group = groupOf(offer);
      if (group) groups.set(group, [...(groups.get(group) ?? []), offer]);
    }
  }
  const inOrder = [...offers].sort((one, other) => Number(isLeading(other)) - Number(isLeading(one)));
  return inOrder.flatMap((offer): OfferPlace[] => {
    const group = groupOf(offer);
    const members = group && groups.get(group);
    if (!members || members.length < leastOfMenu) return [{ menu: null, offer }];
    return members[0] === offer ? [{ menu: group, offers: members }] : [];
  });
}

const verbOf = ({ id }: ActionOffer) => id.slice(id.indexOf(".") + 1);
const isLeading = (offer: ActionOffer) => leading.test(verbOf(offer));

function groupOf(offer: ActionOffer): OfferGroup | null {
  const verb = verbOf(offer);
  return groupNames.find((name) => belongs[name].test(verb)) ?? null;
}
