import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DrainPod, DrainView } from "../../../shared/drain.ts";
import { useLocalText } from "../../i18n/index.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { LineGrid } from "../../widgets/table/LineGrid.tsx";
import { type Line, linesOf } from "./outcomes.ts";
import { PodState } from "./PodState.tsx";

/** Room for a reason in two lines. */
const rowHeight = 44;
const columns = ["pod", "state", "owner", "budgets", "since"] as const;
const template = "minmax(10rem, 1.3fr) minmax(15rem, 2.4fr) minmax(8rem, 1fr) minmax(10rem, 1.2fr)";

/** The pods of a drain, by group: what will happen, or how it stands, and why. */
export function PodTable({ view, label }: { view: DrainView; label: string }) {
  const { t } = useTranslation("drain");
  const { phase, pods } = view;
  const isPreview = phase === "preview";
  const lines = useMemo(() => linesOf({ phase, pods }), [phase, pods]);
  // Before it begins, nothing has stood in any way for long.
  const shown = columns.filter((column) => column !== "since" || !isPreview);
  const heads = shown.map((column) =>
    column === "state" && isPreview ? t("column.outcome") : t(`column.${column}`),
  );
  return (
    <LineGrid
      label={label}
      heads={heads}
      template={isPreview ? template : `${template} 6.5rem`}
      leastWidth="50rem"
      rowHeight={rowHeight}
      className="drain-grid"
      lines={lines}
      keyOf={(line) => line.group ?? line.pod.uid}
      classOf={(line) => (line.group === null ? "grid-row" : "grid-row drain-group")}
      onOpen={(line) => line.group === null && navigate(placeTo("resource", line.pod.resource))}
    >
      {(line) => <LineCells line={line} isPreview={isPreview} />}
    </LineGrid>
  );
}

function LineCells({ line, isPreview }: { line: Line; isPreview: boolean }) {
  const { t } = useTranslation("drain");
  if (line.group === null) return <PodCells pod={line.pod} isPreview={isPreview} />;
  return (
    <th colSpan={columns.length} scope="rowgroup">
      {t(`group.${line.group}`)} <span className="figure quiet">{line.count}</span>
    </th>
  );
}

/** A pod that did not change is not drawn again. */
const PodCells = memo(function PodCells({ pod, isPreview }: { pod: DrainPod; isPreview: boolean }) {
  const { t } = useTranslation("drain");
  const local = useLocalText();
  const reason = pod.reason && local(pod.reason);
  return (
    <>
      <th scope="row" className="drain-pod">
        <a href={placeTo("resource", pod.resource)} tabIndex={-1}>
          {pod.name}
        </a>
        <span className="quiet">{pod.namespace}</span>
      </th>
      <td className="drain-state">
        <PodState pod={pod} isPreview={isPreview} />
        {reason && (
          <span className="drain-reason" title={reason}>
            {reason}
          </span>
        )}
      </td>
      <td title={pod.owner ?? undefined}>{pod.owner ?? <span className="quiet">{t("noOwner")}</span>}</td>
      <td className="drain-budgets">
        {pod.budgets.map((budget) => (
          <span key={budget.name} title={t("budgetFigures", budget)}>
            {t("budget", budget)}
          </span>
        ))}
      </td>
      {!isPreview && (
        <td className="quiet">
          <Age at={pod.since} />
        </td>
      )}
    </>
  );
});
