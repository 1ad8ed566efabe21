// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryChannel } from "../../testing/memory-channel.ts";
import { keys } from "./keys.ts";
import { type Painter, paintWithNovnc } from "./painter.ts";
import { RfbChannel } from "./rfb-channel.ts";

/** jsdom paints nothing: a context that takes everything and gives empty pictures. */
const context = new Proxy(
  {},
  { get: (_target, name) => (name === "getImageData" ? () => ({ data: [] }) : () => {}), set: () => true },
);

let near: MemoryChannel;
let far: MemoryChannel;
let painter: Painter;
let heard: number[];
const ended = vi.fn();
const clipboard = vi.fn();
const settle = () => new Promise((resolve) => setTimeout(resolve, 2));
const said = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : part)),
  );

/** RFC 6143 section 7.3.2: 64 by 48, 32 bits a pixel, named "tower". */
const serverInit = said(
  [0, 64, 0, 48],
  [32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0],
  [0, 0, 0, 5],
  "tower",
);

async function connect(): Promise<void> {
  near.open();
  far.send(said("RFB 003.008\n"));
  await settle();
  far.send(said([1, 1]));
  await settle();
  far.send(said([0, 0, 0, 0]));
  await settle();
  far.send(serverInit);
  await settle();
}

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  Object.defineProperty(window, "isSecureContext", { configurable: true, value: true });
  window.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  [near, far] = MemoryChannel.pair();
  heard = [];
  far.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) heard.push(...new Uint8Array(data));
  };
  ended.mockReset();
  clipboard.mockReset();
  const place = document.body.appendChild(document.createElement("div"));
  const link = new RfbChannel(near, { text: () => {}, taken: () => {}, closed: () => {}, broken: () => {} });
  painter = paintWithNovnc(place, link, { ended, clipboard });
  link.start();
});
afterEach(async () => {
  painter.stop();
  await settle();
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const keyEvents = () => {
  const found: [boolean, number][] = [];
  for (let at = 0; at + 8 <= heard.length; ) {
    if (heard[at] !== 4) break;
    const [, down = 0, , , a = 0, b = 0, c = 0, d = 0] = heard.slice(at, at + 8);
    found.push([down === 1, ((a << 24) | (b << 16) | (c << 8) | d) >>> 0]);
    at += 8;
  }
  return found;
};

describe("noVNC over our channel", () => {
  it("opens a screen without a secret, and asks for its picture", async () => {
    await connect();
    expect(String.fromCharCode(...heard.slice(0, 12))).toBe("RFB 003.008\n");
    // Security None, then a shared session.
    expect(heard.slice(12, 14)).toEqual([1, 1]);
    // SetPixelFormat, SetEncodings, FramebufferUpdateRequest of the whole picture.
    expect(heard[14]).toBe(0);
    expect(heard.slice(-10)).toEqual([3, 0, 0, 0, 0, 0, 0, 64, 0, 48]);
    expect(painter.canvas.width).toBe(64);
  });

  it("presses combinations in order and releases them in the reverse order", async () => {
    await connect();
    heard = [];
    painter.combine([keys.control, keys.alt, keys.delete]);
    await settle();
    expect(keyEvents()).toEqual([
      [true, 0xffe3],
      [true, 0xffe9],
      [true, 0xffff],
      [false, 0xffff],
      [false, 0xffe9],
      [false, 0xffe3],
    ]);
  });

  it("leaves no key down at the machine when the keyboard goes elsewhere in the page", async () => {
    await connect();
    painter.focus();
    heard = [];
    for (const [key, code] of [
      ["Control", "ControlLeft"],
      ["Shift", "ShiftLeft"],
    ]) {
      painter.canvas.dispatchEvent(new KeyboardEvent("keydown", { key: key ?? "", code: code ?? "" }));
    }
    painter.canvas.blur();
    await settle();
    expect(keyEvents()).toEqual([
      [true, 0xffe3],
      [true, 0xffe1],
      [false, 0xffe3],
      [false, 0xffe1],
    ]);
  });

  it("sends nothing while it only watches", async () => {
    await connect();
    heard = [];
    painter.watchOnly(true);
    painter.combine([keys.escape]);
    painter.paste("words");
    await settle();
    expect(heard).toEqual([]);
  });

  it("hands over the machine's clipboard", async () => {
    await connect();
    far.send(said([3, 0, 0, 0, 0, 0, 0, 4], "copy"));
    await settle();
    expect(clipboard.mock.calls).toEqual([["copy"]]);
  });

  it("ends once on what is no RFB, and stops without a word more", async () => {
    near.open();
    far.send(said("HTTP/1.1 400"));
    await settle();
    expect(ended).toHaveBeenCalledTimes(1);
    painter.stop();
    await settle();
    expect(ended).toHaveBeenCalledTimes(1);
  });
});
