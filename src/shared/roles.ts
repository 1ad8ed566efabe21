import { z } from "zod";
import type { Risk } from "./action.ts";
import { expectations, identifierSchema } from "./estate-words.ts";

/**
 * What an operator may do, each of the first four including those before it. `approve` stands apart: who approves need
 * not be able to do what is approved, and who does it is not thereby its approver.
 */
export const levels = ["look", "operate", "disrupt", "destroy"] as const;
export const roleNames = [...levels, "approve"] as const;
export type Role = (typeof roleNames)[number];

/** A day, or an instant with its offset from UTC. A day is one of UTC, so that every console ends a role at one moment. */
const momentSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: expectations.moment.en,
});

/** A role, at these sites, in these environments and for this time alone where they are named. */
export const grantSchema = z.strictObject({
  role: z.enum(roleNames),
  sites: z.array(identifierSchema).min(1).max(500).optional(),
  environments: z.array(identifierSchema).min(1).max(500).optional(),
  /** From this moment on, or from the beginning of this day. */
  from: momentSchema.optional(),
  /** Until this moment, or until the end of this day. */
  until: momentSchema.optional(),
});
export type Grant = z.infer<typeof grantSchema>;

const day = 86_400_000;
/** Milliseconds before its end from which on a role is told as one that ends. */
const endingWithin = 7 * day;

/** From when until when a role is in force, epoch milliseconds: `from` is the first of them, `until` is past the last. */
export function spanOf({ from, until }: Grant): { from: number; until: number } {
  return {
    from: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
    until: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until) + (isDay(until) ? day : 0),
  };
}

/** Words without a time of day are read as midnight of UTC (ECMA-262, Date.parse). */
function isDay(words: string): boolean {
  return !words.includes("T");
}

export const grantStandings = ["in-force", "ending", "to-come", "ended"] as const;
export type GrantStanding = (typeof grantStandings)[number];

/** How a role stands at a moment, epoch milliseconds; `ending`: it is in force, for seven days or less. */
export function standingOf(grant: Grant, at: number): GrantStanding {
  const { from, until } = spanOf(grant);
  if (at >= until) return "ended";
  if (at < from) return "to-come";
  return at >= startsEnding(grant) ? "ending" : "in-force";
}

/** When a role begins to be told as one that ends, epoch milliseconds; infinity where it has no end. */
export function startsEnding(grant: Grant): number {
  return spanOf(grant).until - endingWithin;
}

/** Those of the roles that are in force at a moment, epoch milliseconds. */
export function grantsAt(grants: readonly Grant[], at: number): readonly Grant[] {
  return grants.filter((grant) => {
    const { from, until } = spanOf(grant);
    return from <= at && at < until;
  });
}

/** Where something is: `anywhere` is there for whoever has the role at some place, `everywhere` for who has it at all. */
export type Place = { site: string | null; environment: string | null } | "anywhere" | "everywhere";

/** Whether a role includes another. */
export function includes(held: Role, wanted: Role): boolean {
  if (held === "approve" || wanted === "approve") return held === wanted;
  return levels.indexOf(held) >= levels.indexOf(wanted);
}

/** Whether one of the grants gives a role at a place. What has no site is at none of those that a grant names. */
export function isGranted(grants: readonly Grant[], wanted: Role, place: Place): boolean {
  return grants.some(({ role, sites, environments }) => {
    if (!includes(role, wanted)) return false;
    if (place === "anywhere") return true;
    if (place === "everywhere") return sites === undefined && environments === undefined;
    const { site, environment } = place;
    return (
      (sites === undefined || (site !== null && sites.includes(site))) &&
      (environments === undefined || (environment !== null && environments.includes(environment)))
    );
  });
}

/** The highest of the levels that the grants give at a place, and whether to approve is among what they give there. */
export function rightsAt(
  grants: readonly Grant[],
  place: Place,
): { level: (typeof levels)[number] | null; approve: boolean } {
  const level = levels.findLast((one) => isGranted(grants, one, place)) ?? null;
  return { level, approve: isGranted(grants, "approve", place) };
}

/** The role that an action of such a risk needs. */
export const roleOfRisk: Record<Risk, Role> = {
  safe: "operate",
  disruptive: "disrupt",
  destructive: "destroy",
};
