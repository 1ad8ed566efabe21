import "../../styles/pra.css";
import "../../styles/procedures.css";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLiveFold } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { ClockAhead } from "../../widgets/ticker.ts";
import { Evidence } from "../procedures/Evidence.tsx";
import { PlanView } from "../procedures/PlanView.tsx";
import { RunNotes } from "../procedures/RunNotes.tsx";
import { foldRunUpdate } from "../procedures/run-state.ts";
import { useRunPlan } from "../procedures/use-run-plan.ts";
import { NextThing } from "./NextThing.tsx";
import { NowList } from "./NowList.tsx";
import { PhaseStrip } from "./PhaseStrip.tsx";
import { RunActions } from "./RunActions.tsx";
import { RunApplications } from "./RunApplications.tsx";
import { RunHeadline, useHeadline } from "./RunHeadline.tsx";
import { useStandingWords } from "./RunStanding.tsx";
import { ServesWhere } from "./ServesWhere.tsx";
import { sitesOf } from "./sites-of.ts";
import { UndoPanel } from "./UndoPanel.tsx";
import { useRunView } from "./use-run-view.ts";

/**
 * One run of a plan, made to be followed by somebody tired: where it is, what runs, the one next thing to do, how long
 * there is, what it loses, and what can still be undone.
 */
export default function PraRunPage({ id }: { id: string }) {
  const { t } = useTranslation(["pra", "common", "runs"]);
  const { value, error, retry, state } = useRunView(id);
  return (
    <div className="page pra-page pra-run">
      {error && (
        <ErrorNotice error={error} retry={retry}>
          <p>{t("runs:gone")}</p>
        </ErrorNotice>
      )}
      {value && (
        <ClockAhead value={value.ahead}>
          <Followed view={value.view} lostSince={state === "lost" ? value.at : null} />
        </ClockAhead>
      )}
      {!value && !error && <p className="quiet">{t("common:loading")}</p>}
      <p>
        <a href={placeTo("pra")}>{t("all")}</a>
      </p>
    </div>
  );
}

function Followed({ view, lostSince }: { view: PraRunView; lostSince: number | null }) {
  const { t } = useTranslation(["pra", "common"]);
  const local = useLocalText();
  const { run } = view;
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.procedures.run({ id: run.id }, { signal }),
    [run.id],
  );
  const steps = useLiveFold(open, foldRunUpdate);
  const frame = steps.value;
  const { plan, error, retry } = useRunPlan(run.id, frame?.planEdition ?? null);
  return (
    <>
      <RunHeadline view={view} lostSince={lostSince} />
      <Announcer view={view} />
      <PhaseStrip phases={view.phases} />
      {view.side === "split-brain" && (
        <ServesWhere view={{ ...sitesOf(view), side: view.side, applications: view.applications }} />
      )}
      {run.reason && (
        <Notice tone={run.status === "completed" ? "info" : "warning"} title={local(run.reason)} />
      )}
      {steps.error && <ErrorNotice error={steps.error} retry={steps.retry} />}
      {error && <ErrorNotice error={error} retry={retry} />}
      <div className="pra-columns">
        <section className="panel" aria-labelledby="pra-now">
          <h2 id="pra-now">{t("run.now")}</h2>
          <NowList now={view.now.filter(({ node }) => node !== view.next?.node)} />
        </section>
        <div className="pra-side-column">
          {frame && plan ? (
            <NextThing view={view} frame={frame} plan={plan} />
          ) : (
            <p className="panel pra-next quiet">{t("common:loading")}</p>
          )}
          {run.endedAt === null && <UndoPanel undo={view.undo} commit={view.commit} />}
        </div>
      </div>
      <RunActions view={view} frame={frame} />
      <RunApplications view={view} />
      {frame && plan && (
        <>
          <section className="panel" aria-labelledby="pra-run-plan">
            <h2 id="pra-run-plan">{t("run.plan")}</h2>
            <PlanView plan={plan} steps={frame.steps} />
          </section>
          <RunNotes id={run.id} />
          <Evidence frame={frame} />
        </>
      )}
    </>
  );
}

/** Says in one sentence, to those who do not see it, how the run stands and what is next for a person. */
function Announcer({ view }: { view: PraRunView }) {
  const { t } = useTranslation(["pra", "runs"]);
  const local = useLocalText();
  const { run, next, phases } = view;
  const state = `${useHeadline(view)}: ${useStandingWords(view, false) ?? t(`runs:status.${run.status}`)}`;
  const phase = phases.find((each) => each.state === "running" || each.state === "waiting");
  const where = phase ? `${state}, ${local(phase.title)}` : state;
  return (
    <p className="pf-v6-screen-reader" role="status">
      {t("run.announce", {
        state: where,
        next: next === null ? "" : `${t("run.next")}: ${local(next.title)}.`,
      })}
    </p>
  );
}
