import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { navigate } from "../../state/router.ts";
import { AngleDownIcon, AngleUpIcon } from "../icons.ts";
import { windowSize } from "./use-kept.ts";

const rowHeight = 32;
/** What is assumed before the first measurement, so that the first paint has rows. */
const firstRect = { width: 1200, height: 600 };
/** A table that can be moved in: the data grid pattern of the ARIA practices. */
const gridRole = { role: "grid" } as const;

/** A column, and what the list is sorted by when its head is pressed. */
export interface Column<By extends string> {
  id: string;
  title: string;
  by?: By;
}

interface Sort<By extends string> {
  by: By;
  direction: "ascending" | "descending";
}

interface WindowedRowsProps<Row extends { id: string }, By extends string> {
  /** The window that main has given, of all that matches. */
  frame: { rows: readonly Row[]; offset: number; matching: number };
  columns: readonly Column<By>[];
  /** The widths of the columns (CSS grid tracks), and the least of them all together. */
  widths: { columns: string; least: string };
  caption: string;
  /** Which keys do what. */
  keyboard: string;
  className: string;
  sort: Sort<By>;
  onSort: (by: By) => void;
  offset: number;
  onOffset: (offset: number) => void;
  /** Where one of them is shown by itself. */
  placeOf: (row: Row) => string;
  cells: (row: Row) => ReactNode;
  /** A plain letter that was pressed on a row; true when it was one that does something. */
  onLetter?: (letter: string, row: Row) => boolean;
}

/** A long list as a grid: only the rows in sight exist; arrows move, enter opens one. */
export function WindowedRows<Row extends { id: string }, By extends string>(
  props: WindowedRowsProps<Row, By>,
) {
  const { frame, columns, widths, sort, onSort, offset, onOffset, placeOf, cells, onLetter } = props;
  const { t } = useTranslation("common");
  const scroller = useRef<HTMLDivElement>(null);
  const count = frame.matching;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    useFlushSync: false,
    initialRect: firstRect,
    scrollPaddingStart: rowHeight,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (first >= offset && last < offset + windowSize) return;
    onOffset(Math.max(0, first - Math.floor((windowSize - (last - first)) / 2)));
  }, [first, last, offset, onOffset]);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const activeIndex = Math.min(active, Math.max(0, count - 1));
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${activeIndex}"]`);
    if (!row) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  const rowAt = (index: number): Row | undefined => frame.rows[index - frame.offset];
  const pressed = (event: KeyboardEvent) => {
    const height = virtualizer.scrollRect?.height ?? firstRect.height;
    const page = Math.max(1, Math.floor(height / rowHeight) - 2);
    const moves: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: count - 1,
    };
    const to = moves[event.key];
    const row = rowAt(activeIndex);
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (to !== undefined) {
      const next = Math.max(0, Math.min(count - 1, to));
      setActive(next);
      wantsFocus.current = true;
      virtualizer.scrollToIndex(next, { align: "auto" });
    } else if (event.key === "Enter" && row && event.target instanceof HTMLTableRowElement) {
      navigate(placeOf(row));
    } else if (!row || !isPlain || !onLetter?.(event.key.toLowerCase(), row)) return;
    event.preventDefault();
  };
  const style: CSSProperties & Record<`--${string}`, string> = {
    "--columns": widths.columns,
    "--least-width": widths.least,
  };
  return (
    <div className={`grid-scroller ${props.className}`} ref={scroller} style={style}>
      <table
        {...gridRole}
        className="grid"
        aria-label={props.caption}
        aria-rowcount={count + 1}
        aria-description={props.keyboard}
      >
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody style={{ blockSize: virtualizer.getTotalSize() }} onKeyDown={pressed}>
          {items.map(({ index, start }) => {
            const row = rowAt(index);
            return (
              <tr
                key={row?.id ?? `place-${index}`}
                data-index={index}
                aria-rowindex={index + 2}
                tabIndex={index === activeIndex ? 0 : -1}
                className="grid-row"
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => setActive(index)}
                onDoubleClick={() => row && navigate(placeOf(row))}
              >
                {row ? (
                  cells(row)
                ) : (
                  <td className="row-wait" colSpan={columns.length}>
                    {t("list.loadingRow", { row: index + 1 })}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {count === 0 && <p className="quiet grid-empty">{t("list.noMatch")}</p>}
    </div>
  );
}

function Head<By extends string>({
  column: { title, by },
  sort,
  onSort,
}: {
  column: Column<By>;
  sort: Sort<By>;
  onSort: (by: By) => void;
}) {
  if (by === undefined) return <th scope="col">{title}</th>;
  const isSorted = sort.by === by;
  const Icon = sort.direction === "ascending" ? AngleUpIcon : AngleDownIcon;
  return (
    <th scope="col" aria-sort={isSorted ? sort.direction : "none"}>
      <button type="button" onClick={() => onSort(by)}>
        <span>{title}</span>
        {isSorted && <Icon aria-hidden="true" />}
      </button>
    </th>
  );
}
