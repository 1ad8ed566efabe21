import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { TaskState } from "../../../shared/action.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatNumber, formatTimestamp } from "../../widgets/format.ts";
import { CheckCircleIcon, ClockIcon, MinusCircleIcon } from "../../widgets/icons.ts";
import { TaskStateLabel } from "../../widgets/tasks/TaskStateLabel.tsx";
import { useTimedWords } from "../../widgets/ticker.ts";
import type { Trail as TrailOfTask, TrailStep } from "./trail.ts";

const icons = { seen: CheckCircleIcon, awaited: ClockIcon, "not-seen": MinusCircleIcon } as const;

const isGood: Partial<Record<TaskState, true>> = { running: true, verified: true, "already-done": true };

/** What was seen of the last change of power, in order, with the seconds since it was asked for. */
export function Trail({ trail }: { trail: TrailOfTask }) {
  const { t } = useTranslation("hands");
  const local = useLocalText();
  const language = useLanguage();
  const { task, steps, from } = trail;
  // A good end needs no words beside its signs; every other says why.
  const why = isGood[task.state] ? null : (task.outcome ?? task.error?.message);
  const next = steps.findIndex(({ state }) => state === "awaited");
  return (
    <section className="hands-trail" aria-label={t("trail.title")}>
      <span className="hands-trail-name" title={formatTimestamp(from, language)}>
        {local(task.title)}
      </span>
      <TaskStateLabel state={task.state} />
      <ol aria-live="polite">
        {steps.map((step, place) => (
          <Step key={step.sign} step={step} from={from} isNext={place === next} />
        ))}
      </ol>
      {why && <p className="hands-trail-why">{local(why)}</p>}
    </section>
  );
}

function Step({ step, from, isNext }: { step: TrailStep; from: number; isNext: boolean }) {
  const { t } = useTranslation("hands");
  const language = useLanguage();
  const Icon = icons[step.state];
  return (
    <li className={`trail-step trail-${step.state}`}>
      <Icon aria-hidden="true" />
      {t(`trail.signs.${step.sign}`)}
      {step.at !== null && (
        <time
          className="figure"
          dateTime={new Date(step.at).toISOString()}
          title={formatTimestamp(step.at, language)}
        >
          {secondsAfter(step.at - from, language)}
        </time>
      )}
      {step.state === "not-seen" && <span className="quiet">{t("trail.notSeen")}</span>}
      {isNext && <Waiting from={from} />}
    </li>
  );
}

/** Not read out: it would speak each second. */
function Waiting({ from }: { from: number }) {
  const { t } = useTranslation("hands");
  const language = useLanguage();
  const words = useTimedWords(
    useCallback(
      (now: number) =>
        t("trail.waiting", { seconds: formatNumber(Math.max(0, Math.floor((now - from) / 1000)), language) }),
      [t, from, language],
    ),
  );
  return (
    <span className="quiet figure" aria-hidden="true">
      {words}
    </span>
  );
}

function secondsAfter(milliseconds: number, language: "en" | "fr"): string {
  return `+${formatNumber(Math.max(0, milliseconds) / 1000, language, 1)}\u202fs`;
}
