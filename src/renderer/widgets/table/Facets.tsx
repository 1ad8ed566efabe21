import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type FacetName, facetNames } from "../../../shared/live.ts";
import { healthOrder } from "../../../shared/resource.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../format.ts";
import { useFacetWords } from "./facet-words.ts";
import { type ListView, toggleFacet } from "./list-settings.ts";
import type { ListWindow } from "./list-window.ts";

const shownValues = 6;
const none: readonly string[] = [];

/** A facet's values, health worst first, the others by count; those in force stay even when none matches now. */
export function facetValues(
  name: FacetName,
  counts: Record<string, number>,
  chosen: readonly string[],
): { value: string; count: number }[] {
  const values = new Set([...Object.keys(counts), ...chosen]);
  const list = [...values].map((value) => ({ value, count: counts[value] ?? 0 }));
  if (name === "health") {
    const order: readonly string[] = healthOrder;
    return list.sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
  }
  return list.sort((a, b) => b.count - a.count || a.value.localeCompare(b.value));
}

/** Facets with their counts as small toggles; a facet with only one value says nothing and is left out. */
export const Facets = memo(function Facets({
  facets,
  chosen,
  onChange,
}: {
  facets: ListWindow["facets"];
  chosen: ListView["facets"];
  onChange: (facets: ListView["facets"]) => void;
}) {
  const { t } = useTranslation(["list", "common"]);
  return (
    <fieldset className="facets">
      <legend className="pf-v6-screen-reader">{t("facets")}</legend>
      {facetNames
        .filter((name) => name !== "kind")
        .map((name) => (
          <Facet
            key={name}
            name={name}
            counts={facets[name] ?? {}}
            chosen={chosen[name] ?? none}
            onToggle={(value) => onChange(toggleFacet(chosen, name, value))}
          />
        ))}
      {Object.keys(chosen).length > 0 && (
        <button type="button" className="facet-clear" onClick={() => onChange({})}>
          {t("clearFacets")}
        </button>
      )}
    </fieldset>
  );
});

function Facet({
  name,
  counts,
  chosen,
  onToggle,
}: {
  name: FacetName;
  counts: Record<string, number>;
  chosen: readonly string[];
  onToggle: (value: string) => void;
}) {
  const { t } = useTranslation(["list", "common"]);
  const [open, setOpen] = useState(false);
  const values = facetValues(name, counts, chosen);
  if (values.length < 2 && chosen.length === 0) return null;
  const toggle = ({ value, count }: { value: string; count: number }) => (
    <FacetToggle
      key={value}
      name={name}
      value={value}
      count={count}
      pressed={chosen.includes(value)}
      onToggle={() => onToggle(value)}
    />
  );
  const rest = values.slice(shownValues);
  return (
    <div className="facet">
      <span className="facet-name">{t(`facet.${name}`)}</span>
      {values.slice(0, shownValues).map(toggle)}
      {rest.length > 0 && (
        <details className="facet-more" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t("moreValues", { count: rest.length })}</summary>
          {open && <div className="facet-rest">{rest.map(toggle)}</div>}
        </details>
      )}
    </div>
  );
}

function FacetToggle({
  name,
  value,
  count,
  pressed,
  onToggle,
}: {
  name: FacetName;
  value: string;
  count: number;
  pressed: boolean;
  onToggle: () => void;
}) {
  const words = useFacetWords(name, value);
  const language = useLanguage();
  return (
    <button
      type="button"
      className={`facet-toggle facet-${name}-${value}`}
      aria-pressed={pressed}
      onClick={onToggle}
    >
      {words} <span className="facet-count">{formatNumber(count, language)}</span>
    </button>
  );
}
