import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, memo, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ListQuery, ListRow } from "../../../shared/live.ts";
import { ColumnHeader } from "./ColumnHeader.tsx";
import { gridOf } from "./columns.ts";
import type { ListWindow } from "./list-window.ts";
import { windowOffset } from "./list-window.ts";
import { RowCells } from "./RowCells.tsx";
import { type Selection, toggled } from "./selection.ts";

const rowHeight = 32;
/** What is assumed before the first measurement, so that the first paint has rows. */
const firstRect = { width: 1200, height: 800 };

/** A table whose rows can be moved in and selected: the data grid pattern of the ARIA practices. */
const gridRole = { role: "grid", "aria-multiselectable": true } as const;

interface RowsProps {
  title: string;
  list: ListWindow | null;
  columns: readonly string[];
  sort: ListQuery["sort"];
  onSort: (column: string) => void;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onOpen: (id: string) => void;
  offset: number;
  onOffset: (offset: number) => void;
  emptyWords: string;
}

/** The rows of a list as a grid: only those in sight exist, the arrows move, space selects, enter opens. */
export const Rows = memo(function Rows(props: RowsProps) {
  const { title, list, columns, sort, onSort, selection, onSelect, onOpen, offset, onOffset } = props;
  const { t } = useTranslation(["list", "common"]);
  const scroller = useRef<HTMLDivElement>(null);
  const count = list?.matching ?? 0;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    // A row that comes into sight may be painted with the next frame; scrolling must not wait for it.
    useFlushSync: false,
    initialRect: firstRect,
    scrollPaddingStart: rowHeight,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    const wanted = windowOffset(offset, first, last);
    if (wanted !== offset) onOffset(wanted);
  }, [offset, first, last, onOffset]);

  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const activeIndex = Math.min(active, Math.max(0, count - 1));
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${activeIndex}"]`);
    if (row) {
      wantsFocus.current = false;
      row.focus({ preventScroll: true });
    }
  });
  const rowAt = (index: number): ListRow | undefined => list?.rows[index - (list.offset ?? 0)];
  const move = (to: number, extend: boolean) => {
    const next = Math.max(0, Math.min(count - 1, to));
    const row = rowAt(next);
    if (extend && row && !selection.has(row.id)) onSelect(toggled(selection, row.id, row.name));
    setActive(next);
    wantsFocus.current = true;
    virtualizer.scrollToIndex(next, { align: "auto" });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement && event.key === " ") return;
    const row = rowAt(activeIndex);
    const page = Math.max(
      1,
      Math.floor((virtualizer.scrollRect?.height ?? firstRect.height) / rowHeight) - 2,
    );
    const moves: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: count - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) move(to, event.shiftKey);
    else if (event.key === " " && row) onSelect(toggled(selection, row.id, row.name));
    else if (event.key === "Enter" && row) onOpen(row.id);
    else if (event.key === "Escape" && selection.size > 0) onSelect(new Map());
    else return;
    event.preventDefault();
  };

  const { template, leastWidth } = gridOf(columns);
  const style: CSSProperties & Record<`--${string}`, string> = {
    "--columns": template,
    "--least-width": leastWidth,
  };
  return (
    <div className="grid-scroller" ref={scroller} style={style}>
      <table
        {...gridRole}
        className="grid"
        aria-label={title}
        aria-rowcount={count + 1}
        aria-description={t("keyboard")}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">
              <span className="pf-v6-screen-reader">{t("selected", { count: selection.size })}</span>
            </th>
            {["name", ...columns].map((column) => (
              <ColumnHeader key={column} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody style={{ blockSize: virtualizer.getTotalSize() }} onKeyDown={pressed}>
          {items.map(({ index, start }) => {
            const row = rowAt(index);
            const selected = row !== undefined && selection.has(row.id);
            return (
              <tr
                key={row?.id ?? `place-${index}`}
                data-index={index}
                aria-rowindex={index + 2}
                aria-selected={selected}
                tabIndex={index === activeIndex ? 0 : -1}
                className={rowClass(row, selected)}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => setActive(index)}
                onDoubleClick={() => row && onOpen(row.id)}
              >
                {row ? (
                  <RowCells
                    row={row}
                    columns={columns}
                    selected={selected}
                    onToggle={() => onSelect(toggled(selection, row.id, row.name))}
                  />
                ) : (
                  <td className="row-wait" colSpan={columns.length + 2}>
                    {t("loadingRow", { row: index + 1 })}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {list !== null && count === 0 && <p className="quiet grid-empty">{props.emptyWords}</p>}
      {list === null && <p className="quiet grid-empty">{t("common:loading")}</p>}
    </div>
  );
});

function rowClass(row: ListRow | undefined, selected: boolean): string {
  const classes = ["grid-row"];
  if (row?.stale) classes.push("is-stale");
  if (selected) classes.push("is-selected");
  return classes.join(" ");
}
