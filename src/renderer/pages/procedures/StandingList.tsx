import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatClock, formatDuration } from "../../widgets/format.ts";
import { useTimedWords } from "../../widgets/ticker.ts";
import { StepStateLabel } from "./labels.tsx";
import type { Standing } from "./reading.ts";

/** Steps with how each stands, since when, and what it waits for; of many the first `most`. */
export function StandingList({
  standings,
  empty,
  most = 12,
}: {
  standings: readonly Standing[];
  empty: string;
  most?: number;
}) {
  const { t } = useTranslation("runs");
  const rest = standings.length - most;
  if (standings.length === 0) return empty === "" ? null : <p className="quiet">{empty}</p>;
  return (
    <ul className="lines">
      {standings.slice(0, most).map((standing) => (
        <StandingLine key={standing.node.id} standing={standing} />
      ))}
      {rest > 0 && <li className="quiet">{t("more", { count: rest })}</li>}
    </ul>
  );
}

function StandingLine({ standing: { node, status } }: { standing: Standing }) {
  const { t } = useTranslation("runs");
  const local = useLocalText();
  const language = useLanguage();
  const begun = status.state === "running" || status.state === "waiting";
  const since = useTimedWords(
    useCallback(
      (now: number) => (begun ? t("since", { time: formatClock(now - status.since) }) : ""),
      [begun, status.since, t],
    ),
  );
  const again = status.attempts > 1 ? t("attempt", { count: status.attempts }) : "";
  const usually =
    status.forecast === null ? "" : t("usually", { time: formatDuration(status.forecast, language) });
  const target = node.kind === "action" ? node.action.target : null;
  return (
    <li>
      <StepStateLabel state={status.state} />
      <span className="line-words">
        {local(node.title)}
        {target && (
          <>
            {" · "}
            <a href={placeTo("resource", target.id)}>{target.name}</a>
          </>
        )}
        {status.blockedBy && <p className="quiet">{local(status.blockedBy.text)}</p>}
      </span>
      <span className="figure quiet no-wrap">{[since, again, usually].filter(Boolean).join(" · ")}</span>
    </li>
  );
}
