import { memo, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Happening } from "../../../shared/happenings.ts";
import { useLanguage } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatNumber, formatTimestamp } from "../../widgets/format.ts";
import { ExclamationTriangleIcon, InfoCircleIcon } from "../../widgets/icons.ts";
import { FilterBox } from "../../widgets/list/FilterBox.tsx";
import { LineGrid } from "../../widgets/table/LineGrid.tsx";
import { isShown } from "./happening-filter.ts";

const columns = ["last", "count", "grave", "reason", "subject", "text"] as const;
const template = "7rem 5rem 7.5rem minmax(9rem, 1fr) minmax(11rem, 1.4fr) minmax(18rem, 3.2fr)";

/** What happened to a thing and to what is in it, as its system recorded it, newest first and live. */
export function Happenings({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation(["resource", "common", "list"]);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.resources.happenings({ id }, { signal }),
    [id],
  );
  const { value, error, retry } = useLive(open);
  const [words, setWords] = useState("");
  const [graveOnly, setGraveOnly] = useState(false);
  const all = value?.happenings;
  const lines = useMemo(
    () => (all ?? []).filter((each) => isShown(each, words, graveOnly)),
    [all, words, graveOnly],
  );
  const grave = useMemo(() => (all ?? []).filter((each) => each.grave).length, [all]);
  return (
    <section className="happenings" aria-label={t("happenings.title", { name })}>
      <div className="list-head">
        <h2>{t("happenings.title", { name })}</h2>
        <div className="list-toolbar">
          <fieldset className="segments" aria-label={t("happenings.show")}>
            <button type="button" aria-pressed={!graveOnly} onClick={() => setGraveOnly(false)}>
              {t("happenings.all")} <span className="figure">{all?.length ?? 0}</span>
            </button>
            <button type="button" aria-pressed={graveOnly} onClick={() => setGraveOnly(true)}>
              {t("happenings.graveOnly")} <span className="figure">{grave}</span>
            </button>
          </fieldset>
          <FilterBox
            label={t("happenings.filter")}
            hint={t("list:filter")}
            words={words}
            onWords={setWords}
          />
        </div>
      </div>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value?.error && <ErrorNotice error={value.error} />}
      {!value && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && !value.error && value.readAt === null && <p className="quiet">{t("common:loading")}</p>}
      {all && all.length === 0 && value?.readAt !== null && !value?.error && (
        <p className="quiet">{t("happenings.none")}</p>
      )}
      {all && all.length > 0 && (
        <LineGrid
          label={t("happenings.title", { name })}
          heads={columns.map((column) => t(`happenings.column.${column}`))}
          template={template}
          leastWidth="60rem"
          rowHeight={44}
          className="happenings-grid"
          lines={lines}
          keyOf={({ key }) => key}
          classOf={() => "grid-row"}
          onOpen={({ resource }) => resource !== null && navigate(placeTo("resource", resource))}
        >
          {(line) => <HappeningCells line={line} />}
        </LineGrid>
      )}
      {value && (
        <p className="quiet">
          {lines.length < value.happenings.length &&
            `${t("list:count", { matching: lines.length, total: value.happenings.length })} · `}
          {value.cut && `${t("happenings.cut")} · `}
          <Age at={value.readAt} form="asOf" />
        </p>
      )}
    </section>
  );
}

const HappeningCells = memo(function HappeningCells({ line }: { line: Happening }) {
  const { t } = useTranslation("resource");
  const language = useLanguage();
  return (
    <>
      <td>
        <Age at={line.at} />
      </td>
      <td
        className="cell-figure"
        title={t("happenings.since", { time: formatTimestamp(line.firstAt, language) })}
      >
        {formatNumber(line.count, language)}
      </td>
      <td>
        <span className={line.grave ? "health health-warning" : "health health-info"}>
          {line.grave ? (
            <ExclamationTriangleIcon aria-hidden="true" />
          ) : (
            <InfoCircleIcon aria-hidden="true" />
          )}
          <span className="health-word">{t(line.grave ? "happenings.grave" : "happenings.usual")}</span>
        </span>
      </td>
      <td title={line.reason}>{line.reason}</td>
      <td title={line.subject}>
        {line.resource === null ? (
          line.subject
        ) : (
          <a href={placeTo("resource", line.resource)} tabIndex={-1}>
            {line.subject}
          </a>
        )}
      </td>
      <td>
        <span className="happening-text" title={line.text}>
          {line.text}
        </span>
      </td>
    </>
  );
});
