import { type KeyboardEvent, type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { navigate } from "../../state/router.ts";
import { moved } from "../grid/moved.ts";
import { type Sort, SortableHead } from "../grid/SortableHead.tsx";
import { gridWidths, useGrid } from "../grid/use-grid.ts";
import { windowSize } from "./use-kept.ts";

const rowHeight = 32;
/** A table that can be moved in: the data grid pattern of the ARIA practices. */
const gridRole = { role: "grid" } as const;

/** A column, and what the list is sorted by when its head is pressed. */
export interface Column<By extends string> {
  id: string;
  title: string;
  by?: By;
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
  const count = frame.matching;
  const grid = useGrid({ count, rowHeight, overscan: 4 });
  const { scroller, items, first, last, active, height } = grid;
  useEffect(() => {
    if (first >= offset && last < offset + windowSize) return;
    onOffset(Math.max(0, first - Math.floor((windowSize - (last - first)) / 2)));
  }, [first, last, offset, onOffset]);
  const rowAt = (index: number): Row | undefined => frame.rows[index - frame.offset];
  const pressed = (event: KeyboardEvent) => {
    const to = moved(event.key, { at: active, length: count, page: grid.page() });
    const row = rowAt(active);
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (to !== undefined) grid.moveTo(to);
    else if (event.key === "Enter" && row && event.target instanceof HTMLTableRowElement) {
      navigate(placeOf(row));
    } else if (!row || !isPlain || !onLetter?.(event.key.toLowerCase(), row)) return;
    event.preventDefault();
  };
  return (
    <div
      className={`grid-scroller ${props.className}`}
      ref={scroller}
      style={gridWidths(widths.columns, widths.least)}
    >
      <table
        {...gridRole}
        className="grid"
        aria-label={props.caption}
        aria-rowcount={count + 1}
        aria-description={props.keyboard}
      >
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ id, title, by }) =>
              by === undefined ? (
                <th key={id} scope="col">
                  {title}
                </th>
              ) : (
                <SortableHead key={id} by={by} label={title} sort={sort} onSort={onSort} />
              ),
            )}
          </tr>
        </thead>
        <tbody style={{ blockSize: height }} onKeyDown={pressed}>
          {items.map((item) => {
            const { index } = item;
            const row = rowAt(index);
            return (
              <tr
                key={row?.id ?? `place-${index}`}
                {...grid.rowProps(item)}
                className="grid-row"
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
