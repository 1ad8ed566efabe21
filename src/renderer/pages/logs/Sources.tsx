import { useTranslation } from "react-i18next";
import type { LogSourceState } from "../../../shared/logs.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { DropPanel } from "../../widgets/DropPanel.tsx";
import { formatNumber } from "../../widgets/format.ts";
import {
  CheckCircleIcon,
  ClockIcon,
  ExclamationCircleIcon,
  ListIcon,
  StopIcon,
  SyncAltIcon,
} from "../../widgets/icons.ts";
import { toneOf } from "./line-words.ts";

const icons = {
  connecting: SyncAltIcon,
  reading: CheckCircleIcon,
  waiting: ClockIcon,
  ended: StopIcon,
  failed: ExclamationCircleIcon,
} as const;
const tones = {
  connecting: "info",
  reading: "ok",
  waiting: "unknown",
  ended: "unknown",
  failed: "critical",
} as const;

/** Whose lines these are: each container with how it stands, what it gave, and why it gives nothing. */
export function Sources({ sources }: { sources: readonly LogSourceState[] }) {
  const { t } = useTranslation("logs");
  const local = useLocalText();
  const language = useLanguage();
  // One that is being connected to again has its error too.
  const failed = sources.filter(({ error }) => error !== null).length;
  const label = t("sources", { count: sources.length });
  return (
    <DropPanel
      label={failed > 0 ? `${label} · ${t("withErrors", { count: failed })}` : label}
      icon={failed > 0 ? <ExclamationCircleIcon aria-hidden="true" /> : <ListIcon aria-hidden="true" />}
    >
      {sources.length === 0 && <p className="quiet">{t("noSources")}</p>}
      <ul className="log-sources" aria-label={t("sourceList")}>
        {sources.map((source, place) => {
          const Icon = icons[source.state];
          return (
            <li key={`${source.resource} ${source.name}`}>
              <a className={`log-source ${toneOf(place)}`} href={placeTo("resource", source.resource)}>
                {source.name}
              </a>
              <span className={`health health-${tones[source.state]}`}>
                <Icon aria-hidden="true" />
                <span className="health-word">{t(`state.${source.state}`)}</span>
              </span>
              <span className="quiet figure">
                {t("lineCount", { count: source.lines, lines: formatNumber(source.lines, language) })}
              </span>
              {source.error && (
                <p className="log-source-error">
                  {local(source.error.message)} {local(source.error.hint)}
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </DropPanel>
  );
}
