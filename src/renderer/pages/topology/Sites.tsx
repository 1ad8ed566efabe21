import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { placeTo, replacePlace } from "../../state/router.ts";
import { placeOfTopology } from "../../state/topology-place.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";
import { Notice } from "../../widgets/Notice.tsx";

/** As many sites as an estate has, and more. */
const most = 500;
const openSites = (client: Client, signal: AbortSignal) =>
  client.resources.list({ kinds: ["site"], limit: most }, { signal });

/** Which site to look at; where there is but one, it is looked at. */
export function Sites() {
  const { t } = useTranslation(["topology", "common"]);
  const { value, error, retry } = useLive(openSites);
  const rows = value?.rows ?? [];
  const only = value !== null && rows.length === 1 ? rows[0]?.id : undefined;
  useEffect(() => {
    if (only !== undefined) replacePlace(placeOfTopology(only));
  }, [only]);
  return (
    <div className="page">
      <h1>{t("title")}</h1>
      <p className="quiet">{t("choose")}</p>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value !== null && rows.length === 0 && (
        <Notice tone="info" title={t("noSites")}>
          <a href={placeTo("estate")}>{t("toEstate")}</a>
        </Notice>
      )}
      <ul className="topology-sites">
        {rows.map((row) => (
          <li key={row.id}>
            <a href={placeOfTopology(row.id)}>{row.name}</a> <HealthLabel health={row.health} />{" "}
            {row.stale && <StaleMark />}
          </li>
        ))}
      </ul>
    </div>
  );
}
