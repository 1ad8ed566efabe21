import { type KeyboardEvent, memo } from "react";
import type { Thing } from "../../../shared/topology.ts";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";
import { KindIcon } from "./KindIcon.tsx";
import { boxHeight, boxWidth } from "./layout.ts";

/** One thing of the picture: a button that walks to it. Drawn anew only when it changed itself. */
export const ThingBox = memo(function ThingBox({
  thing,
  x,
  y,
  words,
  isCentre,
  isGone,
  isReached,
  hold,
  onReach,
  onWalk,
  onKey,
}: {
  thing: Thing;
  x: number;
  y: number;
  /** What is said below its name. */
  words: string;
  isCentre: boolean;
  isGone: boolean;
  /** Tab leads to this one. */
  isReached: boolean;
  /** Keeps the element for moving the focus; null when it goes. */
  hold: (id: string, element: HTMLButtonElement | null) => void;
  onReach: (id: string) => void;
  onWalk: (id: string) => void;
  onKey: (event: KeyboardEvent, id: string) => void;
}) {
  const { id, kind, name, health, stale } = thing;
  const classes = [
    "topology-box",
    health && `is-${health}`,
    stale && "is-stale",
    isCentre && "is-centre",
    isGone && "is-gone",
  ];
  return (
    <button
      type="button"
      ref={(element) => hold(id, element)}
      className={classes.filter(Boolean).join(" ")}
      style={{ insetInlineStart: x, insetBlockStart: y, inlineSize: boxWidth, blockSize: boxHeight }}
      tabIndex={isReached ? 0 : -1}
      aria-current={isCentre ? "true" : undefined}
      title={name}
      onFocus={() => onReach(id)}
      onPointerEnter={() => onReach(id)}
      onClick={() => onWalk(id)}
      onKeyDown={(event) => onKey(event, id)}
    >
      <span className="topology-name">
        <KindIcon kind={kind} />
        <span>{name}</span>
        {health && <HealthLabel health={health} quiet />}
      </span>
      <span className="topology-more">
        {words}
        {stale && <StaleMark />}
      </span>
    </button>
  );
});
