import { useTranslation } from "react-i18next";
import type { ResourceDetail } from "../../../shared/contract.ts";
import { type FactDefinition, factDefinitions } from "../../../shared/facts.ts";
import type { Fact, Resource } from "../../../shared/resource.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { FactValue, unitOf } from "../../widgets/FactValue.tsx";
import { formatFact } from "../../widgets/format.ts";
import { Sparkline } from "../../widgets/Sparkline.tsx";
import { factLabel } from "../../widgets/table/columns.ts";

const groups = ["load", "maintenance", "storage", "system", "identity", "reach", "other"] as const;
type Group = (typeof groups)[number];
const definitions: Record<string, FactDefinition> = factDefinitions;

/** The facts by group, in the order in which they are defined; unknown keys come last, under "other". */
export function factGroups(facts: Resource["facts"]): { group: Group; facts: [string, Fact][] }[] {
  const order = Object.keys(factDefinitions);
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const sorted = Object.entries(facts).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b));
  return groups.flatMap((group) => {
    const own = sorted.filter(([key]) => (definitions[key]?.group ?? "other") === group);
    return own.length === 0 ? [] : [{ group, facts: own }];
  });
}

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
