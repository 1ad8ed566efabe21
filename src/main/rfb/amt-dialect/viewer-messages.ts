import type { ByteWriter } from "./byte-writer.ts";
import { viewerMessageUnknown } from "./faults.ts";
import { readPixelFormat } from "./pixel-format.ts";
import { type Reading, skip, viewOf } from "./reading.ts";
import { readRectangle } from "./rectangle-header.ts";
import type { RequestFlow } from "./request-flow.ts";
import type { ViewerWishes } from "./viewer-wishes.ts";

/** A longer text on the clipboard is taken for nonsense, in bytes. */
const longestText = 16 * 1024 * 1024;

/**
 * Reads what the viewer sends (RFC 6143, 7.5): its wishes stay here, requests go through the flow, keys and pointer go
 * on. Text of the clipboard is passed over, for AMT has none.
 */
export function* readViewer(wishes: ViewerWishes, flow: RequestFlow, toFarSide: ByteWriter): Reading {
  for (;;) {
    const type = viewOf(yield 1).getUint8(0);
    switch (type) {
      case 0:
        wishes.wantFormat(readPixelFormat((yield 19).subarray(3)));
        break;
      case 2:
        wishes.wantEncodings(yield* readEncodings());
        break;
      case 3: {
        const body = viewOf(yield 9);
        flow.request({ incremental: body.getUint8(0) !== 0, rectangle: readRectangle(body, 1) });
        break;
      }
      case 4: {
        const body = yield 7;
        toFarSide.uint8(type);
        toFarSide.append(body);
        break;
      }
      case 5: {
        const body = viewOf(yield 5);
        toFarSide.uint8(type);
        toFarSide.uint8(body.getUint8(0));
        toFarSide.uint16(Math.min(body.getUint16(1), flow.screen.width - 1));
        toFarSide.uint16(Math.min(body.getUint16(3), flow.screen.height - 1));
        break;
      }
      case 6: {
        // The extended clipboard tells its length as a negative number.
        const length = Math.abs(viewOf(yield 7).getInt32(3));
        if (length > longestText) throw viewerMessageUnknown(type);
        yield* skip(length);
        break;
      }
      default:
        throw viewerMessageUnknown(type);
    }
  }
}

function* readEncodings(): Reading<number[]> {
  const count = viewOf(yield 3).getUint16(1);
  const encodings: number[] = [];
  while (encodings.length < count) encodings.push(viewOf(yield 4).getInt32(0));
  return encodings;
}
