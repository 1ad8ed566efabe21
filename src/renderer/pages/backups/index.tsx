import "../../styles/backups.css";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Protection, ProtectionQuery } from "../../../shared/protection.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { resorted } from "../../widgets/grid/SortableHead.tsx";
import { FilterBox } from "../../widgets/list/FilterBox.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { BackupActionsDialog } from "./BackupActions.tsx";
import { BackupFacets } from "./BackupFacets.tsx";
import { BackupRows } from "./BackupRows.tsx";
import { HeatMap } from "./HeatMap.tsx";
import { Numbers } from "./Numbers.tsx";
import { type BackupsView, useBackups } from "./use-backups.ts";

const everything: BackupsView = {
  text: "",
  facets: {},
  sort: { by: "state", direction: "ascending" },
};

/** Everything that is backed up and should be: three numbers, the list, and the calendar of what was planned. */
export default function Backups() {
  const { t } = useTranslation(["backups", "common"]);
  const [view, setView] = useState(everything);
  const [offset, setOffset] = useState(0);
  const [acting, setActing] = useState<Protection | null>(null);
  const { value, error, retry } = useBackups(view, offset);
  const change = useCallback((part: Partial<BackupsView>) => {
    setOffset(0);
    setView((before) => ({ ...before, ...part }));
  }, []);
  const resort = (by: ProtectionQuery["sort"]["by"]) => change({ sort: resorted(view.sort, by) });
  return (
    <div className="page backups-page">
      <h1>{t("title")}</h1>
      <p className="quiet">{t("intro")}</p>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && value.total === 0 && (
        <Notice tone="info" title={t("empty")}>
          <p>{t("emptyHint")}</p>
          <a href={placeTo("estate")}>{t("toEstate")}</a>
        </Notice>
      )}
      {value && value.total > 0 && (
        <>
          <Numbers numbers={value.numbers} chosen={view.facets} onChange={(facets) => change({ facets })} />
          <div className="list-tools">
            <FilterBox label={t("filter")} words={view.text} onWords={(text) => change({ text })} />
            <BackupFacets frame={value} chosen={view.facets} onChange={(facets) => change({ facets })} />
          </div>
          <BackupRows
            frame={value}
            sort={view.sort}
            onSort={resort}
            offset={offset}
            onOffset={setOffset}
            onActions={setActing}
          />
          {value.orphans > 0 && <p className="quiet">{t("orphans", { count: value.orphans })}</p>}
          <HeatMap heat={value.heat} filter={view} />
        </>
      )}
      {acting && <BackupActionsDialog protection={acting} onClose={() => setActing(null)} />}
    </div>
  );
}
