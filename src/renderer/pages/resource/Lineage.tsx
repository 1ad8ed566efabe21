import { useTranslation } from "react-i18next";
import type { ListRow } from "../../../shared/live.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { placeTo } from "../../state/router.ts";
import { HealthLabel } from "../../widgets/HealthLabel.tsx";
import "../../styles/clusters.css";

/** What it stands on, runs on, and which machine it is, each one step away. */
export function Lineage({ relations }: { relations: ResourceDetail["relations"] }) {
  const { t } = useTranslation("resource");
  const { parent, runsOn, sameMachine, byName } = relations;
  const steps: { as: "parent" | "runsOn" | "sameMachine" | "byName"; row: ListRow }[] = [
    ...(parent ? [{ as: "parent" as const, row: parent }] : []),
    ...(runsOn ? [{ as: "runsOn" as const, row: runsOn }] : []),
    ...sameMachine.map((row) => ({ as: "sameMachine" as const, row })),
    ...byName.map((row) => ({ as: "byName" as const, row })),
  ];
  if (steps.length === 0) return null;
  return (
    <dl className="lineage">
      {steps.map(({ as, row }) => (
        <Step key={`${as} ${row.id}`} words={t(as)} row={row} />
      ))}
    </dl>
  );
}

function Step({ words, row }: { words: string; row: ListRow }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt className="quiet">{words}</dt>
      <dd>
        <HealthLabel health={row.health} quiet /> <a href={placeTo("resource", row.id)}>{row.name}</a>{" "}
        <span className="quiet">{t(`kinds.${row.kind}`)}</span>
      </dd>
    </div>
  );
}
