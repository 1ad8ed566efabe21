import { createContext, useCallback, useContext, useSyncExternalStore } from "react";

/**
 * How many milliseconds the clock that times on the screen are by is ahead of this window's. Whatever is shown inside it
 * counts by that clock.
 */
export const ClockAhead = createContext(0);

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/** One beat a second for every age on the screen; it rests when none is shown. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    for (const each of [...listeners]) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** Words that depend on the time; the component renders again only when the words change. */
export function useTimedWords(words: (now: number) => string): string {
  const ahead = useContext(ClockAhead);
  return useSyncExternalStore(
    subscribe,
    useCallback(() => words(Date.now() + ahead), [words, ahead]),
  );
}
