import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PraView } from "../../../shared/pra.ts";
import { useLanguage } from "../../i18n/index.ts";
import { Age } from "../../widgets/Age.tsx";
import { formatDuration, formatNumber } from "../../widgets/format.ts";
import { Bar } from "./Bar.tsx";
import { Toned } from "./labels.tsx";
import { readinessTone, type Tone, toneOf } from "./reading.ts";

/** The three numbers that matter: how ready, how long it would take, how much would be lost. */
export function Figures({ view }: { view: PraView }) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const { readiness, forecast, dataAtRisk } = view;
  const { figure, counts, evaluatedAt } = readiness;
  return (
    <section className="pra-figures" aria-label={t("figures")}>
      <Figure
        title={t("readiness")}
        words={
          figure === null
            ? t("notEvaluated")
            : t("readinessOf", { figure: formatNumber(figure, language, 0) })
        }
        tone={readinessTone(readiness)}
        bar={figure === null ? null : { value: figure, limit: 100 }}
      >
        {figure !== null && (
          <>
            {t("counts", {
              ready: counts.ready,
              warning: counts.warning,
              blocked: counts.blocked,
              unknown: counts.unknown,
            })}{" "}
            · {t("evaluated")} <Age at={evaluatedAt} />
          </>
        )}
      </Figure>
      <LengthFigure
        title={t("rto")}
        value={forecast.value}
        limit={forecast.rto}
        unknown={t("rtoUnknown")}
        hint={t("rtoHint")}
      />
      <LengthFigure
        title={t("rpo")}
        value={dataAtRisk.value}
        limit={dataAtRisk.rpo}
        unknown={t("rpoUnknown")}
        hint={t("rpoHint")}
      />
    </section>
  );
}

function LengthFigure({
  title,
  value,
  limit,
  unknown,
  hint,
}: {
  title: string;
  value: number | null;
  limit: number;
  unknown: string;
  hint: string;
}) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const words =
    value === null
      ? unknown
      : t("ofLimit", { value: formatDuration(value, language), limit: formatDuration(limit, language) });
  const beyond = value !== null && value > limit ? value - limit : null;
  return (
    <Figure
      title={title}
      words={words}
      tone={toneOf(value, limit)}
      bar={value === null ? null : { value, limit }}
    >
      {beyond !== null && <strong>{t("over", { time: formatDuration(beyond, language) })} · </strong>}
      {hint}
    </Figure>
  );
}

function Figure({
  title,
  words,
  tone,
  bar,
  children,
}: {
  title: string;
  words: string;
  tone: Tone;
  bar: { value: number; limit: number } | null;
  children: ReactNode;
}) {
  return (
    <article className="panel pra-figure">
      <h2>{title}</h2>
      <p className={bar === null ? "pra-words" : "pra-large"}>
        <Toned tone={tone} words={words} />
      </p>
      {bar && <Bar value={bar.value} limit={bar.limit} tone={tone} />}
      <p className="quiet">{children}</p>
    </article>
  );
}
