import type { NewJournalEvent } from "../../../shared/journal.ts";
import type { Plan } from "../../../shared/plan.ts";
import type { PinnedPra } from "../../../shared/pra-terms.ts";
import type { Grant } from "../../../shared/roles.ts";
import * as faults from "./faults.ts";
import { holdsSecret, isDestructive, planHash } from "./pinned-plan.ts";

/** What somebody wants to be run. */
export interface RunRequest {
  plan: Plan;
  reason: string;
  /** What the person typed because of destructive steps: the procedure's identifier. */
  confirmation: string;
  /** The PRA plan that it goes through. */
  pra?: PinnedPra;
}

/**
 * Whether the person has confirmed by typing. Throws OpsError `run.damaged-plan`, `run.secret-in-plan` or
 * `run.not-confirmed` where it is not to be begun.
 */
export function confirmedOf(
  { plan, confirmation }: RunRequest,
  redact: ((words: string) => string) | undefined,
): boolean {
  if (planHash(plan) !== plan.hash) throw faults.damagedPlan();
  if (redact && holdsSecret(plan, redact)) throw faults.secretInPlan();
  const confirmed = confirmation === plan.procedure;
  if (isDestructive(plan) && !confirmed) throw faults.notConfirmed(plan.procedure);
  return confirmed;
}

/** What the first event of the run says of it. */
export function startOf(
  { plan, reason, pra }: RunRequest,
  { rights, ...more }: { time: number; confirmed: boolean; fence: number; rights: Grant[] | undefined },
): NewJournalEvent["data"] {
  return JSON.parse(
    JSON.stringify({ plan, reason, ...(pra && { pra }), ...more, ...(rights && { rights }) }),
  );
}
