import { Countersign } from "./Countersign.tsx";
import "../../styles/procedures.css";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Plan } from "../../../shared/plan.ts";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLiveFold } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { Decision } from "./Decision.tsx";
import { Evidence } from "./Evidence.tsx";
import { HandOver } from "./HandOver.tsx";
import { PlanView } from "./PlanView.tsx";
import { RunButtons } from "./RunButtons.tsx";
import { RunHead } from "./RunHead.tsx";
import { RunNotes } from "./RunNotes.tsx";
import { RunPhases } from "./RunPhases.tsx";
import { readRun } from "./reading.ts";
import { foldRunUpdate } from "./run-state.ts";
import { StandingList } from "./StandingList.tsx";
import { useRunPlan } from "./use-run-plan.ts";

/**
 * One run, made to be followed: what runs and since when, what needs a person and what can be decided about it, what
 * comes next, the remaining time, the plan, and the evidence.
 */
export default function RunPage({ id }: { id: string }) {
  const { t } = useTranslation(["runs", "common"]);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.procedures.run({ id }, { signal }),
    [id],
  );
  const { value: frame, error, retry } = useLiveFold(open, foldRunUpdate);
  const { plan, error: planError, retry: retryPlan } = useRunPlan(id, frame?.planEdition ?? null);
  return (
    <div className="page">
      {error && (
        <ErrorNotice error={error} retry={retry}>
          <p>{t("gone")}</p>
        </ErrorNotice>
      )}
      {planError && <ErrorNotice error={planError} retry={retryPlan} />}
      {frame && plan && <Opened frame={frame} plan={plan} />}
      {!(frame && plan) && !error && !planError && <p className="quiet">{t("common:loading")}</p>}
      <p>
        <a href={placeTo("procedures")}>{t("toProcedures")}</a>
      </p>
    </div>
  );
}

function Opened({ frame, plan }: { frame: RunFrame; plan: Plan }) {
  const { t } = useTranslation("runs");
  const local = useLocalText();
  const { steps } = frame;
  const reading = useMemo(() => readRun(plan, steps), [plan, steps]);
  const [first] = reading.person;
  const troubled = frame.status === "running" && frame.reason !== null;
  return (
    <>
      <RunHead frame={frame} plan={plan} />
      {(plan.phases || frame.pra) && <RunPhases id={frame.id} />}
      {frame.reason && (
        <Notice
          tone={
            troubled || frame.status === "failed" || frame.status === "unknown-effect" ? "warning" : "info"
          }
          title={local(frame.reason)}
        />
      )}
      <RunButtons frame={frame} troubled={troubled} />
      <div className="columns">
        <section className="panel" aria-labelledby="run-now">
          <h2 id="run-now">{t("now")}</h2>
          <StandingList standings={reading.now} empty={t("nothingNow")} />
          {reading.held.length > 0 && (
            <>
              <h3>{t("held")}</h3>
              <StandingList standings={reading.held} empty="" />
            </>
          )}
        </section>
        <section className="panel run-you" aria-labelledby="run-you">
          <h2 id="run-you">{t("you")}</h2>
          {first ? (
            <Decision key={first.node.id} standing={first} frame={frame} />
          ) : (
            <p className="quiet">{t("nothingForYou")}</p>
          )}
          {reading.person.length > 1 && <StandingList standings={reading.person.slice(1)} empty="" />}
        </section>
      </div>
      {frame.endedAt === null && (
        <section className="panel" aria-labelledby="run-next">
          <h2 id="run-next">{t("next")}</h2>
          <StandingList standings={reading.next} empty={t("nothingNext")} most={4} />
        </section>
      )}
      <section className="panel" aria-labelledby="run-plan">
        <h2 id="run-plan">{t("plan")}</h2>
        <PlanView plan={plan} steps={steps} />
      </section>
      <RunNotes id={frame.id} />
      <Countersign frame={frame} />
      {frame.endedAt === null && <HandOver frame={frame} />}
      <Evidence frame={frame} />
    </>
  );
}
