import type { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionContext, Settlement } from "../../../actions/action.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { hadTimeToArrive } from "./arrival.ts";

/** Milliseconds between two looks, and how long an order is followed at the most. */
const look = 3000;
const longest = 6 * 3_600_000;
/** How many looks in a row may fail before it is said. */
const mostFailures = 20;

/** An order that an operator in the cluster carries out, as an object of the API that the console has made. */
export interface Followed<Look> {
  /** How it stands; null when it is not there. */
  look(): Promise<Look | null>;
  isOver(look: Look): boolean;
  /** Says how far it is, after each look at which it was not over. */
  tell(look: Look): void;
  tooLong(): OpsError;
}

/**
 * Follows an order until it is over; the API server may be away in between. Null when it is gone. Throws what KubernetesApi
 * throws when it refuses or cannot be reached for long, and `tooLong` after six hours.
 */
export async function followOrder<Look>(
  access: ClusterAccess,
  { look: lookAt, isOver, tell, tooLong }: Followed<Look>,
  { signal }: Pick<ActionContext, "signal">,
): Promise<Look | null> {
  const until = access.now() + longest;
  for (let failures = 0; ; ) {
    try {
      const now = await lookAt();
      failures = 0;
      if (now === null || isOver(now)) return now;
      tell(now);
    } catch (error) {
      failures += 1;
      const isRefused = error instanceof Refusal && error.status < 500;
      if (signal.aborted || failures >= mostFailures || isRefused) throw error;
    }
    if (access.now() >= until) throw tooLong();
    await access.wait(look * (1 + 0.5 * access.random()), signal);
  }
}

/** An order whose answer was lost: who was to carry it out, and when the probe chose its name (epoch milliseconds). */
export interface LostOrder {
  product: string;
  name: string;
  sentAt: number;
  data: Settlement["data"];
}

/** What became of such an order while nothing can be found out of its end: it never arrived, may still do, or goes on. */
export function settleUnended(
  access: Pick<ClusterAccess, "now">,
  { product, name, sentAt, data }: LostOrder,
  isThere: boolean,
): Settlement {
  if (isThere) {
    const words = text(`${product} is still at ${name}.`, `${product} exécute encore ${name}.`);
    return { effect: "unknown", text: words, data };
  }
  if (hadTimeToArrive(access, name, sentAt)) {
    const words = text(
      `${product} was never asked for ${name}.`,
      `${product} n'a jamais reçu la demande ${name}.`,
    );
    return { effect: "did-not-happen", text: words, data };
  }
  const words = text(
    `${product} has no ${name} yet; it may still arrive.`,
    `${product} n'a pas encore ${name} ; la demande peut encore arriver.`,
  );
  return { effect: "unknown", text: words, data };
}
