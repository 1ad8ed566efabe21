import type { Estate } from "../../shared/estate.ts";
import type { Overview } from "../../shared/overview.ts";
import { type Health, healthOrder } from "../../shared/resource.ts";
import { supportState } from "./support-window.ts";
import type { Group } from "./tallies.ts";

type Card = Overview["cards"][number];

/** What a card is made of besides the estate: the resources, counted per site and environment. */
export interface CardFigures {
  groups: readonly Group[];
  /** Tasks under way by site. */
  runningTasks: ReadonlyMap<string, number>;
  now: number;
}

/** One card per site and environment, the worst first. Sites that hold nothing have one too: nothing is known there. */
export function overviewCards(estate: Estate, { groups, runningTasks, now }: CardFigures): Card[] {
  const cards = new Map<string, Card>();
  const card = (site: string | null, environment: string | null): Card => {
    const key = JSON.stringify([site, environment]);
    const known = cards.get(key);
    if (known) return known;
    const fresh = emptyCard(estate, site, environment, now);
    fresh.runningTasks = site === null ? 0 : (runningTasks.get(site) ?? 0);
    cards.set(key, fresh);
    return fresh;
  };
  for (const group of groups) {
    const own = group.site === null ? undefined : estate.sites[group.site]?.environment;
    const sum = card(group.site, group.environment ?? own ?? null);
    for (const health of healthOrder) sum.counts[health] += group.counts[health];
    sum.maintenance += group.maintenance;
    sum.stale += group.stale;
  }
  for (const [id, site] of Object.entries(estate.sites)) {
    const hasOne = [...cards.values()].some((each) => each.site === id);
    if (!hasOne) card(id, site.environment ?? null);
  }
  for (const each of cards.values()) each.health = worstOf(each);
  return [...cards.values()].sort(
    (one, other) =>
      healthOrder.indexOf(one.health) - healthOrder.indexOf(other.health) ||
      one.name.localeCompare(other.name, "en") ||
      (one.environmentName ?? "").localeCompare(other.environmentName ?? "", "en"),
  );
}

function emptyCard(estate: Estate, site: string | null, environment: string | null, now: number): Card {
  const declared = environment === null ? undefined : estate.environments[environment];
  const window = declared?.supportWindow;
  return {
    site: site ?? "",
    name: site === null ? "—" : (estate.sites[site]?.name ?? site),
    environment,
    environmentName: environment === null ? null : (declared?.name ?? environment),
    health: "unknown",
    counts: { critical: 0, unknown: 0, warning: 0, ok: 0 },
    maintenance: 0,
    stale: 0,
    support: window ? { window, ...supportState(window, now, declared?.timeZone) } : null,
    rpo: declared?.rpo ?? null,
    rto: declared?.rto ?? null,
    runningTasks: 0,
  };
}

/** What is all in maintenance is not fine, nor is it unknown. */
function worstOf({ counts, maintenance }: Card): Health {
  return healthOrder.find((health) => counts[health] > 0) ?? (maintenance > 0 ? "warning" : "unknown");
}
