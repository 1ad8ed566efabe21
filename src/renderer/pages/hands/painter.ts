import RFB from "@novnc/novnc";
import type { Key } from "./keys.ts";
import { releaseOnLeave } from "./release-keys.ts";
import type { RfbChannel } from "./rfb-channel.ts";

/** What a painter tells of its own accord. */
export interface PainterEvents {
  /** It could not go on with what it was sent, or the far side left. */
  ended(): void;
  /** The machine offered its clipboard. */
  clipboard(text: string): void;
}

/** Paints one screen and sends what is typed and pointed at. After `stop` its canvas keeps the last picture. */
export interface Painter {
  readonly canvas: HTMLCanvasElement;
  watchOnly(on: boolean): void;
  fit(on: boolean): void;
  focus(): void;
  /** A key pressed and released, or held and let go with `down`. */
  press(keysym: number, code: string | null, down?: boolean): void;
  /** Keys pressed in order and released in the reverse order. */
  combine(combination: readonly Key[]): void;
  /** Puts text on the machine's clipboard, where it has one. */
  paste(text: string): void;
  /** The picture in its own size, as PNG; null when there is none. */
  picture(): Promise<Blob | null>;
  stop(): void;
}

export type Paint = (place: HTMLElement, channel: RfbChannel, events: PainterEvents) => Painter;

/** Paints with noVNC, whose own style and cursor are set from script alone (CSSOM), as the page's policy wants. */
export const paintWithNovnc: Paint = (place, channel, events) => {
  const rfb = new RFB(place, channel, { shared: true });
  rfb.background = "#0b141c";
  let over = false;
  rfb.addEventListener("disconnect", () => {
    over = true;
    events.ended();
  });
  rfb.addEventListener("clipboard", ({ detail }) => events.clipboard(detail.text));
  const canvas = place.querySelector("canvas");
  if (!canvas) throw new Error("noVNC made no canvas");
  canvas.tabIndex = 0;
  const forget = releaseOnLeave(canvas);
  return {
    canvas,
    watchOnly: (on) => {
      rfb.viewOnly = on;
    },
    fit: (on) => {
      rfb.scaleViewport = on;
    },
    focus: () => rfb.focus({ preventScroll: true }),
    press: (keysym, code, down) => rfb.sendKey(keysym, code, down),
    combine: (combination) => {
      for (const { keysym, code } of combination) rfb.sendKey(keysym, code, true);
      for (const { keysym, code } of combination.toReversed()) rfb.sendKey(keysym, code, false);
    },
    paste: (text) => rfb.clipboardPasteFrom(text),
    picture: () => new Promise((resolve) => rfb.toBlob(resolve, "image/png")),
    stop: () => {
      forget();
      if (!over) rfb.disconnect();
    },
  };
};
