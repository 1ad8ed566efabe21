import { useTranslation } from "react-i18next";
import {
  type CertificateFacet,
  type CertificateFrame,
  type CertificateQuery,
  certificateFacets,
  certificateStates,
} from "../../../shared/certificates.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatNumber } from "../../widgets/format.ts";
import { wordsOf } from "./reading.ts";

type Facets = CertificateQuery["facets"];
interface FacetProps {
  frame: Pick<CertificateFrame, "facets" | "names">;
  chosen: Facets;
  onChange: (facets: Facets) => void;
}

const shownValues = 5;
/** Months have their own place. */
const facets = certificateFacets.filter((facet) => facet !== "month");

/** Facets with their counts as small toggles; one with only one value says nothing and is left out. */
export function CertificateFacets(props: FacetProps) {
  const { t } = useTranslation("certificates");
  return (
    <fieldset className="facets">
      <legend className="pf-v6-screen-reader">{t("facets")}</legend>
      {facets.map((facet) => (
        <Facet key={facet} facet={facet} {...props} />
      ))}
      {Object.keys(props.chosen).length > 0 && (
        <button type="button" className="facet-clear" onClick={() => props.onChange({})}>
          {t("clear")}
        </button>
      )}
    </fieldset>
  );
}

function Facet({
  facet,
  frame,
  chosen,
  onChange,
}: FacetProps & { facet: Exclude<CertificateFacet, "month"> }) {
  const { t } = useTranslation("certificates");
  const language = useLanguage();
  const local = useLocalText();
  const counts = frame.facets[facet] ?? {};
  const on = chosen[facet] ?? [];
  const all = [...new Set([...Object.keys(counts), ...on])].sort(
    (one, other) => (counts[other] ?? 0) - (counts[one] ?? 0) || one.localeCompare(other),
  );
  if (all.length < 2 && on.length === 0) return null;
  const words = (value: string) => {
    const state = facet === "state" ? certificateStates.find((each) => each === value) : undefined;
    if (state) return t(`state.${state}`);
    const fact = facet === "from" || facet === "renewal" ? wordsOf(facet, value) : null;
    return fact ? local(fact) : (frame.names[value] ?? value);
  };
  const toggle = (value: string) => {
    const next = on.includes(value) ? on.filter((each) => each !== value) : [...on, value];
    const { [facet]: _before, ...rest } = chosen;
    onChange(next.length > 0 ? { ...rest, [facet]: next } : rest);
  };
  const button = (value: string) => (
    <button
      key={value}
      type="button"
      className="facet-toggle"
      aria-pressed={on.includes(value)}
      onClick={() => toggle(value)}
    >
      {words(value)} <span className="facet-count">{formatNumber(counts[value] ?? 0, language)}</span>
    </button>
  );
  const rest = all.slice(shownValues);
  return (
    <div className="facet">
      <span className="facet-name">{t(`facet.${facet}`)}</span>
      {all.slice(0, shownValues).map(button)}
      {rest.length > 0 && (
        <details className="facet-more">
          <summary>{t("moreValues", { count: rest.length })}</summary>
          <div className="facet-rest">{rest.map(button)}</div>
        </details>
      )}
    </div>
  );
}
