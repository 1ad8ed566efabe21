import { useEffect, useState } from "react";
import type { PraRunView } from "../../../shared/pra.ts";

type Next = PraRunView["next"];

/** What stands under "next thing for you". */
export interface HeldNext {
  shown: Next;
  /** Something else is more urgent by now than what is shown. */
  newer: boolean;
  showNewer: () => void;
}

/** Milliseconds in which the second click of a hasty hand still comes. */
const secondClick = 1000;

/**
 * The next thing for a person, held as it is while the pointer or the focus is in it (`busy`), so that no click meets a
 * button that took the place of another. What it says of itself is always the latest. What is decided, so that it is not
 * open any more, gives way a moment later by itself.
 */
export function useHeldNext(
  next: Next,
  busy: boolean,
  isOpen: (held: NonNullable<Next>) => boolean,
): HeldNext {
  const [held, setHeld] = useState<Next>(next);
  const [released, setReleased] = useState<string | null>(null);
  const key = keyOf(held);
  const over = held !== null && key !== keyOf(next) && !isOpen(held);
  useEffect(() => {
    if (!over) return undefined;
    const timer = setTimeout(() => setReleased(key), secondClick);
    return () => {
      clearTimeout(timer);
      setReleased(null);
    };
  }, [over, key]);
  // Nothing that can be clicked is held: what comes after it cannot be met by mistake.
  const takes =
    key === keyOf(next) || !busy || held === null || held.kind === "wait" || (over && released === key);
  if (takes && held !== next) setHeld(next);
  return { shown: takes ? next : held, newer: !takes && !over, showNewer: () => setHeld(next) };
}

/** The same thing to do has the same key, whatever it says meanwhile. */
export function keyOf(next: Next): string {
  return next === null ? "" : `${next.kind} ${next.node ?? ""}`;
}
