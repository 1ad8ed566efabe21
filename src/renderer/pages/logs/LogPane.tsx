import type { CSSProperties, KeyboardEvent, MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import type { LogFrame, LogLine } from "../../../shared/logs.ts";
import { LogLineRow } from "./LogLineRow.tsx";
import type { TimeForm } from "./line-words.ts";
import type { Matcher } from "./marks.ts";
import { spacerHeight } from "./scrolling.ts";
import type { LogScroll } from "./use-log-scroll.ts";
import { lineHeight } from "./use-log-scroll.ts";

/** It holds text that is scrolled and read by keyboard; the lines that come are not read out by themselves. */
const paneRole = { role: "log", "aria-live": "off", tabIndex: 0 } as const;
/** Wrapped lines above the edge that are there to be measured. */
const above = 8;

/** Lines that were chosen to be copied, in the filtered order; `to` included. */
export interface LineRange {
  from: number;
  to: number;
}

/** The lines in sight, and the scroll bar for all of them. */
export function LogPane({
  name,
  frame,
  scroll,
  wrapped,
  time,
  matcher,
  current,
  chosen,
  onChoose,
  onKeyDown,
}: {
  name: string;
  frame: LogFrame | null;
  scroll: LogScroll;
  wrapped: boolean;
  time: TimeForm;
  matcher: Matcher | null;
  /** The line that the search stands at. */
  current: number | null;
  chosen: LineRange | null;
  onChoose: (line: number, extend: boolean) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}) {
  const { t } = useTranslation("logs");
  const { at, rows, range } = scroll;
  const first = at ? at.line : Math.max(0, range.count - rows);
  const places = (from: number, to: number) =>
    Array.from({ length: Math.max(0, Math.min(to, range.count) - from) }, (_, index) => from + index);
  const row = (place: number) => {
    const line = lineAt(frame, place);
    // Rows are used again for other lines: where all are new ten times a second, that costs least.
    const key = place % (rows + above + 2);
    if (!line) return <div key={key} className="log-line" data-place={place} />;
    return (
      <LogLineRow
        key={key}
        line={line}
        place={place}
        source={(frame?.sources.length ?? 0) > 1 ? (frame?.sources[line.source]?.name ?? "") : ""}
        time={time}
        matcher={matcher}
        current={place === current}
        selected={chosen !== null && place >= chosen.from && place <= chosen.to}
      />
    );
  };
  const clicked = (event: MouseEvent<HTMLElement>) => {
    const line = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-place]") : null;
    // Words that were marked with the pointer are copied as such.
    if (!line || (!event.shiftKey && window.getSelection()?.isCollapsed === false)) return;
    onChoose(Number(line.dataset.place), event.shiftKey);
  };
  const style: CSSProperties & Record<`--${string}`, string> = {
    "--log-line": `${lineHeight}px`,
    "--log-viewport": `${range.viewport}px`,
  };
  return (
    <section
      {...paneRole}
      className={wrapped ? "log-scroller is-wrapped" : "log-scroller"}
      ref={scroll.scroller}
      style={style}
      aria-label={t("linesOf", { name })}
      aria-description={t("keyboard")}
      onKeyDown={onKeyDown}
      onClick={clicked}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
    >
      <div className="log-spacer" style={{ blockSize: spacerHeight(range) }}>
        <div className={at ? "log-sight is-paused" : "log-sight"}>
          <div className="log-body" style={{ transform: `translateY(${at ? -at.within : 0}px)` }}>
            {wrapped && at && (
              <div className="log-above" aria-hidden="true">
                {places(Math.max(0, first - above), first).map(row)}
              </div>
            )}
            {places(first, first + rows + 1).map(row)}
          </div>
        </div>
      </div>
    </section>
  );
}

/** The line at a place of the filtered order, when the frame has it. */
function lineAt(frame: LogFrame | null, place: number): LogLine | undefined {
  return frame?.lines[place - frame.from];
}
