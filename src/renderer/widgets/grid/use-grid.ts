import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useRef, useState } from "react";

/** Pixels that are assumed before the first measurement, so that the first paint has rows. */
const firstRect = { width: 1200, height: 800 };

interface GridSize {
  /** Rows in all, here or not. */
  count: number;
  /** Pixels. */
  rowHeight: number;
  /** Rows that exist above and below those in sight. */
  overscan: number;
}

/**
 * The rows of a long table as a data grid (ARIA practices): only those in sight exist, and one of them at a time can be
 * reached by Tab, which `moveTo` changes.
 */
export function useGrid({ count, rowHeight, overscan }: GridSize) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    // A row that comes into sight may be painted with the next frame; scrolling must not wait for it.
    useFlushSync: false,
    initialRect: firstRect,
    scrollPaddingStart: rowHeight,
  });
  const items = virtualizer.getVirtualItems();
  const [marked, setMarked] = useState(0);
  const wantsFocus = useRef(false);
  const active = Math.min(marked, Math.max(0, count - 1));
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (!row) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  return {
    scroller,
    items,
    /** The places of the first and the last row that exist. */
    first: items[0]?.index ?? 0,
    last: items.at(-1)?.index ?? 0,
    active,
    /** The height of all rows, in pixels. */
    height: virtualizer.getTotalSize(),
    moveTo(index: number) {
      setMarked(index);
      wantsFocus.current = true;
      virtualizer.scrollToIndex(index, { align: "auto" });
    },
    /** Rows that a page up or down goes. */
    page() {
      const height = virtualizer.scrollRect?.height ?? firstRect.height;
      return Math.max(1, Math.floor(height / rowHeight) - 2);
    },
    /** What a row's element must bear: `index` and `start` as in `items`. */
    rowProps({ index, start }: { index: number; start: number }) {
      return {
        "data-index": index,
        "aria-rowindex": index + 2,
        tabIndex: index === active ? 0 : -1,
        style: { transform: `translateY(${start}px)` },
        onFocus: () => setMarked(index),
      };
    },
  };
}

/** The tracks of a grid's columns, and the least width of them all together, for its scroller (CSS lengths). */
export function gridWidths(columns: string, leastWidth: string): CSSProperties {
  const widths: Record<`--${string}`, string> = { "--columns": columns, "--least-width": leastWidth };
  return widths;
}
