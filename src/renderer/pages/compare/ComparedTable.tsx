import { useTranslation } from "react-i18next";
import type { ListRow } from "../../../shared/live.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { useLocalText } from "../../i18n/index.ts";
import { placeOfComparison } from "../../state/compare-place.ts";
import { placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { FactValue, unitOf } from "../../widgets/FactValue.tsx";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";
import { ExchangeAltIcon } from "../../widgets/icons.ts";
import { MaintenanceMark } from "../../widgets/MaintenanceMark.tsx";
import { Sparkline } from "../../widgets/Sparkline.tsx";
import { factLabel } from "../../widgets/table/columns.ts";
import type { ComparedFact, ComparedGroup } from "./comparison.ts";

type Details = readonly (ResourceDetail | null)[];

/** One column for each resource; a row that differs has a sign and a word before it, and another ground. */
export function ComparedTable({
  ids,
  details,
  groups,
  only,
}: {
  ids: readonly string[];
  details: Details;
  groups: readonly ComparedGroup[];
  only: boolean;
}) {
  const { t } = useTranslation(["compare", "resource"]);
  return (
    <section className="compare-scroller" aria-label={t("table")}>
      <table className="compare-table">
        <caption className="pf-v6-screen-reader">{t("table")}</caption>
        <thead>
          <tr>
            <td />
            {ids.map((id, index) => (
              <Head key={id} id={id} ids={ids} detail={details[index] ?? null} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Standing ids={ids} details={details} />
        </tbody>
        {groups.map(({ group, facts }) => (
          <tbody key={group}>
            <tr className="compare-group">
              <th scope="rowgroup" colSpan={ids.length + 1}>
                {t(`resource:group.${group}`)}
              </th>
            </tr>
            {facts.map((fact) => (
              <FactRow key={fact.key} fact={fact} ids={ids} details={details} />
            ))}
          </tbody>
        ))}
      </table>
      {only && groups.length === 0 && <p className="quiet">{t("same")}</p>}
    </section>
  );
}

function Head({ id, ids, detail }: { id: string; ids: readonly string[]; detail: ResourceDetail | null }) {
  const { t } = useTranslation(["compare", "common"]);
  const resource = detail?.resource;
  const others = ids.filter((each) => each !== id);
  return (
    <th scope="col">
      {resource ? <a href={placeTo("resource", id)}>{resource.name}</a> : id}
      {resource ? (
        <span className="compare-state">
          <HealthLabel health={resource.health} /> {resource.stale && <StaleMark />}{" "}
          {resource.maintenance && <MaintenanceMark maintenance={resource.maintenance} short />}{" "}
          <span className="quiet">
            {t(`common:kinds.${resource.kind}`)}
            {resource.site && ` · ${resource.site}`} · <Age at={resource.seenAt} form="asOf" />
          </span>
        </span>
      ) : (
        <span className="quiet compare-state">{t("gone")}</span>
      )}
      {others.length > 0 && (
        <a className="compare-leave" href={placeOfComparison(others)}>
          {t("leave", { name: resource?.name ?? id })}
        </a>
      )}
    </th>
  );
}

/** What is wrong with each, and what it is in and runs on: shown also where only differences are. */
function Standing({ ids, details }: { ids: readonly string[]; details: Details }) {
  const { t } = useTranslation("compare");
  const local = useLocalText();
  const near = (detail: ResourceDetail | null): ListRow[] => {
    const { parent, runsOn, sameMachine = [] } = detail?.relations ?? {};
    return [...(parent ? [parent] : []), ...(runsOn ? [runsOn] : []), ...sameMachine];
  };
  return (
    <>
      <tr>
        <th scope="row">{t("problems")}</th>
        {ids.map((id, index) => {
          const problems = details[index]?.resource?.problems ?? [];
          return (
            <td key={id}>
              {problems.length === 0 ? (
                <span className="quiet">{t("noProblems")}</span>
              ) : (
                <ul className="compare-problems">
                  {problems.map((problem) => (
                    <li key={`${problem.code} ${problem.text.en}`}>
                      <HealthLabel health={problem.health} quiet /> {local(problem.text)}
                    </li>
                  ))}
                </ul>
              )}
            </td>
          );
        })}
      </tr>
      <tr>
        <th scope="row">{t("standsOn")}</th>
        {ids.map((id, index) => (
          <td key={id}>
            <ul>
              {near(details[index] ?? null).map((row) => (
                <li key={row.id}>
                  <HealthLabel health={row.health} quiet />{" "}
                  <a href={placeTo("resource", row.id)}>{row.name}</a>
                </li>
              ))}
            </ul>
          </td>
        ))}
      </tr>
    </>
  );
}

function FactRow({
  fact: { key, values, differs },
  ids,
  details,
}: {
  fact: ComparedFact;
  ids: readonly string[];
  details: Details;
}) {
  const { t } = useTranslation("compare");
  const local = useLocalText();
  const label = local(factLabel(key));
  return (
    <tr className={differs ? "is-different" : ""}>
      <th scope="row">
        {differs && (
          <span className="compare-sign" title={t("differs")}>
            <ExchangeAltIcon aria-hidden="true" />
            <span className="pf-v6-screen-reader">{t("differs")} </span>
          </span>
        )}
        {label}
      </th>
      {ids.map((id, index) => {
        const points = details[index]?.history[key] ?? [];
        const value = values[index];
        return (
          <td key={id}>
            {value === undefined ? (
              <span className="quiet">{t("notTold")}</span>
            ) : (
              <FactValue name={key} value={value} />
            )}
            {points.length > 1 && (
              <Sparkline
                points={points}
                label={t("course", { fact: label })}
                {...(unitOf(key) === "percent" ? { ceiling: 100 } : {})}
              />
            )}
          </td>
        );
      })}
    </tr>
  );
}
