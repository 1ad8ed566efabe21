import { handOverNamespace } from "../../shared/hand-over.ts";
import type { ApprovalRequest, SignedApproval } from "../../shared/people.ts";
import type { Plan, PlannedAction } from "../../shared/plan.ts";
import type { Resource } from "../../shared/resource.ts";
import { type Grant, type Place, roleOfRisk } from "../../shared/roles.ts";
import { checkSigned, type OwnSignature, type Verdict } from "./approval.ts";
import type { Caller } from "./caller.ts";
import type { Passes } from "./passes.ts";
import type { PeopleDesk } from "./people-desk.ts";
import type { Rights } from "./rights.ts";

interface RightsParts {
  rights: Rights;
  resource(id: string): Pick<Resource, "site" | "environment"> | null;
}

/** What runs need of the operators: who somebody is, whose signature something is, and who may approve. */
export function runPeople(desk: PeopleDesk, parts?: RightsParts & { passes: Passes }) {
  return {
    personOf: (name: string) => desk.roster.personOf(name),
    isOperator: (id: string) => desk.roster.find(id) !== null,
    /** Whether an operator has the role to approve wherever a plan changes anything. */
    mayApprove(person: string, plan: Plan): boolean {
      if (!parts?.rights.inForce) return true;
      const asker: Caller = { kind: "person", person, name: person };
      const places = actionsOf(plan).map(({ target }) => placeOf(parts, target.id));
      const all: Place[] = places.length > 0 ? places : ["anywhere"];
      return all.every((place) => parts.rights.judge(asker, "approve", place).allowed);
    },
    /** The rights that a person has taken for a while, by their name; null without. */
    passOf: (person: string) => parts?.passes.of(person)?.id ?? null,
    /** Throws what `checkSignature` throws. */
    check(signature: string, requests: readonly ApprovalRequest[], verdict: Verdict): SignedApproval {
      const { request, ...own } = desk.check(signature, requests, verdict);
      return { request, ...keptOf(own) };
    },
    /** Throws what `checkSigned` throws. */
    checkHandOver: (signature: string, text: string) =>
      keptOf(checkSigned(signature, [text], handOverNamespace, desk.roster)),
  };
}

/** A signature as the journal keeps it. */
function keptOf({ operator, key, signature }: OwnSignature) {
  const { type, blob, comment, fingerprint } = key;
  const line = `${type} ${blob.toString("base64")} ${comment}`.trim();
  return { signature, operator: operator.id, key: line, fingerprint };
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

/** Every action of a plan, and what makes up for one. What a `forEach` finds later is judged when it is reached. */
function actionsOf({ nodes }: Plan): PlannedAction[] {
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
