import { useTranslation } from "react-i18next";
import type { ProtectionFilter, ProtectionFrame } from "../../../shared/protection.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../../widgets/format.ts";
import { CheckCircleIcon, ExclamationTriangleIcon } from "../../widgets/icons.ts";

type Facets = ProtectionFilter["facets"];

/** What each number counts, as the facets that show just that. */
const facetsOf = {
  late: { state: ["never", "late"] },
  neverRestored: { tested: ["never"] },
  notOffSite: { offSite: ["no", "unknown"] },
} as const satisfies Record<keyof ProtectionFrame["numbers"], Facets>;
const order = ["late", "neverRestored", "notOffSite"] as const;

/** The three numbers that matter, over all that is protected; each is a button that shows what it counts. */
export function Numbers({
  numbers,
  chosen,
  onChange,
}: {
  numbers: ProtectionFrame["numbers"];
  chosen: Facets;
  onChange: (facets: Facets) => void;
}) {
  const { t } = useTranslation("backups");
  const language = useLanguage();
  return (
    <ul className="backup-numbers" aria-label={t("numbers.label")}>
      {order.map((name) => {
        const words = t(`numbers.${name}`);
        const facets: Facets = Object.fromEntries(
          Object.entries(facetsOf[name]).map(([key, values]) => [key, [...values]]),
        );
        const isOn = JSON.stringify(chosen) === JSON.stringify(facets);
        const Icon = numbers[name] === 0 ? CheckCircleIcon : ExclamationTriangleIcon;
        const tone = numbers[name] === 0 ? "ok" : name === "late" ? "critical" : "warning";
        return (
          <li key={name}>
            <button
              type="button"
              aria-pressed={isOn}
              title={t(isOn ? "numbers.all" : "numbers.only", { words })}
              onClick={() => onChange(isOn ? {} : facets)}
            >
              <span className={`health health-${tone}`}>
                <Icon aria-hidden="true" />
                <strong className="figure">{formatNumber(numbers[name], language)}</strong>
              </span>{" "}
              <span>{words}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
