import { useTranslation } from "react-i18next";
import type { Plan, PlanNode } from "../../../shared/plan.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatDuration, formatMoment } from "../../widgets/format.ts";
import { PreviewOfOne } from "../../widgets/sheet/PreviewBody.tsx";
import { StepStateLabel } from "./labels.tsx";
import type { Annotations } from "./PlanView.tsx";

/** One step of a plan: what it does to what, when, with what proof, how it is taken back, and how it stands. */
export function StepDetails({
  node,
  plan,
  annotations,
}: {
  node: PlanNode;
  plan: Plan;
  annotations: Annotations;
}) {
  const { t } = useTranslation(["procedures", "actions"]);
  const local = useLocalText();
  const language = useLanguage();
  const titles = new Map(plan.nodes.map(({ id, title }) => [id, title]));
  const before = [...new Set([...node.needs, ...node.after])].map((id) => {
    const title = titles.get(id);
    return title ? local(title) : id;
  });
  const dry = annotations.dry.get(node.id);
  return (
    <>
      <h3>{t(`step.kind.${node.kind}`)}</h3>
      <h2>{local(node.title)}</h2>
      <Standing node={node} annotations={annotations} />
      <dl className="pairs">
        <dt>{t("step.after")}</dt>
        <dd>{before.length === 0 ? t("step.nothingBefore") : before.join(", ")}</dd>
        {node.when && (
          <>
            <dt>{t("step.when")}</dt>
            <dd>
              <code>{node.when.words}</code> {node.when.value === null && `(${t("step.asked")})`}
            </dd>
          </>
        )}
        {node.timeout !== null && (
          <>
            <dt>{t("step.timeout")}</dt>
            <dd>{formatDuration(node.timeout, language)}</dd>
          </>
        )}
      </dl>
      <Doing node={node} />
      {dry?.error && <ErrorNotice error={dry.error} />}
      {dry?.preview && (
        <>
          <h3>{t("step.probe")}</h3>
          <PreviewOfOne preview={dry.preview} />
        </>
      )}
      {dry && !dry.error && !dry.preview && <p className="quiet">{t("dry.unknown")}</p>}
    </>
  );
}

function Standing({ node, annotations }: { node: PlanNode; annotations: Annotations }) {
  const { t } = useTranslation("runs");
  const local = useLocalText();
  const language = useLanguage();
  const status = annotations.statuses.get(node.id);
  if (!status) return null;
  return (
    <>
      <p>
        <StepStateLabel state={status.state} />{" "}
        <span className="figure quiet">
          {formatMoment(status.since, language)}
          {status.attempts > 1 && ` · ${t("attempt", { count: status.attempts })}`}
          {status.forecast !== null &&
            ` · ${t("usually", { time: formatDuration(status.forecast, language) })}`}
        </span>
      </p>
      {status.reason && <p>{local(status.reason)}</p>}
      {status.blockedBy && <p>{local(status.blockedBy.text)}</p>}
    </>
  );
}

/** What the step itself is: an action with its proof, a wait, a gate, or what it goes over. */
function Doing({ node }: { node: PlanNode }) {
  const { t } = useTranslation(["procedures", "actions"]);
  const local = useLocalText();
  const language = useLanguage();
  switch (node.kind) {
    case "action": {
      const { action, compensate, retry } = node;
      return (
        <>
          <p>
            {t("step.on")} <a href={placeTo("resource", action.target.id)}>{action.target.name}</a>
            <span className={`risk-${action.risk}`}>
              {" "}
              <strong>{t(`actions:risk.${action.risk}`)}</strong>
            </span>{" "}
            {action.effect === "once" && t("actions:once")}
          </p>
          <h3>{t("step.will")}</h3>
          <ol className="sheet-steps">
            {action.steps.map((step) => (
              <li key={step.en}>{local(step)}</li>
            ))}
          </ol>
          <h3>{t("step.proof")}</h3>
          <p>{local(action.proof)}</p>
          <h3>{t("step.compensation")}</h3>
          <p>
            {compensate === null
              ? t("step.noCompensation")
              : compensate.kind === "action"
                ? `${local(compensate.action.title)} · ${compensate.action.target.name}`
                : compensate.text
                  ? local(compensate.text)
                  : t("step.undo")}
          </p>
          {retry && (
            <p className="quiet">
              {t("step.retries", { count: retry.times, delay: formatDuration(retry.delay, language) })}
            </p>
          )}
        </>
      );
    }
    case "wait": {
      const { wait } = node;
      if (wait.kind === "for")
        return <p>{t("step.waitFor", { time: formatDuration(wait.milliseconds, language) })}</p>;
      const comparison = t(`step.comparison.${wait.comparison}`, { value: String(wait.value) });
      return <p>{t("step.waitUntil", { fact: wait.fact, name: wait.resource.name, comparison })}</p>;
    }
    case "gate":
      return (
        <>
          <p>{local(node.gate.text)}</p>
          <p className="quiet">
            {t("step.approvers", { count: node.gate.approvers })}{" "}
            {t("step.expires", { time: formatDuration(node.gate.expires, language) })}
          </p>
        </>
      );
    case "forEach": {
      const { items, parallel, dynamic } = node.forEach;
      return (
        <>
          <p>{t("step.items", { count: items.length, parallel })}</p>
          <p className="quiet">{items.map(({ name }) => name).join(", ")}</p>
          {dynamic && <p className="quiet">{t("step.dynamic")}</p>}
        </>
      );
    }
    case "procedure":
      return <p className="quiet">{node.procedure}</p>;
  }
}
