import {
  type Protection,
  type ProtectionFacet,
  type ProtectionFilter,
  type ProtectionFrame,
  type ProtectionQuery,
  protectionFacets,
  protectionStates,
  type SlotsAnswer,
  type SlotsRequest,
  slotStates,
} from "../../shared/protection.ts";
import { fold } from "../inventory/fold.ts";
import { heatOf, placeOf } from "./calendar-cells.ts";
import type { ProtectionEngine } from "./engine.ts";
import type { Judgement } from "./judge.ts";

type Known = Pick<ProtectionEngine, "all" | "current" | "names" | "policyName">;

/** Slots that are listed of one cell at most. */
const mostSlots = 200;
const collator = new Intl.Collator("en", { numeric: true });

/** The window of the list that a screen looks at, as of now. */
export function protectionFrame(known: Known, query: ProtectionQuery, now: number): ProtectionFrame {
  const { judged, orphans } = known.all();
  const all = [...judged.values()];
  const { matching, facets } = filtered(all, query, known);
  const sorted = matching.toSorted(comparing(query.sort));
  return {
    asOf: now,
    total: all.length,
    matching: matching.length,
    offset: query.offset,
    rows: sorted
      .slice(query.offset, query.offset + query.limit)
      .map(({ protection }) => known.current(protection)),
    numbers: numbersOf(all),
    facets,
    names: namesOf(facets, known),
    heat: heatOf(
      matching.map(({ slots }) => slots),
      now,
      query.zone,
    ),
    orphans,
  };
}

/** What was planned in one hour of one day, the worst first. */
export function slotsIn(known: Known, request: SlotsRequest): SlotsAnswer {
  const { matching } = filtered([...known.all().judged.values()], request, known);
  const found = matching.flatMap(({ protection, slots }) =>
    slots.flatMap(({ at, policy, state, point }) => {
      const place = placeOf(at, request.zone);
      if (place.day !== request.day || place.hour !== request.hour) return [];
      return [
        {
          ...{ resource: protection.id, name: protection.name, policy, at, state },
          policyName: known.policyName(policy) ?? policy,
          restorePoint: point?.id ?? null,
          madeAt: point?.madeAt ?? null,
        },
      ];
    }),
  );
  found.sort(
    (one, other) =>
      slotStates.indexOf(one.state) - slotStates.indexOf(other.state) ||
      collator.compare(one.name, other.name) ||
      one.at - other.at,
  );
  return { total: found.length, slots: found.slice(0, mostSlots) };
}

function numbersOf(all: readonly Judgement[]): ProtectionFrame["numbers"] {
  const numbers = { late: 0, neverRestored: 0, notOffSite: 0 };
  for (const { protection } of all) {
    if (protection.state === "unprotected") continue;
    if (protection.state === "late" || protection.state === "never") numbers.late += 1;
    if (protection.tested === null) numbers.neverRestored += 1;
    if (protection.offSite.state !== "yes") numbers.notOffSite += 1;
  }
  return numbers;
}

/** What the filter lets through, and how many there would be with each value of a facet, the other facets being as they are. */
function filtered(
  all: readonly Judgement[],
  { text, facets: chosen }: ProtectionFilter,
  known: Known,
): { matching: Judgement[]; facets: ProtectionFrame["facets"] } {
  const words = fold(text.trim());
  const wanted = protectionFacets.flatMap((facet) => {
    const values = chosen[facet];
    return values && values.length > 0 ? [{ facet, values: new Set(values) }] : [];
  });
  const counts = new Map<ProtectionFacet, Map<string, number>>();
  for (const facet of protectionFacets) counts.set(facet, new Map());
  const matching: Judgement[] = [];
  for (const each of all) {
    if (words !== "" && !haystack(each.protection, known).includes(words)) continue;
    const missing = wanted.filter(
      ({ facet, values }) => !valuesOf(each.protection, facet).some((value) => values.has(value)),
    );
    if (missing.length === 0) matching.push(each);
    if (missing.length > 1) continue;
    for (const facet of protectionFacets) {
      if (missing.length === 1 && missing[0]?.facet !== facet) continue;
      const of = counts.get(facet);
      for (const value of valuesOf(each.protection, facet)) of?.set(value, (of.get(value) ?? 0) + 1);
    }
  }
  const facets = Object.fromEntries([...counts].map(([facet, of]) => [facet, Object.fromEntries(of)]));
  return { matching, facets };
}

function haystack({ name, id, policies }: Protection, known: Known): string {
  return fold([name, id, ...policies.map((policy) => known.policyName(policy.id) ?? policy.name)].join("\n"));
}

/** Of what nobody backs up, nothing is said about copies and restores. */
function valuesOf(protection: Protection, facet: ProtectionFacet): readonly string[] {
  const { state, tested } = protection;
  const isKnown = state !== "unprotected";
  switch (facet) {
    case "policy":
      return protection.policies.map(({ id }) => id);
    case "offSite":
      return isKnown ? [protection.offSite.state] : [];
    case "kept":
      return isKnown ? [protection.kept.state] : [];
    case "tested":
      return isKnown ? [tested === null ? "never" : tested.good ? "good" : "failed"] : [];
    case "site":
    case "environment":
      return protection[facet] === null ? [] : [protection[facet]];
    default:
      return [protection[facet]];
  }
}

function namesOf(facets: ProtectionFrame["facets"], known: Known): Record<string, string> {
  const names = known.names();
  const policies = Object.keys(facets.policy ?? {}).map((id) => ({ id, name: known.policyName(id) ?? id }));
  const often = new Map<string, number>();
  for (const { name } of policies) often.set(name, (often.get(name) ?? 0) + 1);
  for (const { id, name } of policies) {
    // Several systems may have a policy of one name.
    names[id] = (often.get(name) ?? 0) > 1 ? `${name} (${id.split("/")[0]})` : name;
  }
  return names;
}

function comparing({ by, direction }: ProtectionQuery["sort"]): (one: Judgement, other: Judgement) => number {
  const sign = direction === "ascending" ? 1 : -1;
  return ({ protection: one }, { protection: other }) =>
    sign * (keyOf(one, by) - keyOf(other, by)) ||
    (by === "name" ? sign : 1) * collator.compare(one.name, other.name) ||
    (one.id < other.id ? -1 : 1);
}

/** What a row is sorted by; what is not there counts as worst, and comes first. */
function keyOf(protection: Protection, by: ProtectionQuery["sort"]["by"]): number {
  switch (by) {
    case "state":
      return protectionStates.indexOf(protection.state);
    case "name":
      return 0;
    case "age":
      return protection.lastGood?.at ?? 0;
    case "next":
      return protection.next ?? Number.MAX_SAFE_INTEGER;
    case "tested":
      return protection.tested?.at ?? 0;
    case "offSite":
      return protection.offSite.at ?? 0;
  }
}
