import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Variable } from "../../../shared/procedure.ts";
import type { Client } from "../../state/client.ts";
import { useLiveFold } from "../../state/live.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";
import { MinusCircleIcon, SearchIcon } from "../../widgets/icons.ts";
import { foldList } from "../../widgets/table/list-window.ts";
import type { Typed } from "./values.ts";

/** How many resources are shown to choose from; a filter brings up the others. */
const shown = 50;
const fold = foldList(0);

/** One resource, or several, chosen from those that the variable asks for; a list that lives while it is open. */
export function ResourcePicker({
  title,
  variable,
  value,
  onChange,
}: {
  title: string;
  variable: Variable;
  value: string | readonly string[];
  onChange: (value: Typed) => void;
}) {
  const { t } = useTranslation(["procedures", "common"]);
  const [filter, setFilter] = useState("");
  const several = variable.type === "resources";
  const all = several && value === "all";
  const chosen = typeof value === "string" ? (value === "" || all ? [] : [value]) : value;
  const { kinds, site, environment, health, parent, action } = variable;
  const text = filter.trim() || (variable.text ?? "");
  const open = useCallback(
    (client: Client, signal: AbortSignal) =>
      client.resources.list(
        {
          kinds: kinds ?? [],
          text,
          limit: shown,
          within: parent === undefined ? {} : { parent },
          action: action ?? null,
          facets: {
            ...(site === undefined ? {} : { site: [site] }),
            ...(environment === undefined ? {} : { environment: [environment] }),
            ...(health === undefined ? {} : { health }),
          },
        },
        { signal },
      ),
    [kinds, text, site, environment, health, parent, action],
  );
  const { value: list, error, retry } = useLiveFold(open, fold);
  const choose = (id: string, wanted: boolean) => {
    if (!several) onChange(id);
    else onChange(wanted ? [...chosen, id] : chosen.filter((each) => each !== id));
  };
  const rest = list ? list.matching - list.rows.length : 0;
  return (
    <>
      {several && (
        <label className="field-check">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => onChange(event.target.checked ? "all" : [])}
          />
          {t("resources.all")}
        </label>
      )}
      {!all && (
        <>
          <div className="filter-box">
            <SearchIcon aria-hidden="true" />
            <input
              type="search"
              aria-label={t("resources.filter", { name: title })}
              value={filter}
              maxLength={200}
              onChange={(event) => setFilter(event.target.value)}
            />
            <span className="quiet">{t("resources.chosen", { count: chosen.length })}</span>
          </div>
          {several && chosen.length > 0 && (
            <ul className="button-row">
              {chosen.map((id) => (
                <li key={id}>
                  <button
                    type="button"
                    className="tool-button"
                    aria-label={t("resources.remove", { name: id })}
                    onClick={() => choose(id, false)}
                  >
                    {id} <MinusCircleIcon aria-hidden="true" />
                  </button>
                </li>
              ))}
            </ul>
          )}
          {error && <ErrorNotice error={error} retry={retry} />}
          {list?.rows.length === 0 && <p className="quiet">{t("resources.noneFits")}</p>}
          <ul className="targets resource-choices">
            {list?.rows.map((row) => (
              <li key={row.id}>
                <label className="field-check">
                  <input
                    type={several ? "checkbox" : "radio"}
                    name={title}
                    checked={chosen.includes(row.id)}
                    onChange={(event) => choose(row.id, event.target.checked)}
                  />
                  <HealthLabel health={row.health} quiet /> <span>{row.name}</span>{" "}
                  <span className="quiet">
                    {t(`common:kinds.${row.kind}`)} · {row.system}
                  </span>
                  {row.stale && <StaleMark />}
                </label>
              </li>
            ))}
          </ul>
          {rest > 0 && <p className="quiet">{t("resources.more", { count: rest })}</p>}
        </>
      )}
    </>
  );
}
