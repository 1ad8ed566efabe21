import { OpsError } from "../../shared/errors.ts";
import type { Plan, PlanNodeOf } from "../../shared/plan.ts";
import type { PinnedPra } from "../../shared/pra-terms.ts";
import type { Procedure, Procedures } from "../../shared/procedure.ts";
import type {
  DryStep,
  ListedProcedure,
  PlanAnswer,
  ProcedureRequest,
  StartRun,
} from "../../shared/procedure-calls.ts";
import { text } from "../../shared/text.ts";
import { listProcedures } from "./definition/library.ts";
import type { PlanParts } from "./definition/planning/parts.ts";
import { expandForEach, type PlanResult, planning, planProcedure } from "./definition/planning/plan.ts";
import { inSlices } from "./definition/planning/slices.ts";
import { localWords } from "./definition/planning/words.ts";
import { stepsIn } from "./definition/steps-in.ts";
import type { ProcedureEngine } from "./engine/engine.ts";
import * as faults from "./engine/faults.ts";
import type { Expansion } from "./engine/parts.ts";
import { isDestructive } from "./engine/pinned-plan.ts";

export interface ProcedureSources {
  builtIn: Procedures;
  /** The procedures of the estate in force. */
  estate(): Procedures;
  /** Whether any system has an action of this identifier. */
  knows(action: string): boolean;
  known: Omit<PlanParts, "procedures">;
  /** Refuses a plan that cannot be carried out from this workstation; every plan may be when left out. */
  admit?(plan: Plan): void;
}

/** The procedures that can be run, with their plans; the runs themselves are the engine's. */
export class ProcedureService {
  readonly engine: ProcedureEngine;
  readonly #sources: ProcedureSources;

  constructor(engine: ProcedureEngine, sources: ProcedureSources) {
    this.engine = engine;
    this.#sources = sources;
  }

  list(): ListedProcedure[] {
    const { builtIn, estate, knows } = this.#sources;
    const runs = this.engine.runs();
    return listProcedures(builtIn, estate(), knows).map(({ id, origin, procedure, unavailable }) => {
      const last = runs.find((run) => run.procedure === id);
      return {
        id,
        origin,
        title: localWords(procedure.title),
        description: procedure.description === undefined ? null : localWords(procedure.description),
        variables: procedure.variables,
        steps: stepsIn(procedure.steps).length,
        unavailable,
        lastRun: last
          ? { id: last.id, status: last.status, startedAt: last.startedAt, endedAt: last.endedAt }
          : null,
      };
    });
  }

  /** A procedure as it is written; null when there is none. */
  definition(id: string): Procedure | null {
    const all = this.#all();
    return Object.hasOwn(all, id) ? (all[id] ?? null) : null;
  }

  /** What would be done for these values, or what is in the way; by what is known now. */
  plan({ procedure, variables }: ProcedureRequest): PlanAnswer {
    return answerOf(procedure, planProcedure(procedure, variables, this.#known()));
  }

  /** The same with `breathe` in between, which lets others have their turn. Rejects as that does. */
  async planInSlices(
    { procedure, variables }: ProcedureRequest,
    breathe: () => Promise<void>,
  ): Promise<PlanAnswer> {
    return answerOf(procedure, await inSlices(planning(procedure, variables, this.#known()), breathe));
  }

  /** Throws OpsError `procedure.no-plan` where none can be made. */
  async dryRun(
    request: ProcedureRequest,
    signal: AbortSignal,
  ): Promise<{ planHash: string; steps: DryStep[] }> {
    const plan = this.#planned(request);
    this.admit(plan);
    return { planHash: plan.hash, steps: await this.engine.dryRun(plan, signal) };
  }

  /** Throws OpsError `reach.outside` where this workstation is outside of what a plan needs. */
  admit(plan: Plan): void {
    this.#sources.admit?.(plan);
  }

  /** The same for a plan that was made before, by what is known of its targets without having them read first. */
  probe(plan: Plan, signal: AbortSignal): Promise<DryStep[]> {
    return this.engine.probe(plan, signal);
  }

  /**
   * Makes the plan anew, and starts it if it is still the one that was looked at. Throws OpsError
   * `procedure.no-plan`, `run.plan-changed`, or what the engine's `start` throws.
   */
  async start(request: StartRun, pra?: PinnedPra): Promise<string> {
    const plan = this.#planned(request);
    if (plan.hash !== request.planHash) throw faults.planChanged();
    this.admit(plan);
    return this.engine.start({
      plan,
      reason: request.reason,
      confirmation: request.confirmation,
      ...(pra && { pra }),
    });
  }

  #planned(request: ProcedureRequest): Plan {
    const { plan, problems } = this.plan(request);
    const [first] = problems;
    if (plan !== null) return plan;
    throw new OpsError({
      code: "procedure.no-plan",
      system: "procedures",
      message: first?.message ?? text("No plan can be made.", "Aucun plan ne peut être établi."),
      hint: first?.hint ?? text("Check the values.", "Vérifiez les valeurs."),
    });
  }

  #known(): PlanParts {
    return { ...this.#sources.known, procedures: this.#all() };
  }

  #all(): Procedures {
    return { ...this.#sources.builtIn, ...this.#sources.estate() };
  }
}

function answerOf(procedure: string, result: PlanResult): PlanAnswer {
  if (!result.ok) return { plan: null, problems: [...result.problems], typeToConfirm: null };
  const typeToConfirm = isDestructive(result.plan) ? procedure : null;
  return { plan: result.plan, problems: [], typeToConfirm };
}

/** What a `forEach` over a query holds now. Throws OpsError `procedure.no-plan` when its steps cannot be planned. */
export function expansionOf(
  plan: Plan,
  node: PlanNodeOf<"forEach">,
  known: Omit<PlanParts, "procedures">,
): Expansion {
  const result = expandForEach(plan, node, known);
  if (result.ok) return result;
  const [first] = result.problems;
  throw new OpsError({
    code: "procedure.no-plan",
    system: "procedures",
    message: first?.message ?? text("The step cannot be unfolded.", "L'étape ne peut pas être déployée."),
    hint:
      first?.hint ??
      text("Make a new plan and run that.", "Établissez un nouveau plan et exécutez celui-ci."),
  });
}
