import "../../styles/allowlist.css";
import { useTranslation } from "react-i18next";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { ProviderList } from "./ProviderList.tsx";
import { useAllowlists } from "./use-allowlists.ts";

/** Whom the provider lets in to its services, list by list, and where that is not what the estate says. */
export default function Allowlist() {
  const { t } = useTranslation(["allowlist", "common"]);
  const { value, error, retry } = useAllowlists();
  return (
    <div className="page allowlist-page">
      <h1>{t("title")}</h1>
      <p className="quiet">{t("intro")}</p>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && value.lists.length === 0 && (
        <Notice tone="info" title={t("empty")}>
          <p>{t("emptyHint")}</p>
          <a href={placeTo("estate")}>{t("toEstate")}</a>
        </Notice>
      )}
      {value?.lists.map((list) => (
        <ProviderList key={list.id} list={list} />
      ))}
    </div>
  );
}
