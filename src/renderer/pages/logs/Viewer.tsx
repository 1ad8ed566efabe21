import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { LogFrame, LogPattern } from "../../../shared/logs.ts";
import { useClient } from "../../state/live.ts";
import { useStable } from "../../state/use-stable.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { containersOf } from "./containers.ts";
import { heedKey } from "./keys.ts";
import { type LineRange, LogPane } from "./LogPane.tsx";
import { LogStatus } from "./LogStatus.tsx";
import { LogTools } from "./LogTools.tsx";
import { copyWords } from "./line-words.ts";
import { useLogLook } from "./log-look.ts";
import { readLines } from "./read-lines.ts";
import type { LogChoice } from "./request.ts";
import { SearchTools } from "./SearchTools.tsx";
import { Sources } from "./Sources.tsx";
import { lineHeight, useLogScroll } from "./use-log-scroll.ts";
import { useLogWindow, windowFrom } from "./use-log-window.ts";
import { useMatcher, useSearch } from "./use-search.ts";

const noSources: LogFrame["sources"] = [];

/** The lines of one open log, what is searched for and filtered in them, and what can be done with them. */
export function Viewer({
  log,
  name,
  choice,
  containers,
  onChoice,
  onContainers,
  again,
}: {
  log: string;
  name: string;
  choice: LogChoice;
  /** The containers that there are to choose from. */
  containers: readonly string[];
  onChoice: (choice: LogChoice) => void;
  /** Told of those that lines come from. */
  onContainers: (found: readonly string[]) => void;
  /** Opens the log anew. */
  again: () => void;
}) {
  const { t } = useTranslation("logs");
  const client = useClient();
  const { time, wrapped } = useLogLook();
  const [pattern, setPattern] = useState<LogPattern | null>(null);
  const [filter, setFilter] = useState<LogPattern | null>(null);
  const [chosen, setChosen] = useState<LineRange | null>(null);
  const [failure, setFailure] = useState<WireError | null>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const filterBox = useRef<HTMLInputElement>(null);
  const searched = useMatcher(pattern);
  const filtered = useMatcher(filter);
  const only = filtered.accepted;

  const [window, setWindow] = useState<number | null>(null);
  const [count, setCount] = useState(0);
  const [dropped, setDropped] = useState(0);
  const scroll = useLogScroll(count, wrapped);
  const wanted = scroll.at === null ? null : windowFrom(window, scroll.at.line, scroll.at.line + scroll.rows);
  if (wanted !== window) setWindow(wanted);
  const { frame, fresh, error } = useLogWindow(log, wanted, only, scroll.rows);
  const sources = frame?.sources ?? noSources;
  const matching = frame?.matching ?? 0;
  if (matching !== count) setCount(matching);
  const found = containersOf(sources).join("/");
  useEffect(() => {
    if (found !== "") onContainers(found.split("/"));
  }, [found, onContainers]);
  const { search, step, forget, shift } = useSearch(log, only, scroll.show);
  // Main stays on the lines of a window when older ones are dropped: their places are lower then.
  if (fresh && frame && frame.dropped !== dropped) {
    setDropped(frame.dropped);
    if (wanted !== null && frame.from < wanted) {
      scroll.shift(wanted - frame.from);
      shift(wanted - frame.from);
      setWindow(frame.from);
    }
  }

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
  const next = useStable((wish: LogPattern | null, backwards: boolean) => {
    const back = search.current === null && scroll.at === null ? true : backwards;
    const start = search.current === null ? (scroll.at?.line ?? count - 1) : search.current + (back ? -1 : 1);
    step(wish, start, count, back);
  });
  const choose = (line: number, extend: boolean) => {
    const same = chosen !== null && chosen.from === line && chosen.to === line;
    const anchor = extend && chosen ? chosen : { from: line, to: line };
    setChosen(same && !extend ? null : { from: Math.min(anchor.from, line), to: Math.max(anchor.to, line) });
  };
  const copy = useStable(() => {
    const first = scroll.at?.line ?? Math.max(0, count - scroll.rows);
    const range = chosen ?? { from: first, to: Math.min(count, first + scroll.rows) - 1 };
    readLines(client, log, only, range)
      .then((read) => navigator.clipboard.writeText(copyWords(read.lines, read.sources, time)))
      .then(
        () => setFailure(null),
        (thrown: unknown) => setFailure(toWireError(thrown)),
      );
  });
  const toggleFollow = useStable(() => (scroll.at === null ? scroll.pause() : scroll.follow()));
  const toLines = useStable(() => scroll.scroller.current?.focus());
  const keys = {
    byLines: (lines: number) => scroll.move(lines * lineHeight),
    byPages: (pages: number) => scroll.move(pages * Math.max(lineHeight, scroll.viewport - 2 * lineHeight)),
    toFirst: scroll.toFirst,
    toLast: scroll.follow,
    toggleFollow,
    search: () => searchBox.current?.focus(),
    filter: () => filterBox.current?.focus(),
    next: (backwards: boolean) => next(searched.accepted, backwards),
    extend: (lines: number) => {
      const start = search.current ?? scroll.at?.line ?? Math.max(0, count - 1);
      const { from, to } = chosen ?? { from: start, to: start - Math.max(0, lines) };
      setChosen(
        lines > 0 ? { from, to: Math.min(count - 1, to + lines) } : { from: Math.max(0, from + lines), to },
      );
    },
    copy,
    forget: () => {
      setChosen(null);
      forget();
    },
  };
  const problem = failure ?? search.error;
  return (
    <div className="log">
      <SearchTools
        log={log}
        pattern={searched.accepted}
        wrong={searched.wrong}
        filterWrong={filtered.wrong}
        filtering={only !== null}
        wentRound={search.wentRound}
        searchBox={searchBox}
        filterBox={filterBox}
        onPattern={changePattern}
        onFilter={changeFilter}
        onNext={next}
        onEscape={toLines}
      />
      <fieldset className="log-bar" aria-label={t("toolsOf", { name })}>
        <LogTools
          log={log}
          name={name}
          choice={choice}
          containers={containers}
          following={scroll.at === null}
          only={only}
          chosen={chosen ? chosen.to - chosen.from + 1 : null}
          empty={count === 0}
          onChoice={onChoice}
          onFollow={toggleFollow}
          onCopy={copy}
          onError={setFailure}
        />
        <Sources sources={sources} />
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
