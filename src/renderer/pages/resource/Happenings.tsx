import { memo, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Happening } from "../../../shared/happenings.ts";
import { useLanguage } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { formatNumber, formatTimestamp } from "../../widgets/format.ts";
import { ExclamationTriangleIcon, InfoCircleIcon } from "../../widgets/icons.ts";
import { LineGrid } from "../../widgets/table/LineGrid.tsx";
import { isShown } from "./happening-filter.ts";
import { RecordsTab } from "./RecordsTab.tsx";

const columns = ["last", "count", "grave", "reason", "subject", "text"] as const;
const template = "7rem 5rem 7.5rem minmax(9rem, 1fr) minmax(11rem, 1.4fr) minmax(18rem, 3.2fr)";

/** What happened to a thing and to what is in it, as its system recorded it, newest first and live. */
export function Happenings({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation(["resource", "list"]);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.resources.happenings({ id }, { signal }),
    [id],
  );
  const live = useLive(open);
  const { value } = live;
  const [words, setWords] = useState("");
  const [sort, setSort] = useState<"all" | "graveOnly">("all");
  const all = value?.happenings ?? noHappenings;
  const lines = useMemo(
    () => all.filter((each) => isShown(each, words, sort === "graveOnly")),
    [all, words, sort],
  );
  const grave = useMemo(() => all.filter((each) => each.grave).length, [all]);
  const title = t("happenings.title", { name });
  const counts = { matching: lines.length, total: all.length };
  return (
    <RecordsTab
      title={title}
      labels={{ sorts: t("happenings.show"), filter: t("happenings.filter") }}
      sorts={[
        { of: "all", label: t("happenings.all"), count: all.length },
        { of: "graveOnly", label: t("happenings.graveOnly"), count: grave },
      ]}
      chosen={sort}
      onChoose={setSort}
      words={words}
      onWords={setWords}
      live={live}
      none={t("happenings.none")}
      notes={[
        ...(counts.matching < counts.total ? [t("list:count", counts)] : []),
        ...(value?.cut ? [t("happenings.cut")] : []),
      ]}
    >
      {all.length === 0 ? null : (
        <LineGrid
          label={title}
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
    </RecordsTab>
  );
}

const noHappenings: readonly Happening[] = [];

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
