import { handOverNamespace } from "../../shared/hand-over.ts";
import type { ApprovalRequest, SignedApproval } from "../../shared/people.ts";
import type { Plan } from "../../shared/plan.ts";
import type { AnsweredRun } from "../../shared/run.ts";
import { checkSigned, type OwnSignature, type Verdict } from "./approval.ts";
import type { Caller } from "./caller.ts";
import type { Passes } from "./passes.ts";
import type { PeopleDesk } from "./people-desk.ts";
import { leaderLacks, placesOf, type RightsParts } from "./plan-rights.ts";

/** What runs need of the operators: who somebody is, whose signature something is, and who may approve. */
export function runPeople(desk: PeopleDesk, parts?: RightsParts & { passes: Passes }) {
  return {
    personOf: (name: string) => desk.roster.personOf(name),
    isOperator: (id: string) => desk.roster.find(id) !== null,
    /** Whether an operator has the role to approve wherever a plan changes anything. */
    mayApprove(person: string, plan: Plan): boolean {
      if (!parts?.rights.inForce) return true;
      const asker: Caller = { kind: "person", person, name: person };
      return placesOf(parts, plan).every((place) => parts.rights.judge(asker, "approve", place).allowed);
    },
    /** What an operator lacks to lead what is left of a run; null where they may. */
    lacks: (operator: string, run: Pick<AnsweredRun, "left" | "rights">) =>
      parts === undefined ? null : leaderLacks(parts, operator, run),
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
