import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatDuration } from "../../widgets/format.ts";
import { useTimedWords } from "../../widgets/ticker.ts";

type Step = PraRunView["now"][number];

/** Lines that can be read at a glance. */
const most = 6;

/** What runs now: what it does, to what, how far it is and since when. */
export function NowList({ now }: { now: PraRunView["now"] }) {
  const { t } = useTranslation("pra");
  if (now.length === 0) return <p className="quiet">{t("run.nothing")}</p>;
  return (
    <ul className="pra-now">
      {now.slice(0, most).map((step) => (
        <NowLine key={step.node} step={step} />
      ))}
      {now.length > most && <li className="quiet">{t("run.more", { count: now.length - most })}</li>}
    </ul>
  );
}

function NowLine({ step }: { step: Step }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  const { since, fraction, forecast, target, text } = step;
  const words = useTimedWords(
    useCallback(
      (now: number) => t("run.since", { time: formatDuration(now - since, language) }),
      [since, language, t],
    ),
  );
  const usually = forecast === null ? "" : t("run.usually", { time: formatDuration(forecast, language) });
  return (
    <li>
      <p className="pra-now-title">
        <strong>{local(step.title)}</strong>
        {target !== null && <span> {target}</span>}
      </p>
      {fraction !== null && (
        <progress max={1} value={fraction} aria-label={local(step.title)} className="pra-now-bar" />
      )}
      <p className="quiet figure">{[text && local(text), words, usually].filter(Boolean).join(" · ")}</p>
    </li>
  );
}
