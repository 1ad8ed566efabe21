import type { PlanNode, PlanNodeOf } from "../../../../shared/plan.ts";
import type { StepStatus } from "../../../../shared/run.ts";
import { sameText, text } from "../../../../shared/text.ts";
import { start } from "../../../testing/memory-console.ts";

type Common = Partial<Omit<PlanNode, "kind" | "id">>;

function common(id: string, more: Common) {
  return {
    id,
    step: id,
    title: sameText(`Step ${id}`),
    parent: null,
    item: null,
    needs: [],
    after: [],
    when: null,
    timeout: null,
    ...more,
  };
}

/** A step that reboots a host once. */
export function actionNode(id: string, more: Common = {}): PlanNode {
  return {
    ...common(id, more),
    kind: "action",
    retry: null,
    compensate: null,
    action: {
      id: "ssh.reboot",
      title: sameText("Reboot"),
      target: { id: "tower-a", name: "tower-a" },
      input: {},
      late: false,
      risk: "disruptive",
      effect: "once",
      steps: [text("Reboot it.", "Le redémarrer.")],
      proof: text("Another boot identifier.", "Un autre identifiant de démarrage."),
    },
  };
}

export function container(id: string, items: string[], more: Common = {}): PlanNode {
  const targets = items.map((item) => ({ id: item, name: item }));
  return { ...common(id, more), kind: "forEach", forEach: { items: targets, parallel: 1, dynamic: null } };
}

export function gateNode(id: string, more: Common = {}): PlanNodeOf<"gate"> {
  return {
    ...common(id, more),
    kind: "gate",
    gate: {
      text: text("Is the backup done?", "La sauvegarde est-elle faite ?"),
      late: false,
      approvers: 1,
      expires: 3_600_000,
    },
  };
}

/** How a step stands that has not begun, changed by `part`. */
export function standing(node: string, part: Partial<StepStatus> = {}): StepStatus {
  return {
    node,
    state: "pending",
    since: start,
    startedAt: null,
    endedAt: null,
    attempts: 0,
    task: null,
    reason: null,
    skippedBy: null,
    blockedBy: null,
    forecast: null,
    ...part,
  };
}
