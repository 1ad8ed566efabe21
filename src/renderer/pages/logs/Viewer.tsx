import { Button } from "@patternfly/react-core";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { LogFrame, LogPattern } from "../../../shared/logs.ts";
import { useLanguage } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatNumber } from "../../widgets/format.ts";
import { FilterIcon, PauseIcon, PlayIcon, SearchIcon } from "../../widgets/icons.ts";
import { containersOf } from "./containers.ts";
import { heedKey } from "./keys.ts";
import { type LineRange, LogPane } from "./LogPane.tsx";
import { LogStatus } from "./LogStatus.tsx";
import { LogChoices, LogLook, SaveLog } from "./LogTools.tsx";
import { copyWords } from "./line-words.ts";
import { useLogLook } from "./log-look.ts";
import { PatternBox } from "./PatternBox.tsx";
import { readLines } from "./read-lines.ts";
import type { LogChoice } from "./request.ts";
import { Sources } from "./Sources.tsx";
import { lineHeight, useLogScroll } from "./use-log-scroll.ts";
import { useLogWindow, useMatchCount, windowFrom } from "./use-log-window.ts";
import { useMatcher, useSearch } from "./use-search.ts";

const emptyFrame: LogFrame = {
  sources: [],
  total: 0,
  matching: 0,
  dropped: 0,
  bytes: 0,
  filtered: true,
  from: 0,
  lines: [],
};

/** The lines of one open log, what is searched for and filtered in them, and what can be done with them. */
export function Viewer({
  log,
  name,
  choice,
  onChoice,
  again,
}: {
  log: string;
  name: string;
  choice: LogChoice;
  onChoice: (choice: LogChoice) => void;
  /** Opens the log anew. */
  again: () => void;
}) {
  const { t } = useTranslation(["logs", "common"]);
  const language = useLanguage();
  const client = useClient();
  const { time, wrapped, chooseTime, wrap } = useLogLook();
  const [pattern, setPattern] = useState<LogPattern | null>(null);
  const [filter, setFilter] = useState<LogPattern | null>(null);
  const [chosen, setChosen] = useState<LineRange | null>(null);
  const [failure, setFailure] = useState<WireError | null>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const filterBox = useRef<HTMLInputElement>(null);
  const searched = useMatcher(pattern);
  const filtered = useMatcher(filter);
  const only = filtered.wrong ? null : filter;

  const [window, setWindow] = useState<number | null>(null);
  const [count, setCount] = useState(0);
  const [dropped, setDropped] = useState(0);
  const scroll = useLogScroll(count, wrapped);
  const wanted = scroll.at === null ? null : windowFrom(window, scroll.at.line, scroll.at.line + scroll.rows);
  if (wanted !== window) setWindow(wanted);
  const { frame, fresh, error } = useLogWindow(log, wanted, only);
  const shown = frame ?? emptyFrame;
  // Main stays on the lines of a window when older ones are dropped: their places are lower then.
  if (fresh && frame && frame.dropped !== dropped) {
    setDropped(frame.dropped);
    if (wanted !== null && frame.from < wanted) {
      scroll.shift(wanted - frame.from);
      setWindow(frame.from);
    }
  }
  if (shown.matching !== count) setCount(shown.matching);

  const matches = useMatchCount(log, searched.wrong ? null : pattern);
  const { search, step, forget } = useSearch(log, only, scroll.show);
  const changeFilter = useCallback(
    (next: LogPattern | null) => {
      setFilter(next);
      setChosen(null);
      forget();
      scroll.follow();
    },
    [forget, scroll.follow],
  );
  const changePattern = useCallback(
    (next: LogPattern | null) => {
      setPattern(next);
      forget();
    },
    [forget],
  );
  /** The first search at the end goes back from there: what came last is what is looked for. */
  const next = (wish: LogPattern | null, backwards: boolean) => {
    const back = search.current === null && scroll.at === null ? true : backwards;
    const start = search.current === null ? (scroll.at?.line ?? count - 1) : search.current + (back ? -1 : 1);
    step(searched.wrong ? null : wish, start, count, back);
  };
  const choose = (line: number, extend: boolean) => {
    const anchor = extend && chosen ? chosen : { from: line, to: line };
    setChosen({ from: Math.min(anchor.from, line), to: Math.max(anchor.to, line) });
    if (!extend && chosen && chosen.from === line && chosen.to === line) setChosen(null);
  };
  const copy = async () => {
    const first = scroll.at?.line ?? Math.max(0, count - scroll.rows);
    const sight = { from: first, to: Math.min(count, first + scroll.rows) - 1 };
    try {
      const { lines, sources } = await readLines(client, log, only, chosen ?? sight);
      await navigator.clipboard.writeText(copyWords(lines, sources, time));
      setFailure(null);
    } catch (thrown) {
      setFailure(toWireError(thrown));
    }
  };
  const keys = {
    byLines: (lines: number) => scroll.move(lines * lineHeight),
    byPages: (pages: number) => scroll.move(pages * Math.max(lineHeight, scroll.viewport - 2 * lineHeight)),
    toFirst: scroll.toFirst,
    toLast: scroll.follow,
    toggleFollow: () => (scroll.at === null ? scroll.pause() : scroll.follow()),
    search: () => searchBox.current?.focus(),
    filter: () => filterBox.current?.focus(),
    next: (backwards: boolean) => next(pattern, backwards),
    extend: (lines: number) => {
      const start = search.current ?? scroll.at?.line ?? Math.max(0, count - 1);
      if (chosen === null) return setChosen({ from: start, to: start });
      const { from, to } = chosen;
      setChosen(
        lines > 0 ? { from, to: Math.min(count - 1, to + lines) } : { from: Math.max(0, from + lines), to },
      );
    },
    copy: () => void copy(),
    forget: () => {
      setChosen(null);
      forget();
    },
  };
  const problem = failure ?? search.error;
  const toLines = () => scroll.scroller.current?.focus();
  return (
    <div className="log">
      <div className="log-bar">
        <search className="log-search">
          <PatternBox
            label={t("search")}
            keys="/"
            icon={<SearchIcon aria-hidden="true" />}
            input={searchBox}
            wrong={searched.wrong}
            onPattern={changePattern}
            onEnter={next}
            onEscape={toLines}
          />
          <Button variant="secondary" size="sm" isDisabled={!pattern} onClick={() => next(pattern, true)}>
            {t("previous")}
          </Button>
          <Button variant="secondary" size="sm" isDisabled={!pattern} onClick={() => next(pattern, false)}>
            {t("next")}
          </Button>
          <span className="quiet log-matches" aria-live="polite">
            {searched.wrong
              ? t("wrongExpression")
              : matches &&
                t(matches.complete ? "matches" : "matchesSoFar", {
                  count: matches.count,
                  lines: formatNumber(matches.count, language),
                })}
            {search.wentRound && ` · ${t("wentRound")}`}
          </span>
        </search>
        <PatternBox
          label={t("filter")}
          keys="&"
          icon={<FilterIcon aria-hidden="true" />}
          input={filterBox}
          wrong={filtered.wrong}
          onPattern={changeFilter}
          onEscape={toLines}
        />
      </div>
      <fieldset className="log-bar" aria-label={t("toolsOf", { name })}>
        <Button
          variant={scroll.at === null ? "primary" : "secondary"}
          size="sm"
          aria-pressed={scroll.at === null}
          aria-keyshortcuts="f"
          icon={scroll.at === null ? <PauseIcon /> : <PlayIcon />}
          onClick={keys.toggleFollow}
        >
          {t("follow")}
        </Button>
        <LogChoices choice={choice} containers={containersOf(shown.sources)} onChange={onChoice} />
        <LogLook time={time} wrapped={wrapped} onTime={chooseTime} onWrap={wrap} />
        <Button variant="secondary" size="sm" isDisabled={count === 0} onClick={() => void copy()}>
          {chosen ? t("copyChosen", { count: chosen.to - chosen.from + 1 }) : t("copySight")}
        </Button>
        <SaveLog log={log} name={name} only={only} onError={setFailure} />
        <Sources sources={shown.sources} />
      </fieldset>
      {error && <ErrorNotice error={error} retry={again} />}
      {problem && <ErrorNotice error={problem} />}
      <LogPane
        name={name}
        frame={frame}
        scroll={scroll}
        wrapped={wrapped}
        time={time}
        matcher={searched.matcher ?? filtered.matcher}
        current={search.current}
        chosen={chosen}
        onChoose={choose}
        onKeyDown={(event) => {
          if (heedKey(event, keys)) event.preventDefault();
        }}
      />
      <LogStatus frame={frame} filtering={only !== null} at={scroll.at} />
    </div>
  );
}
