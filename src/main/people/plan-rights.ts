import type { Plan, PlanNode, PlannedAction } from "../../shared/plan.ts";
import type { PlanRights } from "../../shared/procedure-calls.ts";
import type { Resource } from "../../shared/resource.ts";
import { type Grant, isGranted, type Place, type Role, roleOfRisk } from "../../shared/roles.ts";
import type { AnsweredRun } from "../../shared/run.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Caller } from "./caller.ts";
import type { Passes } from "./passes.ts";
import type { PeopleDesk } from "./people-desk.ts";
import type { Rights } from "./rights.ts";
import type { Operator } from "./roster.ts";

export interface RightsParts {
  rights: Rights;
  resource(id: string): Pick<Resource, "site" | "environment"> | null;
}

/**
 * Sees that whoever asks may do all that a plan does, and gives the rights that they have now: the run goes on by them.
 * Undefined where rights are not told by roles. Throws OpsError `people.sign-in-needed` or `people.no-right`.
 */
export function permitPlan(parts: RightsParts, caller: Caller | null, plan: Plan): Grant[] | undefined {
  const { rights } = parts;
  if (!rights.inForce) return undefined;
  rights.demand(caller, "operate", "anywhere");
  for (const { target, risk } of actionsOf(plan)) {
    rights.demand(caller, roleOfRisk[risk], placeOf(parts, target.id));
  }
  const person = caller?.person ?? null;
  return person === null ? [] : [...rights.grantsOf(person)];
}

interface PlanRightsParts extends RightsParts {
  desk: Pick<PeopleDesk, "roster">;
}

/**
 * Who answers for a run and may not do any more what is left of it: they were taken out of the estate, or lost a role. What was
 * begun or resumed under break-glass goes on after its end. Null while they may, and where the run was begun without roles.
 */
export function rightLost(
  parts: PlanRightsParts & { passes: Pick<Passes, "list"> },
  { answers: { by, at }, rights: begunWith, left }: AnsweredRun,
): { who: string; able: string[] } | null {
  const { rights, desk, passes } = parts;
  if (!rights.inForce || begunWith === undefined) return null;
  const person = desk.roster.personOf(by);
  const operator = desk.roster.find(person);
  const needs = needsOf(parts, left);
  if (operator !== null) {
    const taken = passes.list().some((one) => one.operator === person && one.from <= at && at < one.until);
    if (taken || mayAll(rights, person, needs)) return null;
  }
  return { who: operator?.name ?? person, able: ableTo(parts, needs).map(({ name }) => name) };
}

/**
 * What an operator has no right to of what is left of a run that they are to lead, and who has it; null where that is nothing, and
 * where the run was begun without roles.
 */
export function leaderLacks(
  parts: RightsParts,
  operator: string,
  { rights: begunWith, left }: Pick<AnsweredRun, "left" | "rights">,
): LocalText | null {
  const { rights } = parts;
  if (!rights.inForce || begunWith === undefined) return null;
  const leader: Caller = { kind: "person", person: operator, name: operator };
  const needs: Need[] = [{ role: "operate", place: "anywhere" }, ...needsOf(parts, left)];
  const refused = needs.map(({ role, place }) => rights.judge(leader, role, place));
  const missing = refused.filter(({ allowed }) => !allowed).map(({ text: words }) => words);
  if (missing.length === 0) return null;
  const told = missing.slice(0, mostTold);
  return text(told.map(({ en }) => en).join(" "), told.map(({ fr }) => fr).join(" "));
}

/** What whoever asks has no right to in a plan, step by step, and who could start it and approve at its gates. */
export function planRights(parts: PlanRightsParts, caller: Caller | null, plan: Plan): PlanRights | null {
  const { rights } = parts;
  if (!rights.inForce) return null;
  const missing = plan.nodes.flatMap((node) => {
    const refused = needsOf(parts, [node])
      .map(({ role, place }) => rights.judge(caller, role, place))
      .find(({ allowed }) => !allowed);
    return refused ? [{ node: node.id, title: node.title, text: refused.text }] : [];
  });
  const gates = plan.nodes.some(({ kind }) => kind === "gate");
  const named = ({ id, name }: { id: string; name: string }) => ({ id, name });
  return {
    missing,
    starters: startersOf(parts, plan.nodes).map(named),
    approvers: gates ? approversOf(parts, plan.nodes).map(named) : null,
  };
}

/** Those who may approve wherever nodes change anything; where nobody has a role, everybody. */
export function approversOf(parts: PlanRightsParts, nodes: readonly PlanNode[]): Operator[] {
  const { rights, desk } = parts;
  const all = desk.roster.all();
  if (!rights.inForce) return all;
  const places = placesOf(parts, { nodes });
  return all.filter(({ id }) => places.every((place) => isGranted(rights.grantsOf(id), "approve", place)));
}

/** Those who may do all that nodes do; where nobody has a role, everybody. */
export function startersOf(parts: PlanRightsParts, nodes: readonly PlanNode[]): Operator[] {
  return parts.rights.inForce ? ableTo(parts, needsOf(parts, nodes)) : parts.desk.roster.all();
}

/** Missing rights that are told at once: who lacks them all reads no more than that. */
const mostTold = 3;

interface Need {
  role: Role;
  place: Place;
}

/** What nodes need, each once: a plan of thousands of steps needs few rights. */
function needsOf(parts: RightsParts, nodes: readonly PlanNode[]): Need[] {
  const needs = new Map<string, Need>();
  for (const { target, risk } of actionsOf({ nodes })) {
    const need = { role: roleOfRisk[risk], place: placeOf(parts, target.id) };
    needs.set(JSON.stringify(need), need);
  }
  return [...needs.values()];
}

function mayAll(rights: Rights, person: string, needs: readonly Need[]): boolean {
  const grants = rights.grantsOf(person);
  return (
    isGranted(grants, "operate", "anywhere") &&
    needs.every(({ role, place }) => isGranted(grants, role, place))
  );
}

function ableTo({ rights, desk }: PlanRightsParts, needs: readonly Need[]): Operator[] {
  return desk.roster.all().filter(({ id }) => mayAll(rights, id, needs));
}

/** Where a plan changes anything; anywhere where it does not. */
export function placesOf(parts: RightsParts, plan: { nodes: readonly PlanNode[] }): Place[] {
  const places = actionsOf(plan).map(({ target }) => placeOf(parts, target.id));
  return places.length > 0 ? places : ["anywhere"];
}

/** Every action of a plan, and what makes up for one. What a `forEach` finds later is judged when it is reached. */
function actionsOf({ nodes }: { nodes: readonly PlanNode[] }): PlannedAction[] {
  return nodes.flatMap((node) => {
    if (node.kind !== "action") return [];
    return node.compensate?.kind === "action" ? [node.action, node.compensate.action] : [node.action];
  });
}

/** What nobody knows yet is judged when it is known: until then it is wherever somebody has the role. */
function placeOf({ resource }: RightsParts, id: string): Place {
  const found = resource(id);
  return found === null ? "anywhere" : { site: found.site, environment: found.environment };
}
