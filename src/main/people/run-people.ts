import type { ApprovalRequest, SignedApproval } from "../../shared/people.ts";
import type { Verdict } from "./approval.ts";
import type { PeopleDesk } from "./people-desk.ts";

/** What runs need of the operators: who somebody is, and whose signature something is. */
export function runPeople(desk: PeopleDesk) {
  return {
    personOf: (name: string) => desk.roster.personOf(name),
    isOperator: (id: string) => desk.roster.find(id) !== null,
    /** Throws what `checkSignature` throws. */
    check(signature: string, requests: readonly ApprovalRequest[], verdict: Verdict): SignedApproval {
      const { request, operator, key, signature: file } = desk.check(signature, requests, verdict);
      const { type, blob, comment, fingerprint } = key;
      const line = `${type} ${blob.toString("base64")} ${comment}`.trim();
      return { request, signature: file, operator: operator.id, key: line, fingerprint };
    },
  };
}
