import type { ApprovalRequest, SignedApproval } from "../../../shared/people.ts";
import { canonicalHash } from "../../journal/chain.ts";
import type { FoldedNode, FoldedRun } from "./folded-run.ts";

/**
 * Who counts as the first person of a gate and may not be the second: whoever leads the run, and whoever asked. Whoever
 * started it may only where they have handed it over and the new leader asks themself: else somebody could hand a run to
 * a name and approve what they ask for in it.
 */
export function firstPersons(
  run: Pick<FoldedRun, "actor" | "leader">,
  request: Pick<ApprovalRequest, "requestedBy">,
  personOf: (name: string) => string = (name) => name,
): Set<string> {
  const leader = personOf(run.leader);
  const asker = personOf(request.requestedBy);
  return new Set(asker === leader ? [leader] : [leader, asker, personOf(run.actor)]);
}

/**
 * Whether a signed approval in the journal is by a second person and for what was asked at this gate. The signature
 * itself was checked before it was written, against the keys of that time.
 */
export function isSecondPerson(
  run: FoldedRun,
  { node, requests }: FoldedNode,
  approval: SignedApproval | undefined,
): boolean {
  if (approval === undefined) return false;
  const { request, operator } = approval;
  const fits = request.run === run.id && request.node === node.id && request.planHash === run.plan.hash;
  if (!fits || firstPersons(run, request).has(operator)) return false;
  const hash = canonicalHash(request);
  return requests.some((asked) => canonicalHash(asked.request) === hash);
}
