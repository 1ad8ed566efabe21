import { isDeepStrictEqual } from "node:util";
import type { PlanNode } from "../../../shared/plan.ts";
import type { PraPrepared, ReadinessCheck } from "../../../shared/pra.ts";
import type { PraPlan } from "../../../shared/pra-plan.ts";
import { type PraDirection, type PraMode, praDirections } from "../../../shared/pra-plan.ts";
import { type LocalText, sameText, text } from "../../../shared/text.ts";
import type { PraParts } from "../parts.ts";
import { praVariables } from "../variables.ts";
import { type Context, checkOf, type Way } from "./context.ts";

const judgedModes = ["planned", "disaster"] as const satisfies readonly PraMode[];
type JudgedMode = (typeof judgedModes)[number];

/**
 * Makes the plans of both directions by what is known now; `next` is the direction that could be begun. Others get their turn
 * between two of them.
 */
export async function waysOf(
  { procedures }: Pick<PraParts, "procedures">,
  plan: PraPlan,
  next: PraDirection,
  breathe: () => Promise<void>,
): Promise<Way[]> {
  const ways: Way[] = [];
  for (const direction of praDirections) {
    const { procedure } = plan.directions[direction];
    const definition = procedures.definition(procedure);
    const prepared: PraPrepared[] = [];
    for (const mode of judgedModes) {
      const variables = praVariables(plan, definition, direction, mode);
      // Where the procedure has no variable for the mode, both are the same plan.
      const same = prepared.find((one) => isDeepStrictEqual(one.variables, variables));
      const request = { procedure, variables };
      prepared.push(same ?? { ...(await procedures.planInSlices(request, breathe)), ...request });
      await breathe();
    }
    const nodes = new Map<string, PlanNode>();
    for (const { plan: made } of prepared)
      for (const node of made?.nodes ?? []) if (!nodes.has(node.id)) nodes.set(node.id, node);
    const back = direction === "return";
    ways.push({
      direction,
      from: back ? plan.recovery : plan.production,
      to: back ? plan.production : plan.recovery,
      prepared,
      nodes: [...nodes.values()],
      next: direction === next,
    });
  }
  return ways;
}

/** Whether a plan can be made of each direction; one that can only be made in one mode warns of the other. */
export function planChecks({ ways, plan, findings, now }: Context): void {
  for (const { direction, prepared, nodes } of ways) {
    const problems = prepared.map((one) => one.problems.at(0));
    const problem = problems.find((one) => one !== undefined);
    const none = problems.every((one) => one !== undefined);
    const failing = judgedModes.find((_mode, index) => problems[index] !== undefined);
    findings.add(
      checkOf({
        id: `plan/${direction}`,
        kind: "plan",
        direction,
        state: none ? "blocked" : problem ? "warning" : "ready",
        node: problem?.at.kind === "step" ? problem.at.id : null,
        title:
          direction === "bascule"
            ? text("Plan of the bascule", "Plan de la bascule")
            : text("Plan of the return", "Plan du retour"),
        text: problem
          ? none || failing === undefined
            ? problem.message
            : onlyOther[failing](problem.message)
          : text(`It can be made: ${nodes.length} steps.`, `Il peut être établi : ${nodes.length} étapes.`),
        provenAt: none ? null : now,
        mend: problem ? { text: problem.hint, resource: null, action: null } : null,
      }),
    );
    if (!none) for (const id of withoutSteps(plan, nodes)) findings.add(leftBehind(id, direction));
  }
}

/** A source that is gone cannot be stopped first: what is left is the plan of the worst day. */
const onlyOther: Record<JudgedMode, (why: LocalText) => LocalText> = {
  planned: ({ en, fr }) =>
    text(
      `It can be made for a disaster, but not as planned: ${en}`,
      `Il peut être établi pour un sinistre, mais pas en mode planifié : ${fr}`,
    ),
  disaster: ({ en, fr }) =>
    text(
      `It can be made as planned, but not for a disaster: ${en}`,
      `Il peut être établi en mode planifié, mais pas pour un sinistre : ${fr}`,
    ),
};

/** The applications that no step of a direction is for. */
function withoutSteps(plan: PraPlan, nodes: readonly PlanNode[]): string[] {
  const carried = new Set(nodes.flatMap(({ application }) => application ?? []));
  return Object.keys(plan.applications).filter((id) => !carried.has(id));
}

function leftBehind(id: string, direction: PraDirection): ReadinessCheck {
  return checkOf({
    id: `plan/${direction}/${id}`,
    kind: "plan",
    direction,
    state: "warning",
    title: sameText(id),
    text: text(
      "No step of the procedure is for this application: nobody sees when it serves.",
      "Aucune étape de la procédure ne concerne cette application : on ne voit pas quand elle sert.",
    ),
    mend: {
      text: text(
        'Name it under "application" of the steps that carry it.',
        "Nommez-la sous « application » des étapes qui la portent.",
      ),
      resource: null,
      action: null,
    },
  });
}
