import type { KeyboardEvent } from "react";
import { moved } from "../grid/moved.ts";
import { isHead, type Line } from "./list-window.ts";

/** What a key does in a list: goes to a place, or does something with the line that is marked. */
export type LineKey =
  | { does: "move"; to: number }
  | { does: "fold" | "select" | "open" | "clear" }
  | { does: "nothing" };

/** Where the marked line is among all, and how many fit into the page. */
export interface LinePlace {
  line: Line | undefined;
  at: number;
  length: number;
  page: number;
  /** The place of the head of the group that the line is in; null where it is not known or there is none. */
  head: number | null;
}

/**
 * The arrows move, and in a grouped list left and right fold and unfold (tree grid pattern of the ARIA practices); space
 * selects, enter opens, Escape clears the selection.
 */
export function lineKey({ key }: Pick<KeyboardEvent, "key">, place: LinePlace): LineKey {
  const { line, at, length, page, head } = place;
  const last = length - 1;
  const to = moved(key, { at, length, page });
  if (to !== undefined) return { does: "move", to };
  if (key === "Escape") return { does: "clear" };
  if (line === undefined) return { does: "nothing" };
  if (key === " ") return { does: "select" };
  if (isHead(line)) {
    const folds = key === "Enter" || key === (line.open ? "ArrowLeft" : "ArrowRight");
    if (folds) return { does: "fold" };
    return key === "ArrowRight" ? { does: "move", to: Math.min(last, at + 1) } : { does: "nothing" };
  }
  if (key === "Enter") return { does: "open" };
  if (key === "ArrowLeft" && head !== null) return { does: "move", to: head };
  return { does: "nothing" };
}
