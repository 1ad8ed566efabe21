import { useTranslation } from "react-i18next";
import type { Readiness } from "../../../shared/pra.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatMoment, formatNumber } from "../../widgets/format.ts";
import { Sparkline } from "../../widgets/Sparkline.tsx";

/** The rows of the table beside the curve. */
const rows = 20;

/** How ready a plan was over time: a curve that tells its lowest and last value, and the same as a table. */
export function FigureHistory({ history }: { history: Readiness["history"] }) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const first = history[0];
  const last = history.length > 1 ? history.at(-1) : undefined;
  return (
    <section className="panel" aria-labelledby="pra-history">
      <h2 id="pra-history">{t("history")}</h2>
      {!(first && last) && <p className="quiet">{t("noHistory")}</p>}
      {first && last && (
        <>
          <div className="pra-curve">
            <Sparkline
              points={history.map(({ at, figure }) => ({ at, value: figure }))}
              ceiling={100}
              gap={Number.POSITIVE_INFINITY}
              label={t("historyOf", {
                from: formatMoment(first.at, language),
                to: formatMoment(last.at, language),
                least: formatNumber(Math.min(...history.map(({ figure }) => figure)), language, 0),
                last: formatNumber(last.figure, language, 0),
              })}
            />
            <p className="pra-curve-ends quiet figure">
              <span>{formatMoment(first.at, language)}</span>
              <span>{formatMoment(last.at, language)}</span>
            </p>
          </div>
          <details>
            <summary>{t("asTable")}</summary>
            <table className="pra-history">
              <thead>
                <tr>
                  <th scope="col">{t("at")}</th>
                  <th scope="col">{t("readiness")}</th>
                </tr>
              </thead>
              <tbody>
                {history
                  .slice(-rows)
                  .reverse()
                  .map(({ at, figure }) => (
                    <tr key={at}>
                      <td className="figure">{formatMoment(at, language)}</td>
                      <td className="figure">
                        {t("readinessOf", { figure: formatNumber(figure, language, 0) })}
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </section>
  );
}
