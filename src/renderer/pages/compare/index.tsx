import "../../styles/compare.css";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { comparedIn, mostCompared } from "../../state/compare-place.ts";
import { placeTo, usePlace } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { ComparedTable } from "./ComparedTable.tsx";
import { CompareWith } from "./CompareWith.tsx";
import { compare, differences } from "./comparison.ts";
import { useCompared } from "./use-compared.ts";

/** Hosts or VMs side by side, as they are now: what differs is marked, and can be looked at alone. */
export default function Compare() {
  const { query } = usePlace();
  const words = comparedIn(query).join("\n");
  const ids = useMemo(() => (words === "" ? [] : words.split("\n")), [words]);
  return ids.length === 0 ? <NothingChosen /> : <Compared key={words} ids={ids} />;
}

function NothingChosen() {
  const { t } = useTranslation("compare");
  return (
    <div className="page">
      <h1>{t("title")}</h1>
      <Notice tone="info" title={t("nothing")}>
        <p>
          <a href={placeTo("hosts")}>{t("toHosts")}</a> · <a href={placeTo("vms")}>{t("toVms")}</a>
        </p>
      </Notice>
    </div>
  );
}

function Compared({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation(["compare", "common"]);
  const { value, error, retry } = useCompared(ids);
  const [only, setOnly] = useState(false);
  const details = useMemo(() => ids.map((id) => value?.get(id) ?? null), [ids, value]);
  const isAll = details.every((detail) => detail !== null);
  const groups = useMemo(() => compare(details.map(resourceOf)), [details]);
  const shown = useMemo(() => (only ? differences(groups) : groups), [only, groups]);
  const count = groups.reduce((sum, { facts }) => sum + facts.filter(({ differs }) => differs).length, 0);
  return (
    <div className="page compare-page">
      <div className="compare-head">
        <h1>{t("title")}</h1>
        {ids.length < mostCompared && <CompareWith ids={ids} kind={resourceOf(details[0])?.kind ?? null} />}
        {ids.length > 1 && (
          <label className="field-check">
            <input type="checkbox" checked={only} onChange={(event) => setOnly(event.target.checked)} />
            {t("onlyDifferences")}
          </label>
        )}
        {isAll && ids.length > 1 && <span aria-live="polite">{t("differences", { count })}</span>}
      </div>
      {error && <ErrorNotice error={error} retry={retry} />}
      {!isAll && !error && <p className="quiet">{t("common:loading")}</p>}
      {isAll && <ComparedTable ids={ids} details={details} groups={shown} only={only} />}
    </div>
  );
}

function resourceOf(detail: ResourceDetail | null | undefined) {
  return detail?.resource ?? null;
}
