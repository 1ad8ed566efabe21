import { useCallback, useLayoutEffect, useRef } from "react";

/** A function that stays the same from render to render and does what `act` does now, for parts that are memoized. */
export function useStable<Given extends unknown[]>(
  act: (...given: Given) => void,
): (...given: Given) => void {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback((...given: Given) => latest.current(...given), []);
}
