import { placeTo } from "../../state/router.ts";

/**
 * Opens the hands on a machine in a window of its own; false when the browser refused it. In the desktop shell main
 * makes the window, and the page cannot see it.
 */
export function detach(...ids: string[]): boolean {
  const opened = window.open(
    `${window.location.pathname}${placeTo("hands", ...ids)}`,
    "_blank",
    "popup,width=1280,height=900",
  );
  return opened !== null || window.location.protocol === "app:";
}
