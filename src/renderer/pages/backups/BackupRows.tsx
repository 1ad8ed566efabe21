import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Protection, ProtectionFrame, ProtectionQuery } from "../../../shared/protection.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { AngleDownIcon, AngleUpIcon } from "../../widgets/icons.ts";
import { BackupCells } from "./BackupCells.tsx";
import { windowSize } from "./use-backups.ts";

const rowHeight = 32;
/** What is assumed before the first measurement, so that the first paint has rows. */
const firstRect = { width: 1200, height: 600 };
/** A table that can be moved in: the data grid pattern of the ARIA practices. */
const gridRole = { role: "grid" } as const;
const columns = ["name", "state", "age", "offSite", "tested", "next", "actions"] as const;
const sorted: Partial<Record<(typeof columns)[number], ProtectionQuery["sort"]["by"]>> = {
  name: "name",
  state: "state",
  age: "age",
  offSite: "offSite",
  tested: "tested",
  next: "next",
};
const style: CSSProperties & Record<`--${string}`, string> = {
  "--columns": "minmax(12rem, 2fr) 8rem minmax(14rem, 1.6fr) minmax(8rem, 1fr) 7rem 9.5rem 6.5rem",
  "--least-width": "65rem",
};

interface BackupRowsProps {
  frame: ProtectionFrame;
  sort: ProtectionQuery["sort"];
  onSort: (by: ProtectionQuery["sort"]["by"]) => void;
  offset: number;
  onOffset: (offset: number) => void;
  onActions: (row: Protection) => void;
}

/** What is protected as a grid: only the rows in sight exist; arrows move, enter opens one, A shows its actions. */
export function BackupRows({ frame, sort, onSort, offset, onOffset, onActions }: BackupRowsProps) {
  const { t } = useTranslation("backups");
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
  const rowAt = (index: number): Protection | undefined => frame.rows[index - frame.offset];
  const pressed = (event: KeyboardEvent) => {
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
    const row = rowAt(activeIndex);
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (to !== undefined) {
      const next = Math.max(0, Math.min(count - 1, to));
      setActive(next);
      wantsFocus.current = true;
      virtualizer.scrollToIndex(next, { align: "auto" });
    } else if (event.key === "Enter" && row && event.target instanceof HTMLTableRowElement) {
      navigate(placeTo("backups", row.id));
    } else if (event.key.toLowerCase() === "a" && isPlain && row) onActions(row);
    else return;
    event.preventDefault();
  };
  return (
    <div className="grid-scroller backup-rows" ref={scroller} style={style}>
      <table
        {...gridRole}
        className="grid"
        aria-label={t("caption", { matching: count, total: frame.total })}
        aria-rowcount={count + 1}
        aria-description={t("keyboard")}
      >
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column} column={column} sort={sort} onSort={onSort} />
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
                onDoubleClick={() => row && navigate(placeTo("backups", row.id))}
              >
                {row ? (
                  <BackupCells row={row} onActions={onActions} />
                ) : (
                  <td className="row-wait" colSpan={columns.length}>
                    {t("loadingRow", { row: index + 1 })}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {count === 0 && <p className="quiet grid-empty">{t("noMatch")}</p>}
    </div>
  );
}

function Head({
  column,
  sort,
  onSort,
}: {
  column: (typeof columns)[number];
  sort: ProtectionQuery["sort"];
  onSort: BackupRowsProps["onSort"];
}) {
  const { t } = useTranslation("backups");
  const by = sorted[column];
  const isSorted = by !== undefined && sort.by === by;
  if (by === undefined) return <th scope="col">{t(`column.${column}`)}</th>;
  const Icon = sort.direction === "ascending" ? AngleUpIcon : AngleDownIcon;
  return (
    <th scope="col" aria-sort={isSorted ? sort.direction : "none"}>
      <button type="button" onClick={() => onSort(by)}>
        <span>{t(`column.${column}`)}</span>
        {isSorted && <Icon aria-hidden="true" />}
      </button>
    </th>
  );
}
