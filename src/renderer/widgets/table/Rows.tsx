import { type Dispatch, type KeyboardEvent, memo, type SetStateAction, useCallback, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { GroupHead, GroupName, ListQuery, ListRow } from "../../../shared/live.ts";
import { gridWidths, useGrid } from "../grid/use-grid.ts";
import { ColumnHeader } from "./ColumnHeader.tsx";
import { gridOf } from "./columns.ts";
import { GroupLine } from "./GroupLine.tsx";
import { lineKey } from "./line-keys.ts";
import { isHead, type Line, type ListWindow, windowOffset } from "./list-window.ts";
import { RowCells } from "./RowCells.tsx";
import { type Selection, toggled } from "./selection.ts";

const rowHeight = 32;

/** A table whose rows can be moved in and selected: the data grid and tree grid patterns of the ARIA practices. */
const gridRole = { role: "grid", "aria-multiselectable": true } as const;
const treeRole = { role: "treegrid", "aria-multiselectable": true } as const;

interface RowsProps {
  title: string;
  list: ListWindow | null;
  columns: readonly string[];
  sort: ListQuery["sort"];
  onSort: (column: string) => void;
  group: GroupName | null;
  onFold: (head: GroupHead) => void;
  selection: Selection;
  onSelect: Dispatch<SetStateAction<Selection>>;
  /** Takes the whole group into the selection, or out when all of it is in. */
  onSelectGroup: (head: GroupHead) => void;
  onOpen: (id: string) => void;
  offset: number;
  onOffset: (offset: number) => void;
  emptyWords: string;
}

/**
 * The lines of a list as a grid: only those in sight exist, the arrows move, space selects, enter opens; between them, in
 * a grouped list, the heads of the groups, which fold.
 */
export const Rows = memo(function Rows(props: RowsProps) {
  const { title, list, columns, sort, onSort, group, onFold, selection, onSelect, onSelectGroup, onOpen } =
    props;
  const { offset, onOffset } = props;
  const { t } = useTranslation(["list", "common"]);
  // The same function each time: a row that did not change is not drawn again.
  const toggle = useCallback(
    ({ id, name }: ListRow) => onSelect((before) => toggled(before, id, name)),
    [onSelect],
  );
  const count = list?.length ?? 0;
  // Each row that comes costs the page's thread some milliseconds; a turn of the wheel brings a screenful.
  const grid = useGrid({ count, rowHeight, overscan: 3 });
  const { scroller, items, first, last, active, height } = grid;
  useEffect(() => {
    const wanted = windowOffset(offset, first, last);
    if (wanted !== offset) onOffset(wanted);
  }, [offset, first, last, onOffset]);
  const lineAt = (index: number): Line | undefined => list?.lines[index - (list.offset ?? 0)];
  const move = (to: number, extend: boolean) => {
    const line = lineAt(to);
    if (extend && line && !isHead(line) && !selection.has(line.id)) {
      toggle(line);
    }
    grid.moveTo(to);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement && event.key === " ") return;
    const line = lineAt(active);
    const does = lineKey(event, {
      line,
      at: active,
      length: count,
      page: grid.page(),
      head: list?.heads.findLast(({ place }) => place <= active)?.place ?? null,
    });
    if (does.does === "move") move(does.to, event.shiftKey);
    else if (does.does === "clear" && selection.size > 0) onSelect(new Map());
    else if (does.does === "fold" && line && isHead(line)) onFold(line);
    else if (does.does === "select" && line) {
      if (isHead(line)) onSelectGroup(line);
      else toggle(line);
    } else if (does.does === "open" && line && !isHead(line)) onOpen(line.id);
    else return;
    event.preventDefault();
  };

  const { template, leastWidth } = gridOf(columns);
  const cells = (line: Line | undefined, index: number, selected: boolean) => {
    if (line === undefined) {
      return (
        <td className="row-wait" colSpan={columns.length + 2}>
          {t("loadingRow", { row: index + 1 })}
        </td>
      );
    }
    if (isHead(line)) {
      // The list before shows its heads until main has answered for another grouping.
      return <GroupLine head={line} group={group ?? "system"} onFold={onFold} onSelect={onSelectGroup} />;
    }
    return <RowCells row={line} columns={columns} selected={selected} onToggle={toggle} />;
  };
  return (
    <div className="grid-scroller" ref={scroller} style={gridWidths(template, leastWidth)}>
      <table
        {...(group === null ? gridRole : treeRole)}
        className="grid"
        aria-label={title}
        aria-rowcount={count + 1}
        aria-description={t(group === null ? "keyboard" : "groupKeyboard")}
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
        <tbody style={{ blockSize: height }} onKeyDown={pressed}>
          {items.map((item) => {
            const { index } = item;
            const line = lineAt(index);
            const row = line === undefined || isHead(line) ? undefined : line;
            const selected = row !== undefined && selection.has(row.id);
            return (
              <tr
                key={keyOf(line) ?? `place-${index}`}
                {...grid.rowProps(item)}
                {...treeState(line, group)}
                {...(line !== undefined && isHead(line) ? {} : { "aria-selected": selected })}
                className={lineClass(line, selected)}
                onDoubleClick={() => row && onOpen(row.id)}
              >
                {cells(line, index, selected)}
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

function keyOf(line: Line | undefined): string | undefined {
  return line && (isHead(line) ? line.key : line.id);
}

function treeState(line: Line | undefined, group: GroupName | null) {
  if (group === null || line === undefined) return {};
  return isHead(line) ? { "aria-level": 1, "aria-expanded": line.open } : { "aria-level": 2 };
}

function lineClass(line: Line | undefined, selected: boolean): string {
  if (line !== undefined && isHead(line)) return "grid-row group-row";
  const classes = ["grid-row"];
  if (line?.stale) classes.push("is-stale");
  if (selected) classes.push("is-selected");
  return classes.join(" ");
}
