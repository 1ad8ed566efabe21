import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ListRow } from "../../../shared/live.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { placeTo } from "../../state/router.ts";
import { isInTopology, placeOfTopology } from "../../state/topology-place.ts";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";

/** What a resource stands on, what stands beside it, and what it carries: a picture of links, top to bottom. */
export function Relations({
  resource,
  relations,
}: {
  resource: Resource;
  relations: ResourceDetail["relations"];
}) {
  const { t } = useTranslation("resource");
  const { parent, children, siblings, runsOn, carries, sameMachine, byName } = relations;
  const others = [parent ?? [], children, siblings, runsOn ?? [], carries, sameMachine, byName].flat();
  const alone = others.length === 0;
  return (
    <section className="relations" aria-label={t("picture", { name: resource.name })}>
      {alone && <p className="quiet">{t("noRelations")}</p>}
      {resource.site !== null && isInTopology(resource.kind) && (
        <p>
          <a href={placeOfTopology(resource.site, resource.id)}>{t("inTopology")}</a>
        </p>
      )}
      {parent && (
        <Level title={t("parent")}>
          <Box row={parent} />
        </Level>
      )}
      {runsOn && (
        <Level title={t("runsOn")}>
          <Box row={runsOn} />
        </Level>
      )}
      <Several title={t("sameMachine")} rows={sameMachine} />
      <Several title={t("byName")} rows={byName} />
      <Level title={siblings.length > 0 ? t("siblings") : t("self")}>
        <li>
          <span className={`relation-box relation-self relation-${resource.health}`} aria-current="true">
            <HealthLabel health={resource.health} quiet />
            <strong>{resource.name}</strong>
          </span>
        </li>
        {siblings.map((row) => (
          <Box key={row.id} row={row} />
        ))}
      </Level>
      <Several title={t("children")} rows={children} />
      <Several title={t("carries")} rows={carries} />
    </section>
  );
}

function Level({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="relation-level">
      <h3>{title}</h3>
      <ul>{children}</ul>
    </div>
  );
}

function Several({ title, rows }: { title: string; rows: ListRow[] }) {
  if (rows.length === 0) return null;
  return (
    <Level title={title}>
      {rows.map((row) => (
        <Box key={row.id} row={row} />
      ))}
    </Level>
  );
}

function Box({ row }: { row: ListRow }) {
  const { t } = useTranslation();
  return (
    <li>
      <a className={`relation-box relation-${row.health}`} href={placeTo("resource", row.id)}>
        <HealthLabel health={row.health} quiet />
        <span>{row.name}</span>
        <span className="quiet">{t(`kinds.${row.kind}`)}</span>
        {row.stale && <StaleMark />}
      </a>
    </li>
  );
}
