import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatDuration, formatMoment } from "../../widgets/format.ts";
import { Bar } from "./Bar.tsx";
import { clockWords, stepOf } from "./clock-words.ts";
import { readClock, type Tone } from "./reading.ts";
import { TierClocks } from "./TierClocks.tsx";
import { useMoment } from "./use-moment.ts";

/** How much of the RTO is left, as words and a bar on which the forecast end is marked. */
export function RtoClock({ view }: { view: Pick<PraRunView, "clock" | "forecastEnd" | "tiers"> }) {
  const { t } = useTranslation(["pra", "runs"]);
  const language = useLanguage();
  const { left, elapsed, untilEnd, beyond } = useClock(view);
  const { startedAt, since, endedAt, rto } = view.clock;
  const over = endedAt !== null;
  const end =
    beyond !== null && !over
      ? t("run.endLate", { time: formatDuration(beyond, language) })
      : untilEnd === null
        ? t("run.endUnknown")
        : untilEnd < 1000
          ? t("runs:soon")
          : t("run.end", { time: clockWords(untilEnd, language) });
  return (
    <div className="rto-clock" role="timer" aria-live="off">
      <p className="rto-left">
        <strong className="figure">
          {over
            ? t(allServe(view.tiers) ? "run.servedAfter" : "run.took", {
                time: formatDuration(elapsed, language),
              })
            : left === null
              ? t("run.elapsed", { time: clockWords(elapsed, language) })
              : left < 0
                ? t("run.late", { time: clockWords(-left, language) })
                : t("run.left", { time: clockWords(left, language) })}
        </strong>{" "}
        <span className="quiet">
          {rto === null ? t("run.noRto") : t("run.rto", { rto: formatDuration(rto, language) })}
        </span>
      </p>
      {rto !== null && (
        <Bar
          value={elapsed}
          limit={rto}
          tone={clockTone({ left, beyond })}
          mark={untilEnd === null ? null : elapsed + untilEnd}
        />
      )}
      <TierClocks view={view} />
      <p className="quiet">{t(`run.clockSince.${since}`, { time: formatMoment(startedAt, language) })}</p>
      {!over && <p className={beyond === null ? "quiet" : "rto-beyond"}>{end}</p>}
    </div>
  );
}

/** A run's clock now, drawn again as often as its words change. */
export function useClock(view: Pick<PraRunView, "clock" | "forecastEnd">) {
  const { clock, forecastEnd } = view;
  const { startedAt, endedAt, rto } = clock;
  const coarse = useMoment(10_000);
  const shown = [rto === null ? coarse - startedAt : startedAt + rto - coarse];
  if (forecastEnd !== null) shown.push(Math.max(0, forecastEnd - coarse));
  const now = useMoment(endedAt === null ? Math.min(...shown.map(stepOf)) : 3_600_000);
  return readClock(view, Math.max(now, startedAt));
}

/** Whether the clock stopped because everything serves; else it stopped with the run. */
export function allServe(tiers: PraRunView["tiers"]): boolean {
  return tiers.length > 0 && tiers.every(({ serving, applications }) => serving === applications);
}

/** Late is critical; forecast to be late, or four fifths gone, a warning. */
export function clockTone({ left, beyond }: { left: number | null; beyond: number | null }): Tone {
  if (left !== null && left < 0) return "critical";
  return beyond === null ? "ok" : "warning";
}
