import { type Area, Framebuffer, overlap } from "../../screen/framebuffer.ts";
import { tileSide, tilesOf } from "./encodings.ts";

/** A colour that no pixel has: what the client shows there is not known. */
const unknown = 0xffff_ffff;

/**
 * What a client has on its screen. It may be of another size than the machine's picture: what the picture does not
 * reach is black.
 */
export class ClientPicture {
  framebuffer: Framebuffer;
  private scrolled = 0;
  private source: Framebuffer | null = null;

  constructor(width: number, height: number) {
    this.framebuffer = new Framebuffer(width, height, unknown);
  }

  /** The whole screen. */
  get area(): Area {
    return { x: 0, y: 0, width: this.framebuffer.width, height: this.framebuffer.height };
  }

  /** Takes another size; nothing of what the client shows is known then. */
  resize(width: number, height: number): void {
    this.framebuffer = new Framebuffer(width, height, unknown);
  }

  /** Forgets what the client shows in an area, so that it is sent again. */
  forget(area: Area): void {
    this.framebuffer.fill(area, unknown);
  }

  /**
   * By how many rows the picture was moved up since the last call, when a client that moves its own the same way
   * would be right for the most part; else nought. The client's picture is moved then.
   */
  follow(source: Framebuffer): number {
    const { framebuffer } = this;
    const moved = source === this.source ? source.scrolled - this.scrolled : 0;
    this.source = source;
    this.scrolled = source.scrolled;
    const isSameSize = source.width === framebuffer.width && source.height === framebuffer.height;
    if (!isSameSize || moved <= 0 || moved >= framebuffer.height) return 0;
    framebuffer.scrollUp(moved, framebuffer.height);
    return moved;
  }

  /** The tiles of an area in which the picture differs; from then on the client counts as having them. */
  takeChanges(source: Framebuffer, area: Area): Area[] {
    const inside = overlap(area, this.area);
    if (!inside) return [];
    return tilesOf(inside, tileSide).filter((tile) => this.takeTile(source, tile));
  }

  private takeTile(source: Framebuffer, tile: Area): boolean {
    const { framebuffer } = this;
    let isChanged = false;
    for (let row = tile.y; row < tile.y + tile.height; row += 1) {
      const shown = Math.max(0, Math.min(tile.x + tile.width, source.width) - tile.x);
      const width = row < source.height ? shown : 0;
      const from = row * source.width + tile.x;
      const to = row * framebuffer.width + tile.x;
      for (let column = 0; column < tile.width; column += 1) {
        const colour = column < width ? (source.pixels[from + column] ?? 0) : 0;
        if (framebuffer.pixels[to + column] === colour) continue;
        framebuffer.pixels[to + column] = colour;
        isChanged = true;
      }
    }
    return isChanged;
  }
}

/** Joins tiles that lie side by side in one row, so that fewer rectangles are sent. */
export function joined(tiles: readonly Area[]): Area[] {
  const areas: Area[] = [];
  for (const tile of tiles) {
    const last = areas.at(-1);
    if (last && last.y === tile.y && last.height === tile.height && last.x + last.width === tile.x)
      last.width += tile.width;
    else areas.push({ ...tile });
  }
  return areas;
}
