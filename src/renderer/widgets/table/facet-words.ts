import { factWords } from "../../../shared/facts.ts";
import type { FacetName } from "../../../shared/live.ts";
import { healthOrder } from "../../../shared/resource.ts";
import { useLanguage, useWords } from "../../i18n/index.ts";

/** The words for a value of a facet, as toggles and heads of groups show it. */
export function useFacetWords(name: FacetName, value: string): string {
  const t = useWords("list");
  const common = useWords("common");
  const language = useLanguage();
  if (name === "health") {
    const known = healthOrder.find((health) => health === value);
    return known ? common(`health.${known}`) : value;
  }
  if (name === "power" && value !== "") return factWords("power.state", value)?.[language] ?? value;
  if (name === "stale") return value === "true" ? t("facetValue.stale") : t("facetValue.fresh");
  return value === "" ? t("facetValue.none") : value;
}
