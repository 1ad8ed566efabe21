import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DrainPod, DrainView } from "../../../shared/drain.ts";
import { useLocalText } from "../../i18n/index.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { type Line, linesOf } from "./outcomes.ts";
import { PodState } from "./PodState.tsx";

/** Room for a reason in two lines. */
const rowHeight = 44;
const firstRect = { width: 1200, height: 800 };
const columns = ["pod", "state", "owner", "budgets", "since"] as const;
const template: CSSProperties & Record<`--${string}`, string> = {
  "--columns": "minmax(10rem, 1.3fr) minmax(14rem, 2.4fr) minmax(8rem, 1fr) minmax(10rem, 1.2fr) 6.5rem",
  "--least-width": "50rem",
};
const gridRole = { role: "grid" } as const;

/**
 * The pods of a drain, by group: what will happen, or how it stands, and why. Only the rows in sight exist; the arrows
 * move, enter opens a pod.
 */
export function PodTable({ view, label }: { view: DrainView; label: string }) {
  const { t } = useTranslation("drain");
  const scroller = useRef<HTMLDivElement>(null);
  const { phase, pods } = view;
  const lines = useMemo(() => linesOf({ phase, pods }), [phase, pods]);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    initialRect: firstRect,
    scrollPaddingStart: rowHeight,
  });
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const activeIndex = Math.min(active, Math.max(0, lines.length - 1));
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${activeIndex}"]`);
    if (!row) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  const pressed = (event: KeyboardEvent) => {
    const page = Math.max(
      1,
      Math.floor((virtualizer.scrollRect?.height ?? firstRect.height) / rowHeight) - 2,
    );
    const moves: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: lines.length - 1,
    };
    const to = moves[event.key];
    const line = lines[activeIndex];
    if (to !== undefined) {
      const next = Math.max(0, Math.min(lines.length - 1, to));
      setActive(next);
      wantsFocus.current = true;
      virtualizer.scrollToIndex(next, { align: "auto" });
    } else if (event.key === "Enter" && line?.group === null) {
      navigate(placeTo("resource", line.pod.resource));
    } else return;
    event.preventDefault();
  };
  return (
    <div className="grid-scroller drain-scroller" ref={scroller} style={template}>
      <table {...gridRole} className="grid drain-grid" aria-label={label} aria-rowcount={lines.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column === "state"
                  ? t(phase === "preview" ? "column.outcome" : "column.state")
                  : t(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ blockSize: virtualizer.getTotalSize() }} onKeyDown={pressed}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            if (!line) return null;
            return (
              <tr
                key={line.group ?? line.pod.uid}
                data-index={index}
                aria-rowindex={index + 2}
                tabIndex={index === activeIndex ? 0 : -1}
                className={line.group === null ? "grid-row" : "grid-row drain-group"}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => setActive(index)}
              >
                <LineCells line={line} isPreview={phase === "preview"} />
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
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
      <td className="quiet">{!isPreview && <Age at={pod.since} />}</td>
    </>
  );
});
