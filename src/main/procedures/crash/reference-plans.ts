import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Estate } from "../../../shared/estate.ts";
import type { Plan, PlanNode, PlannedAction } from "../../../shared/plan.ts";
import type { VariableValues } from "../../../shared/procedure.ts";
import type { Resource, ResourceKind } from "../../../shared/resource.ts";
import type { Action } from "../../actions/action.ts";
import { checkSources } from "../../estate/load.ts";
import { actionsOf } from "../../procedures-check.ts";
import { systemConfigs } from "../../system-definitions.ts";
import { planProcedure } from "../definition/planning/plan.ts";
import { planHash } from "../engine/pinned-plan.ts";
import { farHost } from "./far-actions.ts";

/** One way through the reference plan, and what becomes of it. */
export interface Way {
  name: string;
  plan: Plan;
  /** The gate at which the person has everything taken back, for a way that is not gone to its end. */
  refusedAt: string | null;
}

const folder = fileURLToPath(new URL("../../../../resources/lab/", import.meta.url));
const files = ["atelier.yaml", "vsphere.yaml", "regions.yaml", "people.yaml", "pra.yaml"];
/** Milliseconds that a wait of the plan takes here. */
const shortWait = 5;

/**
 * Both directions of the lab's reference plan, planned and after a disaster, and one that is rolled back at the last gate
 * before its point of no return. They are made by the planner of the console of the actions of the real systems; then the
 * far side is put in the place of each, by its effect class.
 */
export function referenceWays(): Way[] {
  const estate = referenceEstate();
  const actions = actionsOf(estate);
  const way = (procedure: string, mode: string, refusedAt: string | null = null): Way => ({
    name: `${procedure} ${mode}${refusedAt === null ? "" : `, taken back at ${refusedAt}`}`,
    plan: playedByFarSide(planned(estate, actions, procedure, { mode })),
    refusedAt,
  });
  return [
    way("bascule-to-north", "planned"),
    way("bascule-to-north", "disaster"),
    way("return-to-east", "planned"),
    way("return-to-east", "disaster"),
    way("bascule-to-north", "planned", "go"),
  ];
}

function referenceEstate(): Estate {
  const sources = files.map((file) => ({ file, source: readFileSync(join(folder, file), "utf8") }));
  const checked = checkSources({ path: folder, folder, files: sources, digest: "" }, systemConfigs);
  if (!checked.ok) throw new Error(checked.faults.map(({ message }) => message.en).join("\n"));
  return checked.estate;
}

function planned(
  { procedures }: Estate,
  actions: readonly Action[],
  procedure: string,
  variables: VariableValues,
): Plan {
  // Whatever steps name is there, of a kind that all their actions are for.
  const kinds = new Map<string, ResourceKind[]>();
  for (const { action, on } of Object.values(procedures).flatMap(({ steps }) => steps)) {
    if (on === undefined || action === undefined) continue;
    const offered = actions.filter(({ id }) => id === action).flatMap((each) => [...each.kinds]);
    kinds.set(on, kinds.get(on)?.filter((kind) => offered.includes(kind)) ?? offered);
  }
  const resource = (id: string): Resource => ({ ...farHost(id), kind: kinds.get(id)?.[0] ?? "service" });
  const result = planProcedure(procedure, variables, {
    procedures,
    action: (id, { kind }) => actions.find((each) => each.id === id && each.kinds.includes(kind)) ?? null,
    resource,
    resources: () => [],
    secondPerson: true,
  });
  if (result.ok) return result.plan;
  throw new Error(result.problems.map(({ at, message }) => `${JSON.stringify(at)} ${message.en}`).join("\n"));
}

function playedByFarSide(plan: Plan): Plan {
  const nodes = plan.nodes.map((node) => played(node));
  const whole = { ...plan, nodes, hash: "" };
  return { ...whole, hash: planHash(whole) };
}

function played(node: PlanNode): PlanNode {
  if (node.kind === "wait" && node.wait.kind === "for")
    return { ...node, wait: { kind: "for", milliseconds: shortWait } };
  if (node.kind !== "action") return node;
  const { compensate } = node;
  const back =
    compensate?.kind === "action"
      ? { ...compensate, action: playedAction(compensate.action, `${node.id}:back`) }
      : compensate;
  return { ...node, action: playedAction(node.action, node.id), compensate: back };
}

function playedAction(action: PlannedAction, mark: string): PlannedAction {
  const id = action.effect === "once" ? "far.once" : "far.again";
  return { ...action, id, input: { mark, fate: "plain" }, risk: "disruptive", late: false };
}
