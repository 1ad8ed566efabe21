import type { KeyboardEvent } from "react";

/** What the keys of the log do; `lines` counts down, and below zero up. */
export interface LogKeys {
  byLines(lines: number): void;
  byPages(pages: number): void;
  toFirst(): void;
  toLast(): void;
  toggleFollow(): void;
  search(): void;
  filter(): void;
  next(backwards: boolean): void;
  /** Makes what is chosen one line longer. */
  extend(lines: number): void;
  copy(): void;
  forget(): void;
}

/** Acts on a key as pagers do (less, vi). Gives false for keys that are none of the log's. */
export function heedKey(event: KeyboardEvent, keys: LogKeys): boolean {
  if (event.altKey || event.metaKey) return false;
  if (event.ctrlKey) {
    // With words marked, the browser copies these.
    if (event.key !== "c" || window.getSelection()?.isCollapsed === false) return false;
    keys.copy();
    return true;
  }
  const acts = new Map<string, () => void>([
    ["ArrowDown", () => (event.shiftKey ? keys.extend(1) : keys.byLines(1))],
    ["ArrowUp", () => (event.shiftKey ? keys.extend(-1) : keys.byLines(-1))],
    ["j", () => keys.byLines(1)],
    ["k", () => keys.byLines(-1)],
    ["PageDown", () => keys.byPages(1)],
    ["PageUp", () => keys.byPages(-1)],
    [" ", () => keys.byPages(event.shiftKey ? -1 : 1)],
    ["Home", keys.toFirst],
    ["g", keys.toFirst],
    ["End", keys.toLast],
    ["G", keys.toLast],
    ["f", keys.toggleFollow],
    ["/", keys.search],
    ["&", keys.filter],
    ["n", () => keys.next(false)],
    ["N", () => keys.next(true)],
    ["Escape", keys.forget],
  ]);
  const act = acts.get(event.key);
  act?.();
  return act !== undefined;
}
