import { Button } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import type { Overview as OverviewData } from "../../../shared/overview.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { useOverlays } from "../../state/overlays.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { HealthLabel } from "../../widgets/HealthLabel.tsx";
import { CheckCircleIcon } from "../../widgets/icons.ts";
import { SiteCard } from "./SiteCard.tsx";

const open = (client: Client, signal: AbortSignal) => client.overview.watch(undefined, { signal });

/** Where am I, what is wrong, what needs me, what changed: one card a site and environment, then two short lists. */
export default function Overview() {
  const { t } = useTranslation(["overview", "common"]);
  const { value, error, retry } = useLive(open);
  return (
    <div className="page">
      <h1>{t("title")}</h1>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && (
        <>
          <section aria-label={t("sites")}>
            {value.cards.length === 0 && <p className="quiet">{t("noSites")}</p>}
            <ul className="cards">
              {value.cards.map((card, index) => (
                <li key={`${card.site} ${card.environment ?? ""}`}>
                  <SiteCard
                    card={card}
                    isFirst={value.cards.findIndex(({ site }) => site === card.site) === index}
                  />
                </li>
              ))}
            </ul>
          </section>
          <div className="columns">
            <Needs needs={value.needs} muted={value.muted} />
            <Changes changes={value.changes} />
          </div>
        </>
      )}
    </div>
  );
}

function Needs({ needs, muted }: Pick<OverviewData, "needs" | "muted">) {
  const { t } = useTranslation(["overview", "common"]);
  const local = useLocalText();
  return (
    <section className="panel" aria-labelledby="needs">
      <h2 id="needs">{t("needs")}</h2>
      {needs.length === 0 ? (
        <p className="all-well">
          <CheckCircleIcon aria-hidden="true" /> {t("nothingNeeded")}
        </p>
      ) : (
        <ul className="lines">
          {needs.map((need) => (
            <li key={need.key}>
              <HealthLabel health={need.health} />
              <span className="line-words">{local(need.text)}</span>
              <NeedAction need={need} />
            </li>
          ))}
        </ul>
      )}
      {muted > 0 && (
        <p className="quiet">
          <a href={placeTo("findings")}>{t("mutedNeeds", { count: muted })}</a>
        </p>
      )}
    </section>
  );
}

/** Leads to where the need is mended: a question's dialog, a page, or the resource with its actions. */
function NeedAction({ need }: { need: OverviewData["needs"][number] }) {
  const { t } = useTranslation(["overview", "common"]);
  const openQuestions = useOverlays((overlays) => overlays.openQuestions);
  if (need.page === "questions") {
    return (
      <Button variant="secondary" size="sm" onClick={() => openQuestions(true)}>
        {t("answer")}
      </Button>
    );
  }
  const href = placeOf(need);
  return (
    <Button
      variant="secondary"
      size="sm"
      component="a"
      href={need.action === null ? href : `${href}?action=${encodeURIComponent(need.action)}`}
    >
      {need.action === null ? t("look") : t("act")}
    </Button>
  );
}

function placeOf({ page, resource, run }: OverviewData["needs"][number]): string {
  if (page === "resource") return resource === null ? placeTo("overview") : placeTo("resource", resource);
  return page === "runs" && run !== undefined ? placeTo("runs", run) : placeTo(page);
}

function Changes({ changes }: { changes: OverviewData["changes"] }) {
  const { t } = useTranslation(["overview", "common"]);
  const local = useLocalText();
  const language = useLanguage();
  return (
    <section className="panel" aria-labelledby="changes">
      <h2 id="changes">{t("changes")}</h2>
      {changes.length === 0 ? (
        <p className="quiet">{t("noChanges")}</p>
      ) : (
        <ul className="lines">
          {changes.map((change) => (
            <li key={`${change.at} ${change.resource} ${change.text.en}`}>
              <time className="figure quiet" dateTime={new Date(change.at).toISOString()}>
                {formatMoment(change.at, language)}
              </time>
              <HealthLabel health={change.health} quiet />
              <span className="line-words">
                <a href={placeTo("resource", change.resource)}>{change.name}</a> {local(change.text)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
