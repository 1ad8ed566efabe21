import { useState } from "react";
import type { PraRunView } from "../../../shared/pra.ts";

type Next = PraRunView["next"];

/** What stands under "next thing for you". */
export interface HeldNext {
  shown: Next;
  /** Something else is more urgent by now than what is shown. */
  newer: boolean;
  showNewer: () => void;
}

/**
 * The next thing for a person, held as it is while the pointer or the focus is in it (`busy`), so that no click meets a
 * button that took the place of another. What it says of itself is always the latest.
 */
export function useHeldNext(next: Next, busy: boolean): HeldNext {
  const [held, setHeld] = useState<Next>(next);
  const same = keyOf(held) === keyOf(next);
  // Nothing that can be clicked is held: what comes after it cannot be met by mistake.
  const takes = same || !busy || held === null || held.kind === "wait";
  if (takes && held !== next) setHeld(next);
  return { shown: takes ? next : held, newer: !takes, showNewer: () => setHeld(next) };
}

/** The same thing to do has the same key, whatever it says meanwhile. */
export function keyOf(next: Next): string {
  return next === null ? "" : `${next.kind} ${next.node ?? ""}`;
}
