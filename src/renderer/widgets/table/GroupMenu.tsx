import { useId } from "react";
import { useTranslation } from "react-i18next";
import { groupNames } from "../../../shared/live.ts";
import { type ListView, unfolded } from "./list-settings.ts";
import type { ListWindow } from "./list-window.ts";

const folded = { open: false, except: [] };

/** Groups the list by one of the facets that its resources have, and folds or unfolds all groups. */
export function GroupMenu({
  view: { group },
  facets,
  onChange,
}: {
  view: ListView;
  facets: ListWindow["facets"];
  onChange: (part: Partial<ListView>) => void;
}) {
  const { t } = useTranslation("list");
  const id = useId();
  const offered = groupNames.filter(
    (name) => name === group || Object.keys(facets[name] ?? {}).some((value) => value !== ""),
  );
  return (
    <>
      <span className="group-menu">
        <label htmlFor={id} className="quiet">
          {t("groupBy")}
        </label>
        <select
          id={id}
          value={group ?? ""}
          onChange={({ target }) => {
            const chosen = groupNames.find((name) => name === target.value) ?? null;
            onChange({ group: chosen, fold: unfolded });
          }}
        >
          <option value="">{t("ungrouped")}</option>
          {offered.map((name) => (
            <option key={name} value={name}>
              {t(`facet.${name}`)}
            </option>
          ))}
        </select>
      </span>
      {group !== null && (
        <fieldset className="segments" aria-label={t("folding")}>
          <button type="button" onClick={() => onChange({ fold: folded })}>
            {t("foldAll")}
          </button>
          <button type="button" onClick={() => onChange({ fold: unfolded })}>
            {t("unfoldAll")}
          </button>
        </fieldset>
      )}
    </>
  );
}
