import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Plan } from "../../../shared/plan.ts";
import type { DryStep } from "../../../shared/procedure-calls.ts";
import type { StepStatus } from "../../../shared/run.ts";
import { useLocalText } from "../../i18n/index.ts";
import { PlanGraph } from "./PlanGraph.tsx";
import { PlanList } from "./PlanList.tsx";
import { StepDetails } from "./StepDetails.tsx";

/** More steps than this are listed only. */
const drawable = 300;

/** What is known of the steps of a plan beside the plan: how each stands in a run, what its probe said. */
export interface Annotations {
  statuses: ReadonlyMap<string, StepStatus>;
  dry: ReadonlyMap<string, DryStep>;
}

const noStatuses: readonly StepStatus[] = [];
const noDrySteps: readonly DryStep[] = [];

/** A plan as a graph or as a list, with the chosen step opened beside it. */
export function PlanView({
  plan,
  steps = noStatuses,
  drySteps = noDrySteps,
}: {
  plan: Plan;
  steps?: readonly StepStatus[];
  drySteps?: readonly DryStep[];
}) {
  const { t } = useTranslation("procedures");
  const local = useLocalText();
  const tooMany = plan.nodes.length > drawable;
  const [graphWanted, setGraphWanted] = useState(true);
  const [chosen, setChosen] = useState<string | null>(null);
  const graph = graphWanted && !tooMany;
  const annotations = useMemo<Annotations>(
    () => ({
      statuses: new Map(steps.map((step) => [step.node, step])),
      dry: new Map(drySteps.map((step) => [step.node, step])),
    }),
    [steps, drySteps],
  );
  const node = plan.nodes.find(({ id }) => id === chosen) ?? null;
  const View = graph ? PlanGraph : PlanList;
  return (
    <div className="plan">
      <div className="button-row">
        <fieldset className="segments" aria-label={t("view")}>
          <button type="button" aria-pressed={graph} disabled={tooMany} onClick={() => setGraphWanted(true)}>
            {t("graph")}
          </button>
          <button type="button" aria-pressed={!graph} onClick={() => setGraphWanted(false)}>
            {t("list")}
          </button>
        </fieldset>
        <span className="quiet">
          {tooMany ? t("tooMany", { count: plan.nodes.length }) : graph ? t("graphHint") : ""}
        </span>
        <code className="quiet">{t("hash", { hash: plan.hash.slice(0, 12) })}</code>
      </div>
      <div className="plan-columns">
        <View plan={plan} annotations={annotations} chosen={chosen} onChoose={setChosen} />
        <aside className="panel plan-step" aria-live="polite">
          {node ? (
            <StepDetails node={node} plan={plan} annotations={annotations} />
          ) : (
            <p className="quiet">{t("step.choose")}</p>
          )}
        </aside>
      </div>
      {plan.leftOut.length > 0 && (
        <section>
          <h3>{t("leftOut")}</h3>
          <ul className="lines">
            {plan.leftOut.map((step) => (
              <li key={step.id}>
                <span>{local(step.title)}</span>
                <span className="quiet">{local(step.because)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
