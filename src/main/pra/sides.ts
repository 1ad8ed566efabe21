import type { PraSide } from "../../shared/pra.ts";
import type { PraPlan } from "../../shared/pra-plan.ts";
import type { Resource } from "../../shared/resource.ts";

type Application = PraPlan["applications"][string];
type Get = (id: string) => Resource | null;

/**
 * Whether a service serves by what its checks read: null where nobody knows, because it was not read lately or is not
 * there. A service that says nothing of answers serves while it is not critical.
 */
export function serves(resource: Resource | null): boolean | null {
  if (resource === null || resource.stale || resource.seenAt === null) return null;
  const answers = resource.facts["web.answers"]?.value;
  if (typeof answers === "boolean") return answers;
  if (resource.health === "unknown") return null;
  return resource.health !== "critical";
}

/** Whether any of the services serves; null where none is known to and one is not known. */
export function anyServes(ids: readonly string[], get: Get): boolean | null {
  const answers = ids.map((id) => serves(get(id)));
  if (answers.includes(true)) return true;
  return answers.length === 0 || answers.includes(null) ? null : false;
}

/** Where one application serves. That both sites do is never taken for good: nobody knows which of them has its users. */
export function sideOfApplication({ serves }: Application, get: Get): PraSide {
  const production = anyServes(serves.production, get);
  const recovery = anyServes(serves.recovery, get);
  if (production && recovery) return "split-brain";
  if (production) return "production";
  if (recovery) return "recovery";
  return production === null || recovery === null ? "unknown" : "none";
}

/** Where production is, by all applications of a plan; one that serves nowhere is told by itself. */
export function sideOfPlan(sides: readonly PraSide[]): PraSide {
  if (sides.includes("split-brain")) return "split-brain";
  const production = sides.includes("production");
  const recovery = sides.includes("recovery");
  if (production && recovery) return "both-in-part";
  if (production) return "production";
  if (recovery) return "recovery";
  return sides.includes("unknown") || sides.length === 0 ? "unknown" : "none";
}
