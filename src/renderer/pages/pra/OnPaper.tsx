import { Button } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PraPrepared, PraView } from "../../../shared/pra.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { PlanView } from "../procedures/PlanView.tsx";
import { useDecision } from "../procedures/use-decision.ts";
import { WhatHappens } from "./BeginWords.tsx";
import { useModeWords } from "./mode-words.ts";
import { PlanProblems } from "./PlanProblems.tsx";

/** The plan of one mode as it would be run, by phases, as a graph and as a list; nothing is begun. */
export function OnPaper({ view }: { view: PraView }) {
  const { t } = useTranslation("pra");
  const modeWords = useModeWords();
  const offered = view.modes.filter(({ mode }) => mode !== "rehearsal");
  const [place, setPlace] = useState(() =>
    Math.max(
      0,
      offered.findIndex(({ mode }) => mode === "planned"),
    ),
  );
  const [prepared, setPrepared] = useState<PraPrepared | null>(null);
  const { busy, error, decide } = useDecision();
  const chosen = offered[place] ?? offered[0];
  const show = () =>
    decide(async ({ pra }) => {
      if (!chosen) return;
      const { mode, direction } = chosen;
      setPrepared(await pra.prepare({ plan: view.id, mode, direction }));
    });
  return (
    <section className="panel pra-paper" aria-labelledby="pra-paper">
      <h2 id="pra-paper">{t("paper")}</h2>
      <div className="button-row">
        <label className="pra-facet">
          {t("paperOf")}{" "}
          <select
            value={place}
            onChange={(event) => {
              setPlace(Number(event.target.value));
              setPrepared(null);
            }}
          >
            {offered.map(({ mode, direction }, index) => (
              <option key={`${direction} ${mode}`} value={index}>
                {modeWords({ direction, mode })}
              </option>
            ))}
          </select>
        </label>
        <Button variant="secondary" size="sm" isDisabled={busy || !chosen} onClick={show}>
          {t("paperShow")}
        </Button>
        <span className="quiet">{t("paperHint")}</span>
      </div>
      <div aria-live="polite">
        {error && <ErrorNotice error={error} />}
        {prepared && <PlanProblems problems={prepared.problems} />}
      </div>
      {prepared?.plan && (
        <>
          <WhatHappens plan={prepared.plan} />
          <PlanView key={prepared.plan.hash} plan={prepared.plan} />
        </>
      )}
    </section>
  );
}
