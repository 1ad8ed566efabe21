import type { JournalEvent } from "../../../shared/journal.ts";
import { type SignedApproval, signedApprovalSchema } from "../../../shared/people.ts";

/** A signed decision at a gate, as the journal has it. */
export interface JournalledApproval {
  at: number;
  verdict: "approve" | "refuse";
  approval: SignedApproval;
}

/** What a signature for this decision is made for; see main/people. */
export function namespaceOf(verdict: JournalledApproval["verdict"]): string {
  return verdict === "approve" ? "passerelle-approval" : "passerelle-refusal";
}

/** The signed approvals and refusals among the events of a run, oldest first. What cannot be read is left out. */
export function approvalsOf(events: readonly JournalEvent[]): JournalledApproval[] {
  return events.flatMap(({ type, at, data }) => {
    if (type !== "run.gate-approved" && type !== "run.gate-refused") return [];
    const approval = signedApprovalSchema.safeParse(data.approval).data;
    const verdict = type === "run.gate-approved" ? ("approve" as const) : ("refuse" as const);
    return approval === undefined ? [] : [{ at, verdict, approval }];
  });
}
