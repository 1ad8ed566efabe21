import { useTranslation } from "react-i18next";
import type { Plan } from "../../../shared/plan.ts";
import type { PraApplicationView, PraDirection, PraMode, ReadinessCheck } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { Age } from "../../widgets/Age.tsx";
import { formatDuration } from "../../widgets/format.ts";
import { CheckStateLabel, Toned } from "./labels.tsx";
import { fits, gatesOf, stepsByPhase, toneOf, worstFirst } from "./reading.ts";

/** What will happen, phase by phase, with the point from which nothing is rolled back any more. */
export function WhatHappens({ plan }: { plan: Plan }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const last = plan.nodes.find(({ pointOfNoReturn }) => pointOfNoReturn);
  return (
    <>
      <h2>{t("sheet.will")}</h2>
      <ol className="pra-phases">
        {stepsByPhase(plan).map(({ id, title, nodes }) => (
          <li key={id ?? ""}>
            <details>
              <summary>
                <strong>{title ? local(title) : t("sheet.noPhase")}</strong>{" "}
                <span className="quiet">{t("sheet.steps", { count: nodes.length })}</span>
              </summary>
              <ol className="sheet-steps">
                {nodes.map((node) => (
                  <li key={node.id}>
                    {local(node.title)}
                    {node.kind === "action" && <span className="quiet"> · {node.action.target.name}</span>}
                  </li>
                ))}
              </ol>
            </details>
          </li>
        ))}
      </ol>
      <p>{last ? t("sheet.noReturn", { title: local(last.title) }) : t("sheet.allUndone")}</p>
    </>
  );
}

/** What could stop it: everything of this direction that is not ready, the worst first. */
export function InTheWay({
  checks,
  direction,
}: {
  checks: readonly ReadinessCheck[];
  direction: PraDirection;
}) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const found = checks.filter(
    (check) => check.state !== "ready" && fits(check, { state: null, kind: null, direction }),
  );
  return (
    <>
      <h2>{t("sheet.mayStop")}</h2>
      {found.length === 0 && <Toned tone="ok" words={t("sheet.nothingStops")} />}
      <ul className="lines">
        {found.map((check) => (
          <li key={check.id}>
            <CheckStateLabel state={check.state} />
            <span className="line-words">
              <strong>{local(check.title)}</strong> {local(check.text)}{" "}
              <span className="quiet">
                {check.provenAt === null ? (
                  t("check.neverProven")
                ) : (
                  <>
                    {t("check.proven")} <Age at={check.provenAt} />
                  </>
                )}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What each application would lose by this mode, the worst first. */
export function DataLoss({
  applications,
  mode,
}: {
  applications: readonly PraApplicationView[];
  mode: PraMode;
}) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  return (
    <>
      <h2>{t("sheet.loss")}</h2>
      {mode === "rehearsal" && <p>{t("sheet.lossRead")}</p>}
      {mode === "drill" && <p>{t("sheet.lossDrill")}</p>}
      {mode === "planned" && <p>{t("sheet.lossPlanned")}</p>}
      {mode === "disaster" && (
        <dl className="pairs">
          {worstFirst(applications).map(({ id, title, dataAtRisk, rpo }) => (
            <div key={id} className="pair">
              <dt>{local(title)}</dt>
              <dd>
                <Toned
                  tone={toneOf(dataAtRisk, rpo)}
                  words={
                    dataAtRisk === null
                      ? t("application.unknownRisk")
                      : t("ofLimit", {
                          value: formatDuration(dataAtRisk, language),
                          limit: formatDuration(rpo, language),
                        })
                  }
                />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** At which steps it waits for people, and for how many. */
export function AskedPeople({ plan }: { plan: Plan }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const gates = gatesOf(plan);
  return (
    <>
      <h2>{t("sheet.agree")}</h2>
      {gates.length === 0 && <p>{t("sheet.nobody")}</p>}
      <ul className="lines">
        {gates.map(({ id, title, gate }) => (
          <li key={id}>
            <span className="line-words">{local(title)}</span>
            <span className="quiet">{gate.approvers > 1 ? t("sheet.two") : t("sheet.one")}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
