import type { ByteWriter } from "./byte-writer.ts";
import { desktopSize, raw, runLength } from "./encodings.ts";
import {
  encodingUnknown,
  messageUnknown,
  rectangleImpossible,
  sizeImpossible,
  textTooLong,
  viewerCannotResize,
} from "./faults.ts";
import { canBeShown, liesWithin, type Rectangle } from "./geometry.ts";
import { type Reading, skip, viewOf } from "./reading.ts";
import { readRectangle, writeHeader } from "./rectangle-header.ts";
import type { RectangleTranslator } from "./rectangles.ts";
import type { RequestFlow } from "./request-flow.ts";
import type { ViewerWishes } from "./viewer-wishes.ts";

/** AMT sends texts of some bytes, to which programs on the machine would listen; in bytes. */
const longestText = 1024 * 1024;

/** What reading the far side needs. */
export interface FarSideParts {
  wishes: ViewerWishes;
  flow: RequestFlow;
  rectangles: RectangleTranslator;
  toViewer: ByteWriter;
}

/**
 * Reads what AMT sends after its ServerInit (RFC 6143, 7.6) and writes it anew for the viewer. Throws DialectFaults for
 * what breaks the rules.
 */
export function* readFarSide(parts: FarSideParts): Reading {
  for (;;) {
    const type = viewOf(yield 1).getUint8(0);
    switch (type) {
      case 0:
        yield* readUpdate(parts);
        break;
      case 2:
        parts.toViewer.uint8(type);
        break;
      case 3: {
        const length = viewOf(yield 7).getUint32(3);
        if (length > longestText) throw textTooLong(length);
        yield* skip(length);
        break;
      }
      default:
        throw messageUnknown(type);
    }
  }
}

function* readUpdate(parts: FarSideParts): Reading<void> {
  const { wishes, flow, rectangles, toViewer } = parts;
  flow.updateBegan();
  wishes.updateBegan();
  const count = viewOf(yield 3).getUint16(1);
  toViewer.uint8(0);
  toViewer.uint8(0);
  toViewer.uint16(count);
  let pixels = 0;
  let bytes = 4;
  for (let left = count; left > 0; left -= 1) {
    const header = viewOf(yield 12);
    const rectangle = readRectangle(header, 0);
    const encoding = header.getInt32(8);
    bytes += 12;
    if (encoding === desktopSize) {
      resize(rectangle, parts);
      continue;
    }
    if (encoding !== raw && encoding !== runLength) throw encodingUnknown(encoding);
    if (!liesWithin(rectangle, flow.screen)) throw rectangleImpossible(rectangle, flow.screen);
    pixels += rectangle.width * rectangle.height;
    bytes += yield* encoding === raw
      ? rectangles.raw(rectangle, flow.depth)
      : rectangles.runLength(rectangle, flow.depth);
  }
  flow.updateEnded(pixels, bytes);
}

function resize({ width, height }: Rectangle, { wishes, flow, toViewer }: FarSideParts): void {
  if (!canBeShown({ width, height })) throw sizeImpossible(width, height);
  if (!wishes.knowsDesktopSize) throw viewerCannotResize(width, height);
  flow.resized({ width, height });
  writeHeader({ x: 0, y: 0, width, height }, desktopSize, toViewer);
}
