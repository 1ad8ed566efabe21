import { useTranslation } from "react-i18next";
import { placeTo, usePlace } from "../../state/router.ts";
import Logs from "./index.tsx";
import { resourcesOf } from "./request.ts";

/** The logs of a selection on a page of their own: `#/logs?on=…&on=…`. */
export default function LogsPage() {
  const { t } = useTranslation("logs");
  const { query } = usePlace();
  const resources = resourcesOf(query);
  const [only] = resources;
  return (
    <div className="page resource-page is-list">
      <h1>{t("title")}</h1>
      {only === undefined ? (
        <p>{t("nothingChosen")}</p>
      ) : (
        <>
          <ul className="log-of" aria-label={t("of")}>
            {resources.map((id) => (
              <li key={id}>
                <a href={placeTo("resource", id)}>{id}</a>
              </li>
            ))}
          </ul>
          <div className="tab-panel">
            <Logs
              resources={resources}
              name={resources.length === 1 ? only : t("several", { count: resources.length })}
            />
          </div>
        </>
      )}
    </div>
  );
}
