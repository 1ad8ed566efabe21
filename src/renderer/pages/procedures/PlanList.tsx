import { useTranslation } from "react-i18next";
import type { Plan } from "../../../shared/plan.ts";
import { useLocalText } from "../../i18n/index.ts";
import { StepStateLabel } from "./labels.tsx";
import type { Annotations } from "./PlanView.tsx";
import { depthsOf } from "./plan-depths.ts";

/** A plan as a list, in an order in which each step comes after all that it needs. */
export function PlanList({
  plan,
  annotations,
  chosen,
  onChoose,
}: {
  plan: Plan;
  annotations: Annotations;
  chosen: string | null;
  onChoose: (node: string) => void;
}) {
  const { t } = useTranslation(["procedures", "actions"]);
  const local = useLocalText();
  const depths = depthsOf(plan.nodes);
  return (
    <ol className="plan-list" aria-label={t("listOf", { title: local(plan.title) })}>
      {plan.nodes.map((node) => {
        const status = annotations.statuses.get(node.id);
        const probe = annotations.dry.get(node.id)?.preview?.probe;
        return (
          <li key={node.id} style={{ paddingInlineStart: `${depths.get(node.id) ?? 0}rem` }}>
            <button type="button" aria-pressed={node.id === chosen} onClick={() => onChoose(node.id)}>
              {status ? (
                <StepStateLabel state={status.state} />
              ) : (
                <span className="quiet">{t(`step.kind.${node.kind}`)}</span>
              )}
              <span className="line-words">{local(node.title)}</span>
              {node.kind === "action" && (
                <span className={`risk-${node.action.risk}`}>
                  <strong>{t(`actions:risk.${node.action.risk}`)}</strong>
                </span>
              )}
              {probe && <span className="quiet">{t(`actions:state.${probe.state}`)}</span>}
              {status?.reason && <span className="quiet">{local(status.reason)}</span>}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
