import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatDuration, formatMoment } from "../../widgets/format.ts";
import { PhaseStateLabel, SideLabel, Toned } from "./labels.tsx";
import { toneOf } from "./reading.ts";
import { sitesOf, wantedOf } from "./sites-of.ts";

/** Each application of a run: how it stands, where it serves and since when, and what it loses; then the tiers. */
export function RunApplications({ view }: { view: PraRunView }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  if (view.applications.length === 0) return null;
  const tiers = new Map(view.tiers.map((tier) => [tier.id, tier]));
  const sites = sitesOf(view);
  return (
    <section className="panel" aria-labelledby="pra-run-applications">
      <h2 id="pra-run-applications">{t("run.applications")}</h2>
      <div className="pra-scroller">
        <Table variant="compact" aria-labelledby="pra-run-applications" className="plain-table">
          <Thead>
            <Tr>
              <Th modifier="wrap">{t("application.name")}</Th>
              <Th modifier="wrap">{t("application.tier")}</Th>
              <Th modifier="wrap">{t("facet.state")}</Th>
              <Th modifier="wrap">{t("application.side")}</Th>
              <Th modifier="wrap">{t("run.servedAt")}</Th>
              <Th modifier="wrap">{t("run.lost")}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {view.applications.map((each) => {
              const tier = tiers.get(each.tier);
              return (
                <Tr key={each.id}>
                  <Td>{local(each.title)}</Td>
                  <Td>{tier ? local(tier.title) : each.tier}</Td>
                  <Td>
                    <PhaseStateLabel state={each.state} />
                  </Td>
                  <Td>
                    <SideLabel side={each.side} sites={sites} wanted={wantedOf(view)} />
                  </Td>
                  <Td className="figure">
                    <Served application={each} />
                  </Td>
                  <Td>
                    <Loss application={each} />
                  </Td>
                </Tr>
              );
            })}
          </Tbody>
        </Table>
      </div>
      <Tiers view={view} />
    </section>
  );
}

/** Since when it serves, and what tells that. */
function Served({
  application: { servedAt, servedBy, state },
}: {
  application: PraRunView["applications"][number];
}) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  if (servedAt === null) {
    const through = state === "done" || state === "done-with-skips";
    return <span className="quiet">{t(through ? "run.stepsDone" : "run.notYet")}</span>;
  }
  return (
    <>
      {formatMoment(servedAt, language)}
      {servedBy && <p className="quiet">{t(`run.servedBy.${servedBy}`)}</p>}
    </>
  );
}

/** What is lost for good, or would be lost by going on. */
function Loss({
  application: { lost, dataAtRisk, rpo },
}: {
  application: PraRunView["applications"][number];
}) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const loss = lost ?? dataAtRisk;
  if (loss === null) return <Toned tone="unknown" words={t("application.unknownRisk")} />;
  const tone = toneOf(loss, rpo);
  const time = loss === 0 ? t("sheet.noLoss") : formatDuration(loss, language);
  const words = lost === null ? `${t("run.wouldLose")} ${time}` : time;
  return tone === "ok" ? <span className="figure">{words}</span> : <Toned tone={tone} words={words} />;
}

function Tiers({ view: { tiers, clock } }: { view: PraRunView }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  return (
    <>
      <h3>{t("run.tiers")}</h3>
      <ul className="pra-tiers">
        {tiers.map(({ id, title, rto, applications, serving, servedAt, forecastAt }) => {
          const at = servedAt ?? forecastAt;
          const took = at === null ? null : at - clock.startedAt;
          const words =
            took === null
              ? t("run.rto", { rto: formatDuration(rto, language) })
              : `${t(servedAt === null ? "run.tierForecast" : "run.tierServed", { time: formatDuration(took, language) })} · ${t("run.rto", { rto: formatDuration(rto, language) })}`;
          return (
            <li key={id}>
              <strong>{local(title)}</strong>
              <span className="figure">{t("run.tier", { serving, count: applications })}</span>
              {took !== null && took > rto ? (
                <Toned tone={servedAt === null ? "warning" : "critical"} words={words} />
              ) : (
                <span className="quiet figure">{words}</span>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
