import { useTranslation } from "react-i18next";
import {
  type ProtectionFacet,
  type ProtectionFilter,
  type ProtectionFrame,
  protectionFacets,
  protectionStates,
} from "../../../shared/protection.ts";
import { resourceKinds } from "../../../shared/resource.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../../widgets/format.ts";

type Facets = ProtectionFilter["facets"];
const shownValues = 6;

/** Facets with their counts as small toggles; one with only one value says nothing and is left out. */
export function BackupFacets({
  frame,
  chosen,
  onChange,
}: {
  frame: Pick<ProtectionFrame, "facets" | "names">;
  chosen: Facets;
  onChange: (facets: Facets) => void;
}) {
  const { t } = useTranslation("backups");
  return (
    <fieldset className="facets">
      <legend className="pf-v6-screen-reader">{t("facets")}</legend>
      {protectionFacets.map((facet) => (
        <Facet key={facet} facet={facet} frame={frame} chosen={chosen} onChange={onChange} />
      ))}
      {Object.keys(chosen).length > 0 && (
        <button type="button" className="facet-clear" onClick={() => onChange({})}>
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
}: {
  facet: ProtectionFacet;
  frame: Pick<ProtectionFrame, "facets" | "names">;
  chosen: Facets;
  onChange: (facets: Facets) => void;
}) {
  const { t } = useTranslation("backups");
  const language = useLanguage();
  const wordsOf = useFacetWords(facet, frame.names);
  const counts = frame.facets[facet] ?? {};
  const values = chosen[facet] ?? [];
  const all = [...new Set([...Object.keys(counts), ...values])].sort((one, other) =>
    facet === "state"
      ? orderOf(one) - orderOf(other)
      : (counts[other] ?? 0) - (counts[one] ?? 0) || one.localeCompare(other),
  );
  if (all.length < 2 && values.length === 0) return null;
  const toggle = (value: string) => {
    const next = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
    const { [facet]: _before, ...rest } = chosen;
    onChange(next.length > 0 ? { ...rest, [facet]: next } : rest);
  };
  const button = (value: string) => (
    <button
      key={value}
      type="button"
      className="facet-toggle"
      aria-pressed={values.includes(value)}
      onClick={() => toggle(value)}
    >
      {wordsOf(value)} <span className="facet-count">{formatNumber(counts[value] ?? 0, language)}</span>
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

function orderOf(state: string): number {
  return (protectionStates as readonly string[]).indexOf(state);
}

/** The words of a facet's value: a state's from the translations, a site's or policy's its name. */
function useFacetWords(facet: ProtectionFacet, names: ProtectionFrame["names"]): (value: string) => string {
  const { t } = useTranslation(["backups", "common"]);
  return (value) => {
    const among = <Word extends string>(words: readonly Word[]) => words.find((word) => word === value);
    const state = facet === "state" ? among(protectionStates) : undefined;
    if (state) return t(`backups:state.${state}`);
    const kind = facet === "kind" ? among(resourceKinds) : undefined;
    if (kind) return t(`common:kinds.${kind}`);
    const offSite = facet === "offSite" ? among(["yes", "no", "unknown"]) : undefined;
    if (offSite) return t(`backups:offSite.${offSite}`);
    const tested = facet === "tested" ? among(["never", "good", "failed"]) : undefined;
    if (tested) return t(`backups:tested.${tested}`);
    const kept =
      facet === "kept" ? among(["kept", "growing", "shorter", "unknown", "not-demanded"]) : undefined;
    return kept ? t(`backups:kept.${kept}`) : (names[value] ?? value);
  };
}
