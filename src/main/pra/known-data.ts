import type { PraSide } from "../../shared/pra.ts";
import type { PraPlan } from "../../shared/pra-plan.ts";
import type { RunSummary } from "../../shared/procedure-calls.ts";
import type { ProtectionSource } from "../../shared/protection.ts";
import type { Resource } from "../../shared/resource.ts";
import type { Counterparts } from "./counterparts.ts";
import type { PraParts } from "./parts.ts";

/** What the state of a plan is worked out of. */
export interface KnownData {
  get(id: string): Resource | null;
  protection: Pick<ProtectionSource, "protectionOf">;
  /** Whether production is at the recovery site, of an application that serves at `side`. */
  isCarried(side: PraSide): boolean;
  /** What stands at the recovery site for something of production; null where nothing (or more than one thing) does. */
  counterpart(id: string): string | null;
}

/** What is known for one plan. */
export function knownData(
  { inventory, protection }: Pick<PraParts, "inventory" | "protection">,
  counterparts: Counterparts,
  plan: Pick<PraPlan, "recovery">,
  lastCarried: boolean,
): KnownData {
  return {
    get: (id) => inventory.get(id),
    protection,
    isCarried: (side) => side === "recovery" || ((side === "none" || side === "unknown") && lastCarried),
    counterpart: (id) => counterparts.of(id, plan.recovery),
  };
}

/** Whether the last of a plan's runs that was carried through, newest first, had brought production to the recovery site. */
export function wasCarried(runs: readonly RunSummary[]): boolean {
  const last = runs.find(({ pra, status }) => pra?.mode !== "drill" && carriedThrough.has(status));
  return last?.pra?.direction === "bascule";
}

export const carriedThrough: ReadonlySet<string> = new Set(["completed", "completed-with-skips"]);
