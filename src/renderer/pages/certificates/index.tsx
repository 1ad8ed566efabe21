import "../../styles/certificates.css";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CertificateQuery } from "../../../shared/certificates.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { resorted } from "../../widgets/grid/SortableHead.tsx";
import { FilterBox } from "../../widgets/list/FilterBox.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { CertificateFacets } from "./CertificateFacets.tsx";
import { CertificateRows } from "./CertificateRows.tsx";
import { Months } from "./Months.tsx";
import { Numbers } from "./Numbers.tsx";
import { type CertificatesView, useCertificates } from "./use-certificates.ts";

const everything: CertificatesView = {
  text: "",
  facets: {},
  sort: { by: "notAfter", direction: "ascending" },
};

/** Every certificate that is known, whoever shows or keeps it, soonest to end first. */
export default function Certificates() {
  const { t } = useTranslation(["certificates", "common"]);
  const [view, setView] = useState(everything);
  const [offset, setOffset] = useState(0);
  const { value, error, retry } = useCertificates(view, offset);
  const change = useCallback((part: Partial<CertificatesView>) => {
    setOffset(0);
    setView((before) => ({ ...before, ...part }));
  }, []);
  const narrow = (facets: CertificatesView["facets"]) => change({ facets });
  const resort = (by: CertificateQuery["sort"]["by"]) => change({ sort: resorted(view.sort, by) });
  return (
    <div className="page certificates-page">
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
          <Numbers numbers={value.numbers} chosen={view.facets} onChange={narrow} />
          <Months counts={value.facets.month ?? {}} chosen={view.facets} onChange={narrow} />
          <div className="list-tools">
            <FilterBox label={t("filter")} words={view.text} onWords={(text) => change({ text })} />
            <CertificateFacets frame={value} chosen={view.facets} onChange={narrow} />
          </div>
          <CertificateRows
            frame={value}
            sort={view.sort}
            onSort={resort}
            offset={offset}
            onOffset={setOffset}
          />
        </>
      )}
    </div>
  );
}
