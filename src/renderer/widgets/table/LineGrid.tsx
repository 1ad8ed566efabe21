import type { CSSProperties, KeyboardEvent, ReactNode } from "react";
import { moved } from "../grid/moved.ts";
import { gridWidths, useGrid } from "../grid/use-grid.ts";

/** A table that can be moved in: the data grid pattern of the ARIA practices. */
const gridRole = { role: "grid" } as const;

interface LineGridProps<Line> {
  label: string;
  /** The heads, and the widths of their columns as a CSS grid's template; `leastWidth` is a CSS length. */
  heads: readonly string[];
  template: string;
  leastWidth: string;
  /** Pixels. */
  rowHeight: number;
  className: string;
  lines: readonly Line[];
  keyOf: (line: Line) => string;
  classOf: (line: Line) => string;
  onOpen: (line: Line) => void;
  /** The cells of one line. */
  children: (line: Line) => ReactNode;
}

/** Lines that are all here already, as a grid: only those in sight exist, the arrows move, enter opens. */
export function LineGrid<Line>(props: LineGridProps<Line>) {
  const { label, heads, rowHeight, lines, keyOf, classOf, onOpen, children } = props;
  const grid = useGrid({ count: lines.length, rowHeight, overscan: 6 });
  const { scroller, items, active, height } = grid;
  const pressed = (event: KeyboardEvent) => {
    const to = moved(event.key, { at: active, length: lines.length, page: grid.page() });
    const line = lines[active];
    if (to !== undefined) grid.moveTo(to);
    else if (event.key === "Enter" && line !== undefined) onOpen(line);
    else return;
    event.preventDefault();
  };
  const style: CSSProperties & Record<`--${string}`, string> = {
    ...gridWidths(props.template, props.leastWidth),
    "--row": `${rowHeight}px`,
  };
  return (
    <div className="grid-scroller line-scroller" ref={scroller} style={style}>
      <table
        {...gridRole}
        className={`grid line-grid ${props.className}`}
        aria-label={label}
        aria-rowcount={lines.length + 1}
      >
        <thead>
          <tr aria-rowindex={1}>
            {heads.map((words) => (
              <th key={words} scope="col">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ blockSize: height }} onKeyDown={pressed}>
          {items.map((item) => {
            const line = lines[item.index];
            if (line === undefined) return null;
            return (
              <tr key={keyOf(line)} {...grid.rowProps(item)} className={classOf(line)}>
                {children(line)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
