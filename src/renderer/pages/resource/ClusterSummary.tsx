import { useTranslation } from "react-i18next";
import { contentsOf, type ListQuery, type ListRow } from "../../../shared/live.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { FactValue } from "../../widgets/FactValue.tsx";
import { formatNumber } from "../../widgets/format.ts";
import { HealthLabel } from "../../widgets/HealthLabel.tsx";
import { CheckCircleIcon, ExclamationTriangleIcon } from "../../widgets/icons.ts";
import { factLabel } from "../../widgets/table/columns.ts";
import { isListTab, kindOf, type ListTab, tabs } from "./tabs.ts";
import { useShortList } from "./use-short-list.ts";

/** What is told of the cluster itself, where it has it. */
const told = [
  "kubernetes.version",
  "openshift.version",
  "openshift.channel",
  "kubernetes.nodesReady",
  "hypervisor.version",
  "hypervisor.hostsEffective",
  "hypervisor.vmsOn",
  "hypervisor.cores",
  "hypervisor.ha",
  "vsphere.admissionControl",
  "vsphere.drs",
  "vsphere.drsMode",
  "proxmox.quorate",
];
const wrongFirst = { by: "health", direction: "ascending" } as const;
const wrong: Partial<ListQuery> = {
  facets: { health: ["critical", "unknown", "warning"] },
  sort: wrongFirst,
  limit: 12,
};
const limited: Partial<ListQuery> = {
  kinds: ["namespace"],
  sort: wrongFirst,
  limit: 100,
  columns: ["kubernetes.quotas", "kubernetes.budgets"],
};

/** A cluster at a glance: its version and nodes, how much of each kind is in it, what is wrong, quotas and warnings. */
export function ClusterSummary({
  resource,
  contents,
}: {
  resource: Resource;
  contents: ResourceDetail["contents"];
}) {
  const { t } = useTranslation("resource");
  const local = useLocalText();
  const facts = told.flatMap((key) => {
    const value = resource.facts[key]?.value;
    return value === undefined || value === null ? [] : [{ key, value }];
  });
  const warnings = resource.facts["kubernetes.warnings"]?.value;
  return (
    <section className="cluster-summary" aria-label={t("summary.title", { name: resource.name })}>
      <ul className="tiles">
        {facts.map(({ key, value }) => (
          <li key={key} className="tile">
            <strong>
              <FactValue name={key} value={value} />
            </strong>
            <span className="quiet">{local(factLabel(key))}</span>
          </li>
        ))}
        {tabs.filter(isListTab).map((tab) => (
          <Tile key={tab} id={resource.id} tab={tab} counted={contents[kindOf(tab)]} />
        ))}
      </ul>
      <div className="columns">
        <Wrong resource={resource} />
        <Limits resource={resource} />
        {Array.isArray(warnings) && warnings.length > 0 && (
          <section className="panel" aria-labelledby="warnings">
            <h2 id="warnings">{local(factLabel("kubernetes.warnings"))}</h2>
            <FactValue name="kubernetes.warnings" value={warnings} />
            <p>
              <a href={placeTo("resource", resource.id, "events")}>{t("summary.allEvents")}</a>
            </p>
          </section>
        )}
      </div>
    </section>
  );
}

function Tile({
  id,
  tab,
  counted,
}: {
  id: string;
  tab: ListTab;
  counted: ResourceDetail["contents"]["pod"];
}) {
  const { t } = useTranslation(["resource", "frame"]);
  const language = useLanguage();
  if (!counted) return null;
  return (
    <li className="tile">
      <a href={placeTo("resource", id, tab)}>
        <strong className="figure">{formatNumber(counted.total, language)}</strong>{" "}
        <span>{t(`tabs.${tab}`)}</span>
      </a>
      {counted.wrong > 0 && (
        <a
          className="wrong-badge"
          href={`${placeTo("resource", id, tab)}?health=critical&health=unknown&health=warning`}
        >
          <ExclamationTriangleIcon aria-hidden="true" />
          {t("frame:wrong", { count: counted.wrong })}
        </a>
      )}
    </li>
  );
}

/** The worst of what is in the cluster, each one step away. */
function Wrong({ resource }: { resource: Resource }) {
  const { t } = useTranslation(["resource", "common"]);
  const local = useLocalText();
  const { value, error, retry } = useShortList(contentsOf(resource), wrong);
  const rows = (value?.rows ?? []).filter(({ id }) => id !== resource.id);
  return (
    <section className="panel" aria-labelledby="wrong">
      <h2 id="wrong">{t("summary.wrong")}</h2>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value && rows.length === 0 && (
        <p className="all-well">
          <CheckCircleIcon aria-hidden="true" /> {t("summary.allWell")}
        </p>
      )}
      <ul className="lines">
        {rows.map((row) => (
          <li key={row.id}>
            <HealthLabel health={row.health} />
            <span className="line-words">
              <a href={placeTo("resource", row.id)}>{row.name}</a>{" "}
              <span className="quiet">{t(`common:kinds.${row.kind}`)}</span>{" "}
              {row.problem && local(row.problem)}
            </span>
          </li>
        ))}
      </ul>
      {value && value.matching > value.rows.length && (
        <p className="quiet">{t("summary.more", { count: value.matching - value.rows.length })}</p>
      )}
    </section>
  );
}

/** The namespaces that have quotas or disruption budgets, the fullest first. */
function Limits({ resource }: { resource: Resource }) {
  const { t } = useTranslation("resource");
  const { value } = useShortList(contentsOf(resource), limited);
  const rows = (value?.rows ?? []).filter((row) => linesOf(row).length > 0);
  if (rows.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="limits">
      <h2 id="limits">{t("summary.limits")}</h2>
      <ul className="lines">
        {rows.map((row) => (
          <li key={row.id}>
            <HealthLabel health={row.health} quiet />
            <span className="line-words">
              <a href={placeTo("resource", row.id)}>{row.name}</a>
              {linesOf(row).map((line) => (
                <span key={line} className="limit-line">
                  {line}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function linesOf({ cells }: ListRow): string[] {
  return [cells["kubernetes.quotas"], cells["kubernetes.budgets"]].flatMap((value) =>
    Array.isArray(value) ? value : [],
  );
}
