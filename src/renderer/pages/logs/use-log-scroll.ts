import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import {
  farthest,
  moved,
  positionOf,
  type ScrollPosition,
  type ScrollRange,
  scrollTopOf,
  spacerHeight,
} from "./scrolling.ts";

/** Pixels of a line that is not wrapped; the style sheet says the same. */
export const lineHeight = 18;

export interface LogScroll {
  /** The element that scrolls. */
  scroller: RefObject<HTMLDivElement | null>;
  /** What is at its upper edge; null: the end is followed. */
  at: ScrollPosition | null;
  /** Its height in pixels. */
  viewport: number;
  /** Lines that fill it. */
  rows: number;
  range: ScrollRange;
  /** Moves by pixels; arrived at the end it follows. */
  move: (pixels: number) => void;
  /** Brings a line into the upper third. */
  show: (line: number) => void;
  toFirst: () => void;
  follow: () => void;
  /** Stops where it is. */
  pause: () => void;
  /** Stays on its lines when as many were dropped before them. */
  shift: (dropped: number) => void;
}

/**
 * Scrolls through `count` lines of which only those in sight exist: the wheel moves by pixels whatever the length, the
 * scroll bar stands for the whole to scale. `wrapped` lines are measured where they stand.
 */
export function useLogScroll(count: number, wrapped: boolean): LogScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState<ScrollPosition | null>(null);
  const [viewport, setViewport] = useState(600);
  const range = { count, lineHeight, viewport };
  const at =
    wanted !== null && wanted.line > count - 1 ? { line: Math.floor(farthest(range)), within: 0 } : wanted;

  const heightOf = (line: number): number => {
    if (!wrapped) return lineHeight;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-place="${line}"]`);
    return row?.offsetHeight || lineHeight;
  };
  const end = (): ScrollPosition => {
    let line = count;
    let room = viewport;
    while (line > 0 && room > 0) room -= heightOf(--line);
    return { line, within: Math.max(0, -room) };
  };
  const endIsInSight = ({ line, within }: ScrollPosition): boolean => {
    let below = -within;
    for (let each = line; each < count; each += 1) {
      below += heightOf(each);
      if (below > viewport + 1) return false;
    }
    return true;
  };
  const move = (pixels: number) => {
    const from = at ?? end();
    if (at === null && (pixels > 0 || (from.line === 0 && from.within === 0))) return;
    const to = moved(from, pixels, heightOf, count);
    setWanted(pixels > 0 && endIsInSight(to) ? null : to);
  };
  const show = (line: number) => {
    const above = Math.max(0, line - Math.floor(viewport / lineHeight / 3));
    setWanted({ line: wrapped ? above : Math.min(above, Math.floor(farthest(range))), within: 0 });
  };
  const toFirst = () => farthest(range) > 0 && setWanted({ line: 0, within: 0 });
  const follow = useCallback(() => setWanted(null), []);
  const pause = () => setWanted(at ?? end());
  const shift = (dropped: number) => at && setWanted({ ...at, line: Math.max(0, at.line - dropped) });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setViewport(element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useWheel(scroller, move, viewport);
  useScrollBar(scroller, at, range, setWanted);
  return {
    scroller,
    at,
    viewport,
    rows: Math.ceil(viewport / lineHeight) + 1,
    range,
    move,
    show,
    toFirst,
    follow,
    pause,
    shift,
  };
}

/** The wheel moves by lines and pages of these lines; sideways and zooming are left to the browser. */
function useWheel(
  scroller: RefObject<HTMLDivElement | null>,
  move: (pixels: number) => void,
  viewport: number,
): void {
  const turn = useRef<(event: WheelEvent) => void>(() => {});
  useLayoutEffect(() => {
    turn.current = (event) => {
      if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      const units = [1, lineHeight, viewport];
      move(event.deltaY * (units[event.deltaMode] ?? 1));
    };
  });
  useEffect(() => {
    const element = scroller.current;
    const turned = (event: WheelEvent) => turn.current(event);
    element?.addEventListener("wheel", turned, { passive: false });
    return () => element?.removeEventListener("wheel", turned);
  }, [scroller]);
}

/** Keeps the scroll bar where the position is, and the position where the scroll bar is pulled to. */
function useScrollBar(
  scroller: RefObject<HTMLDivElement | null>,
  at: ScrollPosition | null,
  range: ScrollRange,
  setWanted: (position: ScrollPosition | null) => void,
): void {
  const written = useRef(0);
  const pulled = useRef<() => void>(() => {});
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const room = spacerHeight(range) - range.viewport;
    const wished = at === null ? room : scrollTopOf(at, range);
    if (Math.abs(element.scrollTop - wished) > 1) element.scrollTop = wished;
    written.current = element.scrollTop;
    pulled.current = () => {
      const top = element.scrollTop;
      // What we wrote ourselves, or a scroll sideways.
      if (Math.abs(top - written.current) < 1.5) return;
      written.current = top;
      setWanted(top >= room - 1 ? null : positionOf(top, range));
    };
  });
  useEffect(() => {
    const element = scroller.current;
    const scrolled = () => pulled.current();
    element?.addEventListener("scroll", scrolled, { passive: true });
    return () => element?.removeEventListener("scroll", scrolled);
  }, [scroller]);
}
