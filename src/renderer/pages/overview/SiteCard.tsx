import { useTranslation } from "react-i18next";
import { parseDuration } from "../../../shared/estate-words.ts";
import type { Overview } from "../../../shared/overview.ts";
import { healthOrder } from "../../../shared/resource.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { useConsole } from "../../state/console.tsx";
import { placeTo } from "../../state/router.ts";
import { placeOfTopology } from "../../state/topology-place.ts";
import { formatDuration, formatMoment, formatNumber } from "../../widgets/format.ts";
import { HealthLabel } from "../../widgets/HealthLabel.tsx";
import { ClockIcon, WrenchIcon } from "../../widgets/icons.ts";
import { Toned } from "../pra/labels.tsx";
import { useModeWords } from "../pra/mode-words.ts";

type Card = Overview["cards"][number];

/** One site and environment: worst health first, then support, RPO and RTO, and what runs. */
export function SiteCard({
  card,
  isFirst,
}: {
  card: Card;
  /** Whether no card before it is of the same site: what belongs to the whole site stands there alone. */
  isFirst: boolean;
}) {
  const { t } = useTranslation("overview");
  const link = `${placeTo("hosts")}?site=${encodeURIComponent(card.site)}`;
  return (
    <article className={`site-card site-${card.health}`}>
      <header>
        <h2>
          <a href={link}>{card.site === "" ? t("ofNoSite") : card.name}</a>
        </h2>
        <HealthLabel health={card.health} />
      </header>
      {card.environmentName && <p className="quiet">{card.environmentName}</p>}
      <ul className="health-counts">
        {healthOrder
          .filter((health) => (card.counts[health] ?? 0) > 0)
          .map((health) => (
            <li key={health}>
              <strong className="figure">{card.counts[health]}</strong> <HealthLabel health={health} />
            </li>
          ))}
        {card.maintenance > 0 && (
          <li className="maintenance-mark">
            <WrenchIcon aria-hidden="true" /> {t("maintenance", { count: card.maintenance })}
          </li>
        )}
        {card.stale > 0 && (
          <li className="stale-mark">
            <ClockIcon aria-hidden="true" /> {t("stale", { count: card.stale })}
          </li>
        )}
      </ul>
      <dl className="pairs">
        <dt>{t("support")}</dt>
        <dd>
          <Support support={card.support} />
        </dd>
        <dt>{t("rpo")}</dt>
        <dd>
          <Objective words={card.rpo} />
        </dd>
        <dt>{t("rto")}</dt>
        <dd>
          <Objective words={card.rto} />
        </dd>
      </dl>
      {isFirst && <Plans card={card} />}
      {card.site !== "" && (
        <p>
          <a href={placeOfTopology(card.site)} aria-label={t("topologyOf", { name: card.name })}>
            {t("topology")}
          </a>
        </p>
      )}
      {card.runningTasks > 0 && (
        <p>
          <a href={placeTo("tasks")}>{t("running", { count: card.runningTasks })}</a>
        </p>
      )}
    </article>
  );
}

/** The disaster-recovery plans that carry this site away or land here, with how ready each is. */
function Plans({ card }: { card: Card }) {
  const { t } = useTranslation("pra");
  const modeWords = useModeWords();
  const local = useLocalText();
  const language = useLanguage();
  const plans = (useConsole().pra.value?.plans ?? []).filter(
    ({ production, recovery }) => production === card.name || recovery === card.name,
  );
  return plans.map(({ id, title, readiness, running, side }) => (
    <p key={id} className="card-plan">
      <a href={running ? placeTo("pra", "run", running.run) : placeTo("pra", id)}>
        {readiness.figure === null
          ? t("overviewUnknown", { title: local(title) })
          : t("overview", { title: local(title), figure: formatNumber(readiness.figure, language, 0) })}
      </a>
      {running && <span> · {modeWords(running)}</span>}
      {side === "split-brain" && <Toned tone="critical" words={t("sideShort.split-brain")} />}
    </p>
  ));
}

/** "4h" of the estate file as a length of time in the language of the screen. */
function Objective({ words }: { words: string | null }) {
  const { t } = useTranslation("overview");
  const language = useLanguage();
  if (words === null) return <span className="quiet">{t("notDeclared")}</span>;
  const milliseconds = parseDuration(words);
  return milliseconds === null ? words : formatDuration(milliseconds, language);
}

function Support({ support }: { support: Card["support"] }) {
  const { t } = useTranslation("overview");
  const language = useLanguage();
  if (support === null) return <span className="quiet">{t("noSupport")}</span>;
  const time = support.changesAt === null ? null : formatMoment(support.changesAt, language);
  const words = support.open
    ? time === null
      ? t("open")
      : t("openUntil", { time })
    : time === null
      ? t("closed")
      : t("closedUntil", { time });
  return (
    <>
      {support.window} · {words}
    </>
  );
}
