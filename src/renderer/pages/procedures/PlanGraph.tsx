import { type KeyboardEvent, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Plan } from "../../../shared/plan.ts";
import { useLocalText } from "../../i18n/index.ts";
import { StepStateLabel } from "./labels.tsx";
import { type Box, type Line, layOut, neighbour } from "./layout.ts";
import type { Annotations } from "./PlanView.tsx";

/**
 * A plan as a picture: lines drawn behind, each step a button above them. One step is reached by Tab, the others from
 * there by the arrow keys.
 */
export function PlanGraph({
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
  const { t } = useTranslation("procedures");
  const local = useLocalText();
  const picture = useMemo(() => layOut(plan.nodes), [plan.nodes]);
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const reached = chosen ?? picture.boxes[0]?.node.id;
  const move = (event: KeyboardEvent, from: Box) => {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const next = neighbour(picture.boxes, from, event.key);
    if (next === null) return;
    onChoose(next.node.id);
    buttons.current.get(next.node.id)?.focus();
  };
  return (
    <section className="plan-graph" aria-label={t("graphOf", { title: local(plan.title) })}>
      <div className="plan-picture" style={{ inlineSize: picture.width, blockSize: picture.height }}>
        <svg width={picture.width} height={picture.height} aria-hidden="true">
          {picture.lines.map((line) => (
            <path key={`${line.from} ${line.to}`} d={curve(line)} />
          ))}
        </svg>
        {picture.boxes.map((box) => {
          const { id } = box.node;
          const state = annotations.statuses.get(id)?.state;
          return (
            <button
              key={id}
              type="button"
              ref={(element) => {
                if (element) buttons.current.set(id, element);
                else buttons.current.delete(id);
              }}
              className={`plan-box ${box.frame ? "plan-frame" : ""} plan-${state ?? box.node.kind}`}
              style={{
                insetInlineStart: box.x,
                insetBlockStart: box.y,
                inlineSize: box.width,
                blockSize: box.height,
              }}
              tabIndex={id === reached ? 0 : -1}
              aria-pressed={id === chosen}
              title={local(box.node.title)}
              onClick={() => onChoose(id)}
              onKeyDown={(event) => move(event, box)}
            >
              <span className="plan-title">{local(box.node.title)}</span>
              {state ? (
                <StepStateLabel state={state} />
              ) : (
                <span className="quiet">{t(`step.kind.${box.node.kind}`)}</span>
              )}
            </button>
          );
        })}
      </div>
    </section>
  );
}

function curve({ x1, y1, x2, y2 }: Line): string {
  const across = Math.abs(x2 - x1) > Math.abs(y2 - y1) && y1 === y2;
  const middle = across ? (x1 + x2) / 2 : (y1 + y2) / 2;
  return across
    ? `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`
    : `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
}
