import { useCallback, useEffect, useRef, useState } from "react";
import type { WireError } from "../../../shared/errors.ts";
import type { LogPattern } from "../../../shared/logs.ts";
import { useClient } from "../../state/live.ts";
import { isAborted, toWireError } from "../../state/wire-error.ts";
import { type Matcher, matcherOf } from "./marks.ts";

/** What a search came to: a line, or that it went round the end. */
export interface Search {
  /** The place of the line that it stands at; null before the first step, and when nothing matches. */
  current: number | null;
  /** It went on at the other end. */
  wentRound: boolean;
  /** Nothing matches at all. */
  nothing: boolean;
  error: WireError | null;
}
const unbegun: Search = { current: null, wentRound: false, nothing: false, error: null };

/** Goes from match to match in main's lines. `show` brings a line into sight; `count` is how many there are. */
export function useSearch(
  log: string,
  only: LogPattern | null,
  show: (line: number) => void,
): {
  search: Search;
  step: (pattern: LogPattern | null, from: number, count: number, backwards: boolean) => void;
  forget: () => void;
  /** Stays at its line when as many were dropped before it. */
  shift: (dropped: number) => void;
} {
  const client = useClient();
  const [search, setSearch] = useState<Search>(unbegun);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);
  const step = (pattern: LogPattern | null, from: number, count: number, backwards: boolean) => {
    asking.current?.abort();
    if (pattern === null || count === 0) return setSearch(unbegun);
    const controller = new AbortController();
    asking.current = controller;
    const find = async (start: number) => {
      const place = Math.max(0, Math.min(start, count - 1));
      const asked = { log, only, pattern, from: place, backwards };
      return (await client.logs.find(asked, { signal: controller.signal })).line;
    };
    const go = async () => {
      const beyond = from < 0 || from >= count;
      let wentRound = beyond;
      let line = beyond ? null : await find(from);
      if (line === null) {
        wentRound = true;
        line = await find(backwards ? count - 1 : 0);
      }
      if (controller.signal.aborted) return;
      setSearch({
        current: line,
        wentRound: wentRound && line !== null,
        nothing: line === null,
        error: null,
      });
      if (line !== null) show(line);
    };
    go().catch((thrown: unknown) => {
      if (!controller.signal.aborted && !isAborted(thrown)) {
        setSearch({ ...unbegun, error: toWireError(thrown) });
      }
    });
  };
  const forget = useCallback(() => {
    asking.current?.abort();
    setSearch(unbegun);
  }, []);
  const shift = (dropped: number) =>
    setSearch((before) => {
      if (before.current === null) return before;
      const current = before.current - dropped;
      return { ...before, current: current < 0 ? null : current };
    });
  return { search, step, forget, shift };
}

/** A pattern that has been looked at. */
interface Looked {
  /** The pattern in force: the last one that can be searched for; null while there is none. */
  accepted: LogPattern | null;
  /** How it is found in a line. */
  matcher: Matcher | null;
  /** What is written now is no expression. */
  wrong: boolean;
}
const nothing: Looked = { accepted: null, matcher: null, wrong: false };

/** Looks whether a pattern can be searched for before main is asked, and how lines are marked for it. */
export function useMatcher(pattern: LogPattern | null): Looked {
  const [looked, setLooked] = useState(nothing);
  useEffect(() => {
    if (pattern === null) return setLooked(nothing);
    let wanted = true;
    const take = (matcher: Matcher | null) => {
      if (wanted)
        setLooked(matcher ? { accepted: pattern, matcher, wrong: false } : { ...nothing, wrong: true });
    };
    matcherOf(pattern).then(take, () => take(() => []));
    return () => {
      wanted = false;
    };
  }, [pattern]);
  return looked;
}
