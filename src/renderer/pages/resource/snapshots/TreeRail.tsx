import { lastColumn, type TreeLine } from "./tree-lines.ts";

const step = 18;
const height = 34;
const middle = height / 2;
const at = (column: number) => Math.min(column, lastColumn) * step + step / 2;

/** The lines of the tree beside one snapshot; the words beside it say the same. */
export function TreeRail({ line: { snapshot, column, above, below, branches } }: { line: TreeLine }) {
  const x = at(column);
  return (
    <svg
      className="tree-rail"
      width={(Math.min(column, lastColumn) + 1) * step}
      height={height}
      aria-hidden="true"
      focusable="false"
    >
      {Array.from({ length: Math.min(column, lastColumn) }, (_, place) => at(place)).map((left) => (
        <line key={left} x1={left} y1={0} x2={left} y2={height} />
      ))}
      {above && <line x1={x} y1={0} x2={x} y2={middle} />}
      {branches && <line x1={at(column - 1)} y1={middle} x2={x} y2={middle} />}
      {below && <line x1={x} y1={middle} x2={x} y2={height} />}
      <circle className={snapshot === null ? "tree-now" : "tree-dot"} cx={x} cy={middle} r={5} />
    </svg>
  );
}
