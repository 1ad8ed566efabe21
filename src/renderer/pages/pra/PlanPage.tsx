import "../../styles/pra.css";
import "../../styles/procedures.css";
import { Button } from "@patternfly/react-core";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { PraView } from "../../../shared/pra.ts";
import { useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { Applications } from "./Applications.tsx";
import { BeginButtons } from "./BeginButtons.tsx";
import { Checks } from "./Checks.tsx";
import { ComparePassages } from "./ComparePassages.tsx";
import { Drills } from "./Drills.tsx";
import { FigureHistory } from "./FigureHistory.tsx";
import { Figures } from "./Figures.tsx";
import { useModeWords } from "./mode-words.ts";
import { OnPaper } from "./OnPaper.tsx";
import { Passages } from "./Passages.tsx";
import { ServesWhere } from "./ServesWhere.tsx";

/**
 * One disaster-recovery plan before anything happens: how ready it is and what is in the way, what a bascule would take
 * and lose now, what serves where, what can be begun, and the times that it was gone through.
 */
export default function PlanPage({ id }: { id: string }) {
  const { t } = useTranslation(["pra", "common"]);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.pra.watch({ id }, { signal }),
    [id],
  );
  const { value, error, retry } = useLive(open);
  return (
    <div className="page pra-page">
      {error && <ErrorNotice error={error} retry={retry} />}
      {value && <Plan view={value} />}
      {!value && (
        <>
          <h1>{id}</h1>
          {!error && <p className="quiet">{t("common:loading")}</p>}
        </>
      )}
      <p>
        <a href={placeTo("pra")}>{t("all")}</a>
      </p>
    </div>
  );
}

function Plan({ view }: { view: PraView }) {
  const { t } = useTranslation("pra");
  const modeWords = useModeWords();
  const local = useLocalText();
  const { running } = view;
  return (
    <>
      <header className="resource-title">
        <h1>{local(view.title)}</h1>
        <span className="quiet">{t("carry", view)}</span>
      </header>
      {view.description && <p>{local(view.description)}</p>}
      {running && (
        <Notice tone="warning" title={t("running", { what: modeWords(running) })}>
          <Button variant="primary" size="sm" component="a" href={placeTo("pra", "run", running.run)}>
            {t("follow")}
          </Button>
        </Notice>
      )}
      <Figures view={view} />
      <div className="columns">
        <ServesWhere view={view} />
        <FigureHistory history={view.readiness.history} />
      </div>
      <BeginButtons view={view} />
      <Checks plan={view.id} readiness={view.readiness} />
      <Applications view={view} />
      <Passages view={view} />
      <ComparePassages passages={view.passages} />
      <Drills plan={view.id} />
      <OnPaper view={view} />
    </>
  );
}
