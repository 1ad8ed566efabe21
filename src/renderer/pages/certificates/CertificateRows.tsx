import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, memo, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Certificate, CertificateFrame, CertificateQuery } from "../../../shared/certificates.ts";
import { useLanguage, useLocalText, useWords } from "../../i18n/index.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { formatTimestamp } from "../../widgets/format.ts";
import { AngleDownIcon, AngleUpIcon } from "../../widgets/icons.ts";
import { StateLabel } from "../backups/StateLabel.tsx";
import { healthOf, wordsOf } from "./reading.ts";
import { windowSize } from "./use-certificates.ts";

const rowHeight = 32;
/** What is assumed before the first measurement, so that the first paint has rows. */
const firstRect = { width: 1200, height: 600 };
/** A table that can be moved in: the data grid pattern of the ARIA practices. */
const gridRole = { role: "grid" } as const;
const columns = ["name", "state", "notAfter", "issuer", "names", "renewal"] as const;
const sorted: Partial<Record<(typeof columns)[number], CertificateQuery["sort"]["by"]>> = {
  name: "name",
  state: "state",
  notAfter: "notAfter",
  issuer: "issuer",
};
const style: CSSProperties & Record<`--${string}`, string> = {
  "--columns": "minmax(12rem, 2fr) 9rem 11rem minmax(9rem, 1.2fr) minmax(10rem, 2fr) 8rem",
  "--least-width": "64rem",
};

interface CertificateRowsProps {
  frame: CertificateFrame;
  sort: CertificateQuery["sort"];
  onSort: (by: CertificateQuery["sort"]["by"]) => void;
  offset: number;
  onOffset: (offset: number) => void;
}

/** Certificates as a grid: only the rows in sight exist; arrows move, enter opens one. */
export function CertificateRows({ frame, sort, onSort, offset, onOffset }: CertificateRowsProps) {
  const { t } = useTranslation("certificates");
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
  const rowAt = (index: number): Certificate | undefined => frame.rows[index - frame.offset];
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
    if (to !== undefined) {
      const next = Math.max(0, Math.min(count - 1, to));
      setActive(next);
      wantsFocus.current = true;
      virtualizer.scrollToIndex(next, { align: "auto" });
    } else if (event.key === "Enter" && row && event.target instanceof HTMLTableRowElement) {
      navigate(placeTo("certificates", row.id));
    } else return;
    event.preventDefault();
  };
  return (
    <div className="grid-scroller certificate-rows" ref={scroller} style={style}>
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
                onDoubleClick={() => row && navigate(placeTo("certificates", row.id))}
              >
                {row ? (
                  <Cells row={row} />
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

/** The cells of one certificate. A row that did not change is not drawn again. */
const Cells = memo(function Cells({ row }: { row: Certificate }) {
  const t = useWords("certificates");
  const local = useLocalText();
  const language = useLanguage();
  const renewal = wordsOf("renewal", row.renewal);
  return (
    <>
      <th scope="row" className="cell-name">
        <a href={placeTo("certificates", row.id)} tabIndex={-1}>
          {row.name}
        </a>
      </th>
      <td>
        <StateLabel health={row.stale ? "unknown" : healthOf[row.state]} hint={local(row.text)}>
          {t(`state.${row.state}`)}
        </StateLabel>
      </td>
      <td className="figure">
        {row.notAfter === null ? (
          <span className="quiet">{t("noEnd")}</span>
        ) : (
          formatTimestamp(row.notAfter, language)
        )}
      </td>
      <td>{row.issuer}</td>
      <td title={row.names.join(", ")}>{row.names.length > 0 ? row.names.join(", ") : row.subject}</td>
      <td>{renewal ? local(renewal) : ""}</td>
    </>
  );
});

function Head({
  column,
  sort,
  onSort,
}: Pick<CertificateRowsProps, "sort" | "onSort"> & { column: (typeof columns)[number] }) {
  const { t } = useTranslation("certificates");
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
