import type { Area } from "../../screen/framebuffer.ts";
import type { ByteReader } from "./byte-reader.ts";
import { Gone } from "./byte-reader.ts";
import { decodeFormat, formatBytes, type PixelFormat } from "./pixel-format.ts";

/** What a client says once it is in (RFC 6143, 7.5). */
export type ClientMessage =
  | { kind: "format"; format: PixelFormat }
  | { kind: "encodings"; encodings: number[] }
  | { kind: "request"; isIncremental: boolean; area: Area }
  | { kind: "key"; isDown: boolean; keysym: number }
  | { kind: "pointer"; buttons: number; x: number; y: number }
  | { kind: "cut-text"; words: string }
  | { kind: "resize" };

const encodingLimit = 1_000;
/** Characters of a clipboard that are kept; the rest is passed over. */
const cutTextLimit = 16_384;
const cutTextRefused = 64 * 1_048_576;

/** Reads the next message; rejects with Gone at the end, and when it is none that this server knows. */
export async function readMessage(reader: ByteReader): Promise<ClientMessage> {
  const type = (await reader.take(1))[0];
  if (type === 0) {
    const format = decodeFormat((await reader.take(3 + formatBytes)).subarray(3));
    if (!format) throw new Gone();
    return { kind: "format", format };
  }
  if (type === 2) {
    const count = (await reader.take(3)).readUInt16BE(1);
    if (count > encodingLimit) throw new Gone();
    const bytes = await reader.take(count * 4);
    return {
      kind: "encodings",
      encodings: Array.from({ length: count }, (_, index) => bytes.readInt32BE(index * 4)),
    };
  }
  if (type === 3) {
    const bytes = await reader.take(9);
    const [x, y, width, height] = [1, 3, 5, 7].map((at) => bytes.readUInt16BE(at));
    const area = { x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0 };
    return { kind: "request", isIncremental: bytes[0] !== 0, area };
  }
  if (type === 4) {
    const bytes = await reader.take(7);
    return { kind: "key", isDown: bytes[0] !== 0, keysym: bytes.readUInt32BE(3) };
  }
  if (type === 5) {
    const bytes = await reader.take(5);
    return { kind: "pointer", buttons: bytes[0] ?? 0, x: bytes.readUInt16BE(1), y: bytes.readUInt16BE(3) };
  }
  if (type === 6) {
    const length = (await reader.take(7)).readUInt32BE(3);
    if (length > cutTextRefused) throw new Gone();
    const words = (await reader.take(Math.min(length, cutTextLimit))).toString("latin1");
    await reader.skip(Math.max(0, length - cutTextLimit));
    return { kind: "cut-text", words };
  }
  if (type === 251) {
    const screens = (await reader.take(7))[5] ?? 0;
    await reader.skip(screens * 16);
    return { kind: "resize" };
  }
  throw new Gone();
}
