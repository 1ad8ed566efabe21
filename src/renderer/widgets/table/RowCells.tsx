import { memo } from "react";
import type { ListRow } from "../../../shared/live.ts";
import { useLocalText, useWords } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { Age } from "../Age.tsx";
import { FactValue, unitOf } from "../FactValue.tsx";
import { HealthLabel, StaleMark } from "../HealthLabel.tsx";
import { MaintenanceMark } from "../MaintenanceMark.tsx";
import { type BuiltInColumn, isBuiltIn, isFigure } from "./columns.ts";

/** The cells of one row. A row that did not change is not drawn again. */
export const RowCells = memo(function RowCells({
  row,
  columns,
  selected,
  onToggle,
}: {
  row: ListRow;
  columns: readonly string[];
  selected: boolean;
  onToggle: (row: ListRow) => void;
}) {
  const t = useWords("list");
  return (
    <>
      <td className="cell-select">
        <input
          type="checkbox"
          tabIndex={-1}
          checked={selected}
          onChange={() => onToggle(row)}
          aria-label={t("select", { name: row.name })}
        />
      </td>
      <th scope="row" className="cell-name">
        <a href={placeTo("resource", row.id)} tabIndex={-1}>
          {row.name}
        </a>
        {row.stale && <StaleMark />}
      </th>
      {columns.map((column) => (
        <td key={column} className={isFigure(column) ? "cell-figure" : undefined}>
          {isBuiltIn(column) ? (
            <BuiltInCell row={row} column={column} />
          ) : unitOf(column) === "timestamp" && typeof row.cells[column] === "number" ? (
            <Age at={row.cells[column]} />
          ) : isWithout(row, column) ? (
            <span className="quiet">{t("without")}</span>
          ) : isUntold(row, column) ? (
            <span className="quiet" title={t("untold")} role="img" aria-label={t("untold")}>
              –
            </span>
          ) : (
            <FactValue name={column} value={row.cells[column]} />
          )}
        </td>
      ))}
    </>
  );
});

function BuiltInCell({ row, column }: { row: ListRow; column: BuiltInColumn }) {
  const local = useLocalText();
  switch (column) {
    case "health":
      return (
        <span className="cell-health" title={row.problem ? local(row.problem) : undefined}>
          <HealthLabel health={row.health} />
          {row.maintenance && <MaintenanceMark maintenance={row.maintenance} short />}
          {row.problem && <span className="cell-problem">{local(row.problem)}</span>}
        </span>
      );
    case "seenAt":
      return <Age at={row.seenAt} />;
    default:
      return row[column];
  }
}

/** What no system tells of it: of what only a hypervisor tells that is sure, of the rest once it was read well. */
function isUntold(row: ListRow, column: string): boolean {
  if (row.seenAt === null || row.cells[column] !== undefined) return false;
  return isRead(row) || /^(?:vm|hypervisor|storage|power)\./.test(column);
}

function isRead({ seenAt, stale, health }: ListRow): boolean {
  return seenAt !== null && !stale && health !== "unknown";
}

/** A workload that was read without counts of pods has none, as a CronJob; they are not unknown. */
function isWithout(row: ListRow, column: string): boolean {
  return isRead(row) && column.startsWith("kubernetes.replicas") && row.cells[column] === undefined;
}
