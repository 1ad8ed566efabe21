import { useTranslation } from "react-i18next";
import type { CertificateFrame, CertificateQuery } from "../../../shared/certificates.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../../widgets/format.ts";
import { CheckCircleIcon, ExclamationTriangleIcon } from "../../widgets/icons.ts";

type Facets = CertificateQuery["facets"];

/** What each number counts, as the facets that show just that. */
const statesOf = {
  expired: ["expired", "revoked"],
  wrong: ["wrong-name", "untrusted", "not-yet"],
  soon: ["late", "soon"],
} as const satisfies Record<keyof CertificateFrame["numbers"], readonly string[]>;
const order = ["expired", "wrong", "soon"] as const;

/** The three numbers that matter, over all certificates; each is a button that shows what it counts. */
export function Numbers({
  numbers,
  chosen,
  onChange,
}: {
  numbers: CertificateFrame["numbers"];
  chosen: Facets;
  onChange: (facets: Facets) => void;
}) {
  const { t } = useTranslation("certificates");
  const language = useLanguage();
  return (
    <ul className="certificate-numbers" aria-label={t("numbers.label")}>
      {order.map((name) => {
        const facets: Facets = { state: [...statesOf[name]] };
        const isOn = JSON.stringify(chosen) === JSON.stringify(facets);
        const isWell = numbers[name] === 0;
        const Icon = isWell ? CheckCircleIcon : ExclamationTriangleIcon;
        const tone = isWell ? "ok" : name === "expired" ? "critical" : "warning";
        return (
          <li key={name}>
            <button type="button" aria-pressed={isOn} onClick={() => onChange(isOn ? {} : facets)}>
              <span className={`health health-${tone}`}>
                <Icon aria-hidden="true" />
                <strong className="figure">{formatNumber(numbers[name], language)}</strong>
              </span>{" "}
              <span>{t(`numbers.${name}`)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
