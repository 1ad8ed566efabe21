import { Button } from "@patternfly/react-core";
import { useDeferredValue, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunSummary } from "../../../shared/procedure-calls.ts";
import { type RunStatus, runStatuses } from "../../../shared/run.ts";
import { useLocalText } from "../../i18n/index.ts";
import { FilterBox } from "../../widgets/list/FilterBox.tsx";
import { filterRuns } from "./filter-runs.ts";
import { RunTable } from "./RunTable.tsx";

/** Rows that are shown before the rest is asked for. */
const shownAtFirst = 50;

/** The runs there have been, newest first, by words and by state. */
export function RunHistory({ runs }: { runs: readonly RunSummary[] }) {
  const { t } = useTranslation("runs");
  const local = useLocalText();
  const id = useId();
  const [words, setWords] = useState("");
  const [status, setStatus] = useState<RunStatus | null>(null);
  const [all, setAll] = useState(false);
  const wanted = useDeferredValue(words);
  const fitting = useMemo(
    () => filterRuns(runs, { words: wanted, status }, local),
    [runs, wanted, status, local],
  );
  const present = useMemo(() => {
    const there = new Set(runs.map((run) => run.status));
    return runStatuses.filter((each) => there.has(each) || each === status);
  }, [runs, status]);
  const shown = all ? fitting : fitting.slice(0, shownAtFirst);
  return (
    <>
      <fieldset className="button-row" aria-label={t("filter")}>
        <FilterBox label={t("filter")} words={words} onWords={setWords} />
        <label htmlFor={id}>{t("filterStatus")}</label>
        <select
          id={id}
          value={status ?? ""}
          onChange={(event) => setStatus(runStatuses.find((each) => each === event.target.value) ?? null)}
        >
          <option value="">{t("anyStatus")}</option>
          {present.map((each) => (
            <option key={each} value={each}>
              {t(`status.${each}`)}
            </option>
          ))}
        </select>
        <span className="quiet" role="status">
          {t("filtered", { count: fitting.length })}
        </span>
      </fieldset>
      {fitting.length === 0 ? <p className="quiet">{t("nothingFits")}</p> : <RunTable runs={shown} />}
      {shown.length < fitting.length && (
        <Button variant="link" size="sm" onClick={() => setAll(true)}>
          {t("more", { count: fitting.length - shown.length })}
        </Button>
      )}
    </>
  );
}
