import { useEffect } from "react";
import type { PeopleView } from "../../shared/sign-in.ts";
import { useClient } from "../state/live.ts";

/** Milliseconds: main is told no oftener that somebody is there. */
const tellEvery = 20_000;

/** Tells main that somebody types or clicks here, so that it does not lock the window. */
export function useActivity(people: PeopleView | null): void {
  const client = useClient();
  const counts = people !== null && people.idleLock !== null && !people.locked;
  useEffect(() => {
    if (!counts) return;
    let told = Number.NEGATIVE_INFINITY;
    const tell = (event: Event) => {
      const now = performance.now();
      if (!event.isTrusted || now - told < tellEvery) return;
      told = now;
      client.people.active().catch(() => {
        // A lost connection is told by its banner; a window that was locked meanwhile shows that.
      });
    };
    const kinds = ["keydown", "pointerdown", "wheel"] as const;
    for (const kind of kinds) window.addEventListener(kind, tell, { passive: true, capture: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, tell, { capture: true });
    };
  }, [client, counts]);
}
