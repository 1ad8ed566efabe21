import { useCallback, useState } from "react";

/** Whether the pointer moves or the focus is in an element, which is given to `watch` as its `ref`. */
export function useBusy(): {
  busy: boolean;
  watch: (element: HTMLElement | null) => (() => void) | undefined;
} {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const watch = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const ending = new AbortController();
    const { signal } = ending;
    // Not by entering: what is drawn below a pointer that rests there keeps nobody from anything.
    element.addEventListener("pointermove", () => setPointer(true), { signal });
    const gone = () => {
      setPointer(false);
      // What had the focus and was taken away told nobody.
      setFocus(element.contains(document.activeElement));
    };
    element.addEventListener("pointerleave", gone, { signal });
    element.addEventListener("focusin", () => setFocus(true), { signal });
    const left = ({ relatedTarget }: FocusEvent) => {
      if (!(relatedTarget instanceof Node && element.contains(relatedTarget))) setFocus(false);
    };
    element.addEventListener("focusout", left, { signal });
    return () => ending.abort();
  }, []);
  return { busy: pointer || focus, watch };
}
