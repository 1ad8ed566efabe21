import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type HeatCell,
  type ProtectionFilter,
  type ProtectionFrame,
  slotStates,
} from "../../../shared/protection.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../../widgets/format.ts";
import { dayWords, hourWords } from "./day-words.ts";
import { type CellLook, lookOf } from "./reading.ts";
import { SlotList } from "./SlotList.tsx";

const looks = ["good", "partial", "bad", "pending", "unknown"] as const satisfies readonly CellLook[];
const signs: Readonly<Record<CellLook, string>> = {
  good: "✓",
  partial: "◐",
  bad: "1",
  pending: "…",
  unknown: "?",
};

/** What was planned by day and hour, and what came of it: a table, so that it can be read without being seen. */
export function HeatMap({
  heat,
  filter,
}: {
  heat: ProtectionFrame["heat"];
  filter: Omit<ProtectionFilter, "zone">;
}) {
  const { t } = useTranslation("backups");
  const [chosen, setChosen] = useState<{ day: string; hour: number } | null>(null);
  const [at, setAt] = useState({ row: 0, column: 0 });
  const table = useRef<HTMLTableElement>(null);
  const cells = new Map(heat.cells.map((cell) => [`${cell.day} ${cell.hour}`, cell]));
  const days = heat.days.toReversed();
  const first = firstCell(days, heat.hours, cells);
  const here = cells.has(`${days[at.row]} ${heat.hours[at.column]}`) ? at : first;
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    // Where nothing was planned there is no cell to stand on: it goes on to the next that is one.
    let { row, column } = here;
    do {
      row += step.row;
      column += step.column;
      if (row < 0 || column < 0 || row >= days.length || column >= heat.hours.length) return;
    } while (!cells.has(`${days[row]} ${heat.hours[column]}`));
    setAt({ row, column });
    table.current?.querySelector<HTMLElement>(`[data-cell="${row} ${column}"]`)?.focus();
  };
  return (
    <section className="panel backup-heat" aria-labelledby="heat">
      <h2 id="heat">{t("heat.title")}</h2>
      {heat.cells.length === 0 ? (
        <p className="quiet">{t("heat.empty")}</p>
      ) : (
        <>
          <p className="quiet">{t("heat.help")}</p>
          <div className="heat-scroller">
            <table className="heat-map" ref={table} onKeyDown={move}>
              <caption className="pf-v6-screen-reader">{t("heat.title")}</caption>
              <thead>
                <tr>
                  <th scope="col">{t("heat.day")}</th>
                  {heat.hours.map((hour) => (
                    <th key={hour} scope="col">
                      <Hour hour={hour} />
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {days.map((day, row) => (
                  <tr key={day}>
                    <th scope="row">
                      <Day day={day} />
                    </th>
                    {heat.hours.map((hour, column) => {
                      const cell = cells.get(`${day} ${hour}`);
                      if (!cell) return <td key={hour} className="heat-none" />;
                      const isHere = here.row === row && here.column === column;
                      return (
                        <td key={hour}>
                          <Cell
                            cell={cell}
                            place={`${row} ${column}`}
                            isHere={isHere}
                            isChosen={chosen?.day === day && chosen.hour === hour}
                            onStand={() => setAt({ row, column })}
                            onChoose={() => setChosen({ day, hour })}
                          />
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Legend />
          {chosen && (
            <SlotList
              key={`${chosen.day} ${chosen.hour}`}
              {...chosen}
              filter={filter}
              onClose={() => {
                setChosen(null);
                table.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
              }}
            />
          )}
        </>
      )}
    </section>
  );
}

const steps: Readonly<Record<string, { row: number; column: number }>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
};

function firstCell(days: readonly string[], hours: readonly number[], cells: ReadonlyMap<string, HeatCell>) {
  for (const [row, day] of days.entries()) {
    for (const [column, hour] of hours.entries()) if (cells.has(`${day} ${hour}`)) return { row, column };
  }
  return { row: 0, column: 0 };
}

function Cell({
  cell,
  place,
  isHere,
  isChosen,
  onStand,
  onChoose,
}: {
  cell: HeatCell;
  place: string;
  isHere: boolean;
  isChosen: boolean;
  onStand: () => void;
  onChoose: () => void;
}) {
  const { t } = useTranslation("backups");
  const language = useLanguage();
  const { look, bad } = lookOf(cell);
  const counts = slotStates
    .flatMap((state) => {
      const count = cell.counts[state];
      return count ? [t("heat.count", { count, state: t(`slotState.${state}`) })] : [];
    })
    .join(", ");
  const words = t("heat.cell", {
    day: dayWords(cell.day, language),
    hour: hourWords(cell.hour),
    counts,
  });
  return (
    <button
      type="button"
      className={`heat-cell is-${look}`}
      data-cell={place}
      tabIndex={isHere ? 0 : -1}
      aria-pressed={isChosen}
      aria-label={words}
      title={words}
      onFocus={onStand}
      onClick={onChoose}
    >
      {look === "bad" ? formatNumber(bad, language) : signs[look]}
    </button>
  );
}

function Legend() {
  const { t } = useTranslation("backups");
  return (
    <ul className="heat-legend quiet">
      {looks.map((look) => (
        <li key={look}>
          <span className={`heat-cell is-${look}`} aria-hidden="true">
            {signs[look]}
          </span>
          {t(`heat.legend.${look}`)}
        </li>
      ))}
    </ul>
  );
}

function Hour({ hour }: { hour: number }) {
  return (
    <abbr className="figure" title={hourWords(hour)}>
      {String(hour).padStart(2, "0")}
    </abbr>
  );
}

function Day({ day }: { day: string }) {
  return <span className="figure no-wrap">{dayWords(day, useLanguage())}</span>;
}
