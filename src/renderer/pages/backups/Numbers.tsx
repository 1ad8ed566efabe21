import { useTranslation } from "react-i18next";
import type { ProtectionFacet, ProtectionFrame } from "../../../shared/protection.ts";
import { CountButtons, isSame } from "../../widgets/list/CountButtons.tsx";
import type { Chosen } from "../../widgets/list/FacetToggles.tsx";

/** What each number counts, as the facets that show just that. */
const facetsOf: Record<keyof ProtectionFrame["numbers"], Chosen<ProtectionFacet>> = {
  late: { state: ["never", "late"] },
  neverRestored: { tested: ["never"] },
  notOffSite: { offSite: ["no", "unknown"] },
};
const order = ["late", "neverRestored", "notOffSite"] as const;

/** The three numbers that matter, over all that is protected. */
export function Numbers({
  numbers,
  chosen,
  onChange,
}: {
  numbers: ProtectionFrame["numbers"];
  chosen: Chosen<ProtectionFacet>;
  onChange: (chosen: Chosen<ProtectionFacet>) => void;
}) {
  const { t } = useTranslation("backups");
  const counts = order.map((id) => {
    const words = t(`numbers.${id}`);
    const facets = facetsOf[id];
    return {
      ...{ id, count: numbers[id], words, facets },
      hint: t(isSame(chosen, facets) ? "numbers.all" : "numbers.only", { words }),
      tone: id === "late" ? ("critical" as const) : ("warning" as const),
    };
  });
  return <CountButtons label={t("numbers.label")} counts={counts} chosen={chosen} onChange={onChange} />;
}
