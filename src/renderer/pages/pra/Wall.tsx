import "../../styles/pra.css";
import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatDuration, formatMoment } from "../../widgets/format.ts";
import { CheckCircleIcon, CircleIcon, ExclamationTriangleIcon } from "../../widgets/icons.ts";
import { ClockAhead } from "../../widgets/ticker.ts";
import { Bar } from "./Bar.tsx";
import { clockWords } from "./clock-words.ts";
import { PhaseStrip } from "./PhaseStrip.tsx";
import { allServe, clockTone, useClock } from "./RtoClock.tsx";
import { useHeadline } from "./RunHeadline.tsx";
import { RunStanding } from "./RunStanding.tsx";
import { TierClocks } from "./TierClocks.tsx";
import { useRunView } from "./use-run-view.ts";

/** What of the work under way fits on a wall. */
const most = 4;

/**
 * A run for a screen on a wall: very large, dark, and only to be read. It says when what it shows is old, and shows
 * nothing that wants a click.
 */
export default function Wall({ id }: { id: string }) {
  const { t } = useTranslation(["pra", "common", "frame"]);
  const local = useLocalText();
  const { value, error, state } = useRunView(id);
  return (
    <section className="wall" aria-label={t("frame:pages.praRun")}>
      {value && (
        <ClockAhead value={value.ahead}>
          <Shown view={value.view} />
        </ClockAhead>
      )}
      {!value &&
        (error ? <p className="wall-alone">{local(error.message)}</p> : <p>{t("common:loading")}</p>)}
      {value && <Freshness at={value.at} live={state === "live"} />}
    </section>
  );
}

function Shown({ view }: { view: PraRunView }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const { mode, leader, second, run, next, side } = view;
  const now = view.now.filter(({ node }) => node !== next?.node);
  return (
    <>
      <header className="wall-head">
        <div>
          <h1>{useHeadline(view)}</h1>
          <p className="pra-who">
            <RunStanding view={view} onWall />
            {mode && <span>{t(`run.mode.${mode}`)}</span>}
            <span>{t("run.ledBy", { leader })}</span>
            {second && <span>{t("run.second", { name: second.name })}</span>}
          </p>
          {side === "split-brain" && (
            <p className="wall-alarm">
              <ExclamationTriangleIcon aria-hidden="true" /> {t("side.split-brain")}
            </p>
          )}
        </div>
        <WallClock view={view} />
      </header>
      <PhaseStrip phases={view.phases} />
      <div className="wall-columns">
        <section aria-labelledby="wall-now">
          <h2 id="wall-now">{t("run.now")}</h2>
          {now.length === 0 && <p className="quiet">{t("run.nothing")}</p>}
          <ul>
            {now.slice(0, most).map(({ node, title, target, text }) => (
              <li key={node}>
                <strong>{local(title)}</strong> {target}
                {text && <p className="quiet">{local(text)}</p>}
              </li>
            ))}
            {now.length > most && <li className="quiet">{t("run.more", { count: now.length - most })}</li>}
          </ul>
          <h2>{t("wall.next")}</h2>
          <p>{next === null ? t("wall.nobody") : local(next.title)}</p>
          {run.endedAt === null && (
            <>
              <h2>{t(view.undo.possible ? "run.undo" : "run.cannotUndo")}</h2>
              <p>{local(view.undo.text)}</p>
            </>
          )}
        </section>
        {view.applications.length > 0 && <WallApplications view={view} />}
      </div>
    </>
  );
}

function WallClock({ view }: { view: PraRunView }) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const { left, elapsed, untilEnd, beyond } = useClock(view);
  const { startedAt, since, rto, endedAt } = view.clock;
  const shown = endedAt !== null || left === null ? elapsed : Math.abs(left);
  const late = endedAt === null && left !== null && left < 0;
  const words =
    endedAt !== null
      ? t(allServe(view.tiers) ? "wall.served" : "wall.stopped")
      : left === null
        ? t("wall.elapsed")
        : late
          ? t("wall.late")
          : t("wall.left");
  return (
    <section className={`wall-clock pra-${clockTone({ left, beyond })}`} role="timer" aria-live="off">
      <p className="wall-figure figure">
        {late && "+"}
        {clockWords(shown, language)}
      </p>
      <p>
        {words}
        {` · ${t(`run.clockSince.${since}`, { time: formatMoment(startedAt, language) })}`}
        {rto !== null && ` · ${t("run.rto", { rto: formatDuration(rto, language) })}`}
        {untilEnd !== null && ` · ${t("run.end", { time: clockWords(untilEnd, language) })}`}
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
    </section>
  );
}

function WallApplications({ view: { applications } }: { view: PraRunView }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  return (
    <section aria-labelledby="wall-applications">
      <h2 id="wall-applications">{t("wall.serving")}</h2>
      <ul>
        {applications.map(({ id, title, state, servedAt, lost }) => {
          const Icon = servedAt === null ? CircleIcon : CheckCircleIcon;
          return (
            <li key={id} className="wall-application">
              <span className={`health health-${servedAt === null ? "plain" : "ok"}`}>
                <Icon aria-hidden="true" {...(servedAt === null && { className: "pra-hollow" })} />
              </span>
              <strong>{local(title)}</strong>
              <span className="quiet figure">
                {servedAt === null
                  ? t(`phase.${state}`)
                  : `${t("wall.serves")} · ${formatMoment(servedAt, language)}`}
              </span>
              {lost !== null && (
                <span className="figure">
                  {t("wall.lost", { time: lost === 0 ? t("sheet.noLoss") : formatDuration(lost, language) })}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Whether what is shown is what is, or since when nothing was heard. */
function Freshness({ at, live }: { at: number; live: boolean }) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  return (
    <p className={live ? "wall-fresh" : "wall-fresh wall-old"} role="status">
      {!live && <ExclamationTriangleIcon aria-hidden="true" />}{" "}
      {live ? t("wall.current") : t("wall.old", { time: formatMoment(at, language) })}
    </p>
  );
}
