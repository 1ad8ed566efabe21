import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { Plan } from "../../../shared/plan.ts";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatDuration } from "../../widgets/format.ts";
import { RunStatusLabel } from "./labels.tsx";
import { RunTime } from "./RunTime.tsx";
import { countSteps } from "./reading.ts";

/** What it is, how it stands, who leads it, how far it is and how long it will take; changes of its state are spoken. */
export function RunHead({ frame, plan }: { frame: RunFrame; plan: Plan }) {
  const { t } = useTranslation(["runs", "people"]);
  const local = useLocalText();
  const language = useLanguage();
  const counted = countSteps(plan, frame.steps);
  const values = Object.entries(frame.variables);
  const { forecast } = frame;
  const remaining =
    forecast === null
      ? t("remainingUnknown")
      : forecast < 1000
        ? t(frame.status === "waiting" ? "people" : "soon")
        : t("remaining", { time: formatDuration(forecast, language) });
  return (
    <header className="run-head">
      <div className="resource-title">
        <h1>{local(frame.title)}</h1>
        <RunStatusLabel status={frame.status} />
        {frame.rollingBack && frame.endedAt === null && <strong>{t("rollingBack")}</strong>}
        <span className="quiet">{t("by", { actor: frame.actor })}</span>
        {frame.leader && <span className="quiet">{t("people:leads", { name: frame.leader })}</span>}
        <RunTime startedAt={frame.startedAt} endedAt={frame.endedAt} />
      </div>
      <p className="pf-v6-screen-reader" role="status">
        {t("announce", { title: local(frame.title), state: t(`status.${frame.status}`) })}
      </p>
      <div className="button-row">
        <progress max={Math.max(1, counted.total)} value={counted.done} aria-label={t("progress")} />
        <span className="figure">{t("steps", counted)}</span>
        {frame.endedAt === null && <span className="quiet">{remaining}</span>}
      </div>
      {values.length > 0 && (
        <details>
          <summary>{t("variables")}</summary>
          <dl className="pairs">
            {values.map(([name, value]) => (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>{Array.isArray(value) ? value.join(", ") : String(value)}</dd>
              </Fragment>
            ))}
          </dl>
        </details>
      )}
    </header>
  );
}
