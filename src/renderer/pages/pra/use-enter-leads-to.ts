import { type RefObject, useLayoutEffect, useRef } from "react";

const first = "input, select, textarea, button:not(:disabled), a[href]";

/**
 * Enter, pressed while nothing has the focus, leads to the first thing to do in an element: its primary button where it
 * has one. It never presses it: that takes a second Enter.
 */
export function useEnterLeadsTo(): RefObject<HTMLElement | null> {
  const element = useRef<HTMLElement | null>(null);
  // Before it is painted: whoever sees it may press at once.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const { target } = event;
      const free = target === document.body || (target instanceof HTMLElement && target.matches("main"));
      if (!free) return;
      const primary = element.current?.querySelector<HTMLElement>("button.pf-m-primary:not(:disabled)");
      const found = primary ?? element.current?.querySelector<HTMLElement>(first);
      if (!found) return;
      event.preventDefault();
      found.focus();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
  return element;
}
