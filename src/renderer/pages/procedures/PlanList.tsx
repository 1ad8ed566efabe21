import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Plan } from "../../../shared/plan.ts";
import { useLocalText } from "../../i18n/index.ts";
import { StepStateLabel } from "./labels.tsx";
import type { Annotations } from "./PlanView.tsx";
import { depthsOf } from "./plan-depths.ts";

const rowHeight = 32;
/** What is assumed before the first measurement, so that the first paint has rows. */
const firstRect = { width: 800, height: 544 };

/**
 * A plan as a list, in an order in which each step comes after all that it needs. Only the rows in sight exist. One step
 * is reached by Tab, the others from there by the arrow keys.
 */
export function PlanList({
  plan,
  annotations,
  chosen,
  onChoose,
}: {
  plan: Plan;
  annotations: Annotations;
  chosen: string | null;
  onChoose: (node: string) => void;
}) {
  const { t } = useTranslation(["procedures", "actions"]);
  const local = useLocalText();
  const { nodes } = plan;
  const depths = useMemo(() => depthsOf(nodes), [nodes]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: nodes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    initialRect: firstRect,
  });
  const wantsFocus = useRef(false);
  const reached = Math.max(
    0,
    nodes.findIndex(({ id }) => id === chosen),
  );
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${reached}"] button`);
    if (!row) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  const pressed = (event: KeyboardEvent) => {
    const page = Math.max(
      1,
      Math.floor((virtualizer.scrollRect?.height ?? firstRect.height) / rowHeight) - 1,
    );
    const moves: Record<string, number> = {
      ArrowDown: reached + 1,
      ArrowUp: reached - 1,
      PageDown: reached + page,
      PageUp: reached - page,
      Home: 0,
      End: nodes.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(nodes.length - 1, to));
    const node = nodes[next];
    if (!node) return;
    wantsFocus.current = true;
    onChoose(node.id);
    virtualizer.scrollToIndex(next, { align: "auto" });
  };
  const rows = virtualizer.getVirtualItems();
  // The step that Tab reaches must exist, also where the list was scrolled away from it.
  const stop = rows.some(({ index }) => index === reached) ? reached : (rows[0]?.index ?? 0);
  return (
    <div className="plan-list" ref={scroller}>
      <ol
        aria-label={t("listOf", { title: local(plan.title) })}
        style={{ blockSize: virtualizer.getTotalSize() }}
        onKeyDown={pressed}
      >
        {rows.map(({ index, start }) => {
          const node = nodes[index];
          if (!node) return null;
          const status = annotations.statuses.get(node.id);
          const probe = annotations.dry.get(node.id)?.preview?.probe;
          return (
            <li
              key={node.id}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={nodes.length}
              style={{ insetBlockStart: start, paddingInlineStart: `${depths.get(node.id) ?? 0}rem` }}
            >
              <button
                type="button"
                tabIndex={index === stop ? 0 : -1}
                aria-pressed={node.id === chosen}
                onClick={() => onChoose(node.id)}
              >
                {status ? (
                  <StepStateLabel state={status.state} />
                ) : (
                  <span className="quiet">{t(`step.kind.${node.kind}`)}</span>
                )}
                <span className="line-words">{local(node.title)}</span>
                {node.kind === "action" && (
                  <span className={`risk-${node.action.risk}`}>
                    <strong>{t(`actions:risk.${node.action.risk}`)}</strong>
                  </span>
                )}
                {probe && <span className="quiet">{t(`actions:state.${probe.state}`)}</span>}
                {status?.reason && <span className="quiet plan-reason">{local(status.reason)}</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
