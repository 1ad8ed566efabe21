import type { PraRunView } from "../../../shared/pra.ts";
import type { PraDirection, PraPlan } from "../../../shared/pra-plan.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { RunState } from "../../../shared/run.ts";
import { anyServes, serves } from "../sides.ts";
import { servedSince, stepsOf } from "./serving.ts";
import type { ViewedStep } from "./steps.ts";

type Application = PraPlan["applications"][string];
type Get = (id: string) => Resource | null;

/** When an application was seen to serve at the other side after its steps; null: the run ended without that. */
export type SeenServing = ReadonlyMap<string, number | null>;

/** The services by which an application is seen to serve where a direction leads. */
function servicesOf({ serves: by }: Application, direction: PraDirection): readonly string[] {
  return direction === "return" ? by.production : by.recovery;
}

/** Whether an application is seen to answer where a direction leads; null where nobody knows. */
export function answersThere(application: Application, direction: PraDirection, get: Get): boolean | null {
  return anyServes(servicesOf(application, direction), get);
}

/**
 * When an application served at the other side. That is when its service was first seen to answer there after its steps had
 * ended; where nobody can see that, and for a run that ended before anybody looked, when the last of its steps had ended
 * well. Null while one has not, while its service does not answer, and of a run that is rolled back.
 */
export function servedOf(
  run: Pick<RunState, "rollingBack" | "status" | "endedAt">,
  steps: readonly ViewedStep[],
  seen: number | null | undefined,
  answers: boolean | null,
): Pick<PraRunView["applications"][number], "servedAt" | "servedBy"> {
  const not = { servedAt: null, servedBy: null };
  const through = servedSince(steps);
  if (through === null || run.rollingBack || run.status === "rolled-back" || seen === null) return not;
  if (seen !== undefined) return { servedAt: Math.max(seen, through), servedBy: "service" };
  // It is seen soon, by a reading that is later than its steps.
  if (run.endedAt === null && answers !== null) return not;
  return { servedAt: through, servedBy: "steps" };
}

/** What is seen of applications whose steps have ended, and was not seen before; null of those that a run ended without. */
export function newlySeen(
  run: RunState & { pra: { direction: PraDirection } },
  steps: readonly ViewedStep[],
  { applications }: Pick<PraPlan, "applications">,
  seen: SeenServing,
  get: Get,
): { application: string; servedAt: number | null }[] {
  if (run.rollingBack || run.status === "rolled-back") return [];
  return Object.entries(applications).flatMap(
    ([id, application]): { application: string; servedAt: number | null }[] => {
      const through = servedSince(stepsOf(steps, id));
      if (through === null || seen.has(id)) return [];
      const { direction } = run.pra;
      const readings = servicesOf(application, direction).flatMap((service) => {
        const found = get(service);
        const at = found?.facts["web.answers"]?.at ?? found?.seenAt ?? null;
        return serves(found) && at !== null && at >= through ? [at] : [];
      });
      if (readings.length > 0) return [{ application: id, servedAt: Math.min(...readings) }];
      const failed = run.endedAt !== null && answersThere(application, direction, get) === false;
      return failed ? [{ application: id, servedAt: null }] : [];
    },
  );
}
