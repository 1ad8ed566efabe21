import { type ComponentType, useEffect, useState } from "react";

/** Milliseconds after the first paint when what a key opens is fetched ahead. */
const ahead = 1000;

/**
 * A part of the window that is fetched ahead, or as soon as it is wanted; null until it is there. React's `lazy`
 * holds back what it shows for a third of a second, in which typed keys would be lost.
 */
export function useLoaded<Properties>(
  load: () => Promise<{ default: ComponentType<Properties> }>,
  wanted: boolean,
): ComponentType<Properties> | null {
  const [part, setPart] = useState<{ component: ComponentType<Properties> } | null>(null);
  const [failed, setFailed] = useState<{ thrown: unknown } | null>(null);
  const loaded = part !== null;
  useEffect(() => {
    if (loaded) return;
    let here = true;
    const fetchIt = () =>
      load().then(
        (module) => here && setPart({ component: module.default }),
        // Fetched ahead in vain it is fetched again when it is wanted; only then its failure matters.
        (thrown: unknown) => here && wanted && setFailed({ thrown }),
      );
    if (wanted) {
      void fetchIt();
      return () => {
        here = false;
      };
    }
    const timer = setTimeout(fetchIt, ahead);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [load, loaded, wanted]);
  if (failed) throw failed.thrown;
  return part?.component ?? null;
}
