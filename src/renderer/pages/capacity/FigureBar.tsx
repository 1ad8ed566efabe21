import { useTranslation } from "react-i18next";
import type { CapacityFigure } from "../../../shared/capacity.ts";
import { useLocalText } from "../../i18n/index.ts";
import { VerdictLabel } from "./VerdictLabel.tsx";

/** A figure as a bar with its ceiling marked on it, and the sentence that says the same. */
export function FigureBar({ of, figure }: { of: "processors" | "memory"; figure: CapacityFigure }) {
  const { t } = useTranslation("capacity");
  const local = useLocalText();
  const { ratio, ceiling, verdict } = figure;
  const end = Math.max(ratio ?? 0, ceiling ?? 0, 0.01) * 1.1;
  const at = (value: number) => (value / end) * 100;
  return (
    <div className="capacity-figure">
      <h3>{t(`figures.${of}`)}</h3>
      <VerdictLabel
        verdict={verdict}
        words={ceiling === null && verdict === "ok" ? t("noCeiling") : t(`verdict.${verdict}`)}
      />
      <svg
        className={`capacity-bar is-${verdict}`}
        viewBox="0 0 100 10"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect className="capacity-track" width="100" height="10" />
        {ratio !== null && <rect className="capacity-used" width={at(ratio)} height="10" />}
        {ceiling !== null && (
          <line className="capacity-ceiling" x1={at(ceiling)} x2={at(ceiling)} y1="0" y2="10" />
        )}
      </svg>
      <p className="quiet">{local(figure.text)}</p>
    </div>
  );
}
