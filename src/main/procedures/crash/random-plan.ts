import type { Plan, PlanNode, PlanNodeOf, PlannedAction } from "../../../shared/plan.ts";
import { sameText } from "../../../shared/text.ts";
import { planHash } from "../engine/pinned-plan.ts";
import { Dice } from "./dice.ts";

/**
 * A procedure made up by a seed: actions that may be sent once and such that may be sent again, waits, gates, a
 * `forEach` and compensations, behind one another as it comes. Each action carries a mark that is its own.
 */
export function randomPlan(seed: number): Plan {
  const dice = new Dice(seed);
  const nodes: PlanNode[] = [];
  const steps = 3 + dice.below(6);
  for (let index = 0; index < steps; index += 1) {
    const id = `s${index}`;
    const earlier = nodes.filter(({ parent }) => parent === null).map((node) => node.id);
    const common = { ...bare(id), needs: earlier.filter(() => dice.chance(0.4)) };
    const kind = dice.below(10);
    if (kind === 0)
      nodes.push({ ...common, kind: "wait", wait: { kind: "for", milliseconds: dice.below(20) } });
    else if (kind === 1) {
      nodes.push({
        ...common,
        kind: "gate",
        gate: { text: sameText("go?"), late: false, approvers: 1, expires: 3_600_000 },
      });
    } else if (kind === 2) {
      const items = ["x", "y", "z"].map((name) => ({ id: `${seed}-${id}-${name}`, name }));
      const parallel = 1 + dice.below(2);
      nodes.push({ ...common, kind: "forEach", forEach: { items, parallel, dynamic: null } });
      for (const item of items) nodes.push(actionNode(`${id}[${item.name}]/poke`, seed, dice, id, item.id));
    } else nodes.push({ ...actionNode(id, seed, dice, null, `${seed}-${id}`), needs: common.needs });
  }
  const plan: Plan = {
    procedure: "random",
    title: sameText(`Random ${seed}`),
    variables: { seed },
    parallel: 1 + dice.below(4),
    nodes,
    leftOut: [],
    definitions: {},
    hash: "",
  };
  return { ...plan, hash: planHash(plan) };
}

function actionNode(id: string, seed: number, dice: Dice, parent: string | null, target: string): PlanNode {
  const once = dice.chance(0.6);
  const action: PlannedAction = {
    id: once ? "far.once" : "far.again",
    title: sameText("Do"),
    target: { id: target, name: target },
    input: { mark: `${seed}:${id}`, fate: fateOf(dice) },
    late: false,
    risk: "disruptive",
    effect: once ? "once" : "convergent",
    steps: [],
    proof: sameText("it is in the log"),
  };
  return {
    ...bare(id),
    step: id.replace(/\[.*\]/, ""),
    parent,
    item: parent === null ? null : target,
    kind: "action",
    action,
    retry: once ? null : { times: 2, delay: 5 },
    compensate: compensationOf(dice, action),
  };
}

/** Its own undo, another action with a mark of its own, or none. */
function compensationOf(dice: Dice, action: PlannedAction): PlanNodeOf<"action">["compensate"] {
  const drawn = dice.roll();
  if (drawn < 0.4) return null;
  if (drawn < 0.8) return { kind: "undo", text: null };
  const input = { mark: `${String(action.input.mark)}:back`, fate: "plain" };
  return { kind: "action", action: { ...action, id: "far.again", effect: "convergent", input } };
}

/** `silent`: nobody can tell afterwards whether it happened; `refuses`: it fails now and then before it is sent. */
function fateOf(dice: Dice): "plain" | "silent" | "refuses" {
  const drawn = dice.roll();
  return drawn < 0.15 ? "silent" : drawn < 0.3 ? "refuses" : "plain";
}

function bare(id: string) {
  return {
    id,
    step: id,
    title: sameText(id),
    parent: null,
    item: null,
    needs: [],
    after: [],
    when: null,
    timeout: null,
  };
}
