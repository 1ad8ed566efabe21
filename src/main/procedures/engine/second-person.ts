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

/**
 * The gate for two people that still keeps a step back, or is inside it: nobody alone may skip such a step or say that it
 * is done, for that would go past the gate. Null where there is none.
 */
export function closedGate(run: FoldedRun, found: FoldedNode): FoldedNode | null {
  const seen = new Set<FoldedNode>();
  const left: FoldedNode[] = [found, ...inside(run, found)];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const { node, state } = one;
    // Whatever is through has its gates behind it.
    if (state === "verified" || state === "skipped") continue;
    if (node.kind === "gate" && node.gate.approvers === 2) return one;
    for (const id of [...node.needs, ...node.after]) {
      const before = run.nodes.get(id);
      if (before !== undefined) left.push(before, ...inside(run, before));
    }
    const around = node.parent === null ? undefined : run.nodes.get(node.parent);
    if (around !== undefined) left.push(around);
  }
  return null;
}

function inside(run: FoldedRun, { node }: FoldedNode): FoldedNode[] {
  return (run.children.get(node.id) ?? []).flatMap((child) => [child, ...inside(run, child)]);
}
