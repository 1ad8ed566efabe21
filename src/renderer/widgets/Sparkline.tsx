import { useId } from "react";

interface Point {
  at: number;
  value: number;
}

const width = 160;
const height = 36;
const margin = 2;

/**
 * The SVG path of a line through `points`, oldest first, over the span of their times; `ceiling` is the value at
 * the top edge. A value that is none, and a gap longer than `gap` milliseconds, break the line: nothing was read.
 */
export function sparklinePath(points: readonly Point[], ceiling: number, gap: number): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return "";
  const span = Math.max(1, last.at - first.at);
  const top = ceiling > 0 ? ceiling : 1;
  let previous: Point | null = null;
  let path = "";
  for (const point of points) {
    if (Number.isNaN(point.value)) {
      previous = null;
      continue;
    }
    const x = margin + ((width - 2 * margin) * (point.at - first.at)) / span;
    const share = Math.min(1, Math.max(0, point.value / top));
    const y = height - margin - (height - 2 * margin) * share;
    const begins = previous === null || point.at - previous.at > gap;
    path += `${begins ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    previous = point;
  }
  return path;
}

/** A small labelled curve. `label` says what it shows and its last value, for those who do not see it. */
export function Sparkline({
  points,
  label,
  ceiling,
  gap = 10 * 60_000,
}: {
  points: readonly Point[];
  label: string;
  ceiling?: number;
  gap?: number;
}) {
  const id = useId();
  const highest = Math.max(...points.map(({ value }) => (Number.isNaN(value) ? 0 : value)), 0);
  const top = ceiling ?? Math.max(highest * 1.15, 0.1);
  const path = sparklinePath(points, top, gap);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-labelledby={id}
    >
      <title id={id}>{label}</title>
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className="sparkline-base" />
      <path d={path} className="sparkline-line" />
    </svg>
  );
}
