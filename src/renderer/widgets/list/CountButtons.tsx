import "../../styles/counts.css";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../format.ts";
import { CheckCircleIcon, ExclamationTriangleIcon } from "../icons.ts";
import type { Chosen } from "./FacetToggles.tsx";

/** A number that matters: how many there are, and the facets that show just those. */
export interface Count<Facet extends string> {
  id: string;
  count: number;
  words: string;
  /** Said of the button, where its words alone do not tell what it does. */
  hint?: string;
  /** How grave one of them is. */
  tone: "critical" | "warning";
  facets: Chosen<Facet>;
}

/** The numbers over a whole list; each is a button that shows what it counts, and all again. */
export function CountButtons<Facet extends string>({
  label,
  counts,
  chosen,
  onChange,
}: {
  label: string;
  counts: readonly Count<Facet>[];
  chosen: Chosen<Facet>;
  onChange: (chosen: Chosen<Facet>) => void;
}) {
  const language = useLanguage();
  return (
    <ul className="count-buttons" aria-label={label}>
      {counts.map(({ id, count, words, hint, tone, facets }) => {
        const isOn = isSame(chosen, facets);
        const Icon = count === 0 ? CheckCircleIcon : ExclamationTriangleIcon;
        return (
          <li key={id}>
            <button
              type="button"
              aria-pressed={isOn}
              title={hint}
              onClick={() => onChange(isOn ? {} : facets)}
            >
              <span className={`health health-${count === 0 ? "ok" : tone}`}>
                <Icon aria-hidden="true" />
                <strong className="figure">{formatNumber(count, language)}</strong>
              </span>{" "}
              <span>{words}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Whether just these are chosen. */
export function isSame<Facet extends string>(chosen: Chosen<Facet>, facets: Chosen<Facet>): boolean {
  return JSON.stringify(chosen) === JSON.stringify(facets);
}
