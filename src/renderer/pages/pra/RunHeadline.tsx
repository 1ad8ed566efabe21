import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatMoment } from "../../widgets/format.ts";
import { Toned } from "./labels.tsx";
import { RtoClock } from "./RtoClock.tsx";
import { RunStanding } from "./RunStanding.tsx";

/** What it is, how it stands, who leads it, and the clock that it runs against; and since when nothing was heard. */
export function RunHeadline({ view, lostSince }: { view: PraRunView; lostSince: number | null }) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const local = useLocalText();
  const { run, mode, leader, second } = view;
  return (
    <header className="pra-headline">
      <div>
        <h1>{useHeadline(view)}</h1>
        <p className="pra-who">
          <RunStanding view={view} />
          {mode && <span>{t(`run.mode.${mode}`)}</span>}
          <span>{t("run.runId", { id: run.id.slice(0, 8) })}</span>
          <span>{t("run.ledBy", { leader })}</span>
          {second && (
            <span
              title={t("run.secondAt", { gate: local(second.gate), time: formatMoment(second.at, language) })}
            >
              {t("run.second", { name: second.name })}
            </span>
          )}
          {lostSince !== null && (
            <Toned tone="warning" words={t("run.lostContact", { time: formatMoment(lostSince, language) })} />
          )}
        </p>
      </div>
      <RtoClock view={view} />
    </header>
  );
}

/** "Bascule EAST → NORTH", or the title of a run that goes from nowhere to nowhere. */
export function useHeadline({ run, direction, from, to }: PraRunView): string {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  if (direction === null || from === null || to === null) return local(run.title);
  return t("run.headline", { mode: t(`run.word.${direction}`), from, to });
}
