import { desktopSize, runLength } from "./encodings.ts";
import {
  compactPixels,
  type Depth,
  fullPixels,
  offeredFormat,
  type PixelFormat,
  type PixelTable,
} from "./pixel-format.ts";

/** What the viewer said that it wants, and the tables for its pixels. */
export class ViewerWishes {
  #wanted = offeredFormat;
  #format = offeredFormat;
  #encodings: ReadonlySet<number> = new Set();
  #compact = new Map<Depth, PixelTable>();
  #full = new Map<Depth, PixelTable>();

  /** SetPixelFormat came; it holds from the next update on. */
  wantFormat(format: PixelFormat): void {
    this.#wanted = format;
  }

  /** SetEncodings came. */
  wantEncodings(encodings: readonly number[]): void {
    this.#encodings = new Set(encodings);
  }

  get knowsZrle(): boolean {
    return this.#encodings.has(runLength);
  }

  get knowsDesktopSize(): boolean {
    return this.#encodings.has(desktopSize);
  }

  /** An update begins: what the viewer wanted before it holds now. */
  updateBegan(): void {
    if (this.#wanted === this.#format) return;
    this.#format = this.#wanted;
    this.#compact.clear();
    this.#full.clear();
  }

  /** The table for pixels in tiles. */
  compact(depth: Depth): PixelTable {
    return kept(this.#compact, depth, () => compactPixels(depth, this.#format));
  }

  /** The table for pixels in rows. */
  full(depth: Depth): PixelTable {
    return kept(this.#full, depth, () => fullPixels(depth, this.#format));
  }
}

function kept(tables: Map<Depth, PixelTable>, depth: Depth, make: () => PixelTable): PixelTable {
  const known = tables.get(depth) ?? make();
  tables.set(depth, known);
  return known;
}
