import { useTranslation } from "react-i18next";
import type { Fact, Resource } from "../../../shared/resource.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { FactValue, unitOf } from "../../widgets/FactValue.tsx";
import { formatFact } from "../../widgets/format.ts";
import { Sparkline } from "../../widgets/Sparkline.tsx";
import { factLabel } from "../../widgets/table/columns.ts";
import { factGroups, type Group } from "./fact-groups.ts";

/** What is known of a resource: facts in groups with source and age; curves of the load beside them. */
export function Facts({ resource, history }: { resource: Resource; history: ResourceDetail["history"] }) {
  const { t } = useTranslation("resource");
  const failed = Object.entries(resource.sources).filter(([, source]) => source.error !== null);
  return (
    <div className="facts-layout">
      <div>
        {failed.map(
          ([name, source]) =>
            source.error && (
              <ErrorNotice key={name} error={source.error}>
                <p className="quiet">
                  {name}: {t("sourceFailed")} · <Age at={source.seenAt} form="asOf" />
                </p>
              </ErrorNotice>
            ),
        )}
        {Object.keys(resource.facts).length === 0 && <p className="quiet">{t("noFacts")}</p>}
        {factGroups(resource.facts).map(({ group, facts }) => (
          <FactGroup key={group} group={group} facts={facts} />
        ))}
      </div>
      <Curves history={history} />
    </div>
  );
}

function FactGroup({ group, facts }: { group: Group; facts: [string, Fact][] }) {
  const { t } = useTranslation("resource");
  const local = useLocalText();
  return (
    <table className="facts-table">
      <caption>{t(`group.${group}`)}</caption>
      <colgroup>
        <col className="facts-label" />
        <col />
        <col className="facts-source" />
        <col className="facts-age" />
      </colgroup>
      <thead className="pf-v6-screen-reader">
        <tr>
          <th scope="col">{t("factHead.fact")}</th>
          <th scope="col">{t("factHead.value")}</th>
          <th scope="col">{t("factHead.source")}</th>
          <th scope="col">{t("factHead.age")}</th>
        </tr>
      </thead>
      <tbody>
        {facts.map(([key, fact]) => (
          <tr key={key}>
            <th scope="row">{local(factLabel(key))}</th>
            <td>
              <FactValue name={key} value={fact.value} />
            </td>
            <td className="quiet">{fact.source}</td>
            <td className="quiet">
              <Age at={fact.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Curves({ history }: { history: ResourceDetail["history"] }) {
  const { t } = useTranslation(["resource", "common"]);
  const local = useLocalText();
  const language = useLanguage();
  const curves = Object.entries(history).filter(([, points]) => points.length > 1);
  // A thing that bears no load, such as a name, has nothing to wait for.
  if (Object.keys(history).length === 0) return null;
  return (
    <aside className="panel curves" aria-labelledby="curves">
      <h2 id="curves">{t("load")}</h2>
      {curves.length === 0 && <p className="quiet">{t("noHistory")}</p>}
      {curves.map(([key, points]) => {
        const last = points.at(-1);
        const unit = unitOf(key);
        const words = { yes: t("common:yes"), no: t("common:no"), none: t("common:none") };
        const value = last ? (formatFact(last.value, unit, language, words) ?? "") : "";
        const fact = local(factLabel(key));
        return (
          <figure key={key}>
            <figcaption>
              <span>{fact}</span> <strong className="figure">{value}</strong>
            </figcaption>
            <Sparkline
              points={points}
              label={t("sparkline", { fact, value })}
              {...(unit === "percent" ? { ceiling: 100 } : {})}
            />
          </figure>
        );
      })}
    </aside>
  );
}
