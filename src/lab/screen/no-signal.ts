import { CellGrid } from "./cell-grid.ts";
import { cellHeight, cellWidth } from "./font.ts";
import type { Picture } from "./picture.ts";

const words = "No signal";
const scale = 2;
const grey = 0x5a5a5a;

/** A monitor without anything on its cable: the machine is off. */
export function noSignal(): Picture {
  const width = 640;
  const height = 400;
  const grid = new CellGrid(width, height, { ink: grey, paper: 0x000000 });
  const x = (width - words.length * cellWidth * scale) / 2;
  grid.framebuffer.drawLarge(x, (height - cellHeight * scale) / 2, words, grey, scale);
  return { grid, marked: [], refresh: () => false, press: () => {}, paste: () => {}, close: () => {} };
}
