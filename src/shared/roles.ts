import { z } from "zod";
import type { Risk } from "./action.ts";
import { identifierSchema } from "./estate-words.ts";

/**
 * What an operator may do, each of the first four including those before it. `approve` stands apart: who approves need
 * not be able to do what is approved, and who does it is not thereby its approver.
 */
export const levels = ["look", "operate", "disrupt", "destroy"] as const;
export const roleNames = [...levels, "approve"] as const;
export type Role = (typeof roleNames)[number];

/** A role, at these sites and in these environments alone where they are named. */
export const grantSchema = z.strictObject({
  role: z.enum(roleNames),
  sites: z.array(identifierSchema).min(1).max(500).optional(),
  environments: z.array(identifierSchema).min(1).max(500).optional(),
});
export type Grant = z.infer<typeof grantSchema>;

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
