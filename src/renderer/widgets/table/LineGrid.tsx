import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";

/** What is assumed before the first measurement, so that the first paint has rows. */
const firstRect = { width: 1200, height: 800 };
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
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    useFlushSync: false,
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
    const height = virtualizer.scrollRect?.height ?? firstRect.height;
    const page = Math.max(1, Math.floor(height / rowHeight) - 2);
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
    } else if (event.key === "Enter" && line !== undefined) onOpen(line);
    else return;
    event.preventDefault();
  };
  const style: CSSProperties & Record<`--${string}`, string> = {
    "--columns": props.template,
    "--least-width": props.leastWidth,
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
        <tbody style={{ blockSize: virtualizer.getTotalSize() }} onKeyDown={pressed}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            if (line === undefined) return null;
            return (
              <tr
                key={keyOf(line)}
                data-index={index}
                aria-rowindex={index + 2}
                tabIndex={index === activeIndex ? 0 : -1}
                className={classOf(line)}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => setActive(index)}
              >
                {children(line)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
