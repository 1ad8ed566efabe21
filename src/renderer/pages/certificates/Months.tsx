import { useTranslation } from "react-i18next";
import type { CertificateQuery } from "../../../shared/certificates.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../../widgets/format.ts";
import { monthWords } from "./reading.ts";

type Facets = CertificateQuery["facets"];

/** Months that are shown at once; the rest opens. */
const shownMonths = 8;

/** How many end in which month, as groups that can be looked at alone. */
export function Months({
  counts,
  chosen,
  onChange,
}: {
  counts: Readonly<Record<string, number>>;
  chosen: Facets;
  onChange: (facets: Facets) => void;
}) {
  const { t } = useTranslation("certificates");
  const language = useLanguage();
  const on = chosen.month ?? [];
  const months = [...new Set([...Object.keys(counts), ...on])].sort();
  if (months.length === 0) return null;
  const toggle = (month: string) => {
    const next = on.includes(month) ? on.filter((each) => each !== month) : [...on, month];
    const { month: _before, ...rest } = chosen;
    onChange(next.length > 0 ? { ...rest, month: next } : rest);
  };
  const button = (month: string) => (
    <li key={month}>
      <button
        type="button"
        className="facet-toggle"
        aria-pressed={on.includes(month)}
        onClick={() => toggle(month)}
      >
        {monthWords(month, language)}{" "}
        <span className="facet-count">{formatNumber(counts[month] ?? 0, language)}</span>
      </button>
    </li>
  );
  const later = months.slice(shownMonths);
  return (
    <section aria-labelledby="certificate-months" className="certificate-months">
      <h2 id="certificate-months">{t("months")}</h2>
      <ul>{months.slice(0, shownMonths).map(button)}</ul>
      {later.length > 0 && (
        <details>
          <summary>{t("laterMonths", { count: later.length })}</summary>
          <ul>{later.map(button)}</ul>
        </details>
      )}
    </section>
  );
}
