import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../format.ts";

/** The values that were chosen of each facet. */
export type Chosen<Facet extends string> = Partial<Record<Facet, string[]>>;

interface FacetTogglesProps<Facet extends string> {
  /** In the order in which they stand. */
  facets: readonly Facet[];
  counts: Partial<Record<Facet, Record<string, number>>>;
  chosen: Chosen<Facet>;
  onChange: (chosen: Chosen<Facet>) => void;
  nameOf: (facet: Facet) => string;
  wordsOf: (facet: Facet, value: string) => string;
  /** The values of a facet that have an order of their own; the others stand by their counts. */
  orderOf?: (facet: Facet) => readonly string[] | null;
}

const shownValues = 5;

/** Facets with their counts as small toggles; one with only one value says nothing and is left out. */
export function FacetToggles<Facet extends string>(props: FacetTogglesProps<Facet>) {
  const { t } = useTranslation("common");
  return (
    <fieldset className="facets">
      <legend className="pf-v6-screen-reader">{t("list.facets")}</legend>
      {props.facets.map((facet) => (
        <Values key={facet} facet={facet} {...props} />
      ))}
      {Object.keys(props.chosen).length > 0 && (
        <button type="button" className="facet-clear" onClick={() => props.onChange({})}>
          {t("list.clear")}
        </button>
      )}
    </fieldset>
  );
}

function Values<Facet extends string>({
  facet,
  counts: allCounts,
  chosen,
  onChange,
  nameOf,
  wordsOf,
  orderOf,
}: FacetTogglesProps<Facet> & { facet: Facet }) {
  const { t } = useTranslation("common");
  const language = useLanguage();
  const counts: Record<string, number> = allCounts[facet] ?? {};
  const on: readonly string[] = chosen[facet] ?? [];
  const order = orderOf?.(facet) ?? null;
  const all = [...new Set([...Object.keys(counts), ...on])].sort((one, other) =>
    order
      ? order.indexOf(one) - order.indexOf(other)
      : (counts[other] ?? 0) - (counts[one] ?? 0) || one.localeCompare(other),
  );
  if (all.length < 2 && on.length === 0) return null;
  const toggle = (value: string) => {
    const next = on.includes(value) ? on.filter((each) => each !== value) : [...on, value];
    const rest: Chosen<Facet> = { ...chosen };
    if (next.length > 0) rest[facet] = next;
    else delete rest[facet];
    onChange(rest);
  };
  const button = (value: string) => (
    <button
      key={value}
      type="button"
      className="facet-toggle"
      aria-pressed={on.includes(value)}
      onClick={() => toggle(value)}
    >
      {wordsOf(facet, value)}{" "}
      <span className="facet-count">{formatNumber(counts[value] ?? 0, language)}</span>
    </button>
  );
  const rest = all.slice(shownValues);
  return (
    <div className="facet">
      <span className="facet-name">{nameOf(facet)}</span>
      {all.slice(0, shownValues).map(button)}
      {rest.length > 0 && (
        <details className="facet-more">
          <summary>{t("list.moreValues", { count: rest.length })}</summary>
          <div className="facet-rest">{rest.map(button)}</div>
        </details>
      )}
    </div>
  );
}
