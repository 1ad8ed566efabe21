import type { ByteReader } from "./byte-reader.ts";
import { absurdScreen, brokenProtocol, type FarSide } from "./faults.ts";
import { printable } from "./printable.ts";
import type { ServerInit } from "./translator.ts";

const headLength = 24;
const mostNameBytes = 4096;
const mostNameLetters = 200;
/** The widest and highest screen that is believed, in pixels. */
const largestSide = 16_384;

/**
 * Reads ServerInit (RFC 6143, 7.3.2). Throws OpsErrors `rfb.absurd-screen`, `rfb.garbage`, and what the reader throws.
 */
export async function readServerInit(reader: ByteReader, farSide: FarSide): Promise<ServerInit> {
  const head = await reader.take(headLength);
  const width = head.readUInt16BE(0);
  const height = head.readUInt16BE(2);
  const pixelFormat = new Uint8Array(head.subarray(4, 20));
  const nameLength = head.readUInt32BE(20);
  if (!isPixelFormat(pixelFormat) || nameLength > mostNameBytes) throw brokenProtocol(farSide);
  if (Math.min(width, height) < 1 || Math.max(width, height) > largestSide) {
    throw absurdScreen(farSide, width, height);
  }
  const name = printable(await reader.take(nameLength), mostNameLetters);
  return { width, height, pixelFormat, name };
}

/** Writes ServerInit as a server does (RFC 6143, 7.3.2). */
export function serverInitBytes({ width, height, pixelFormat, name }: ServerInit): Uint8Array {
  const words = Buffer.from(name, "utf8").subarray(0, mostNameBytes);
  const head = Buffer.alloc(headLength);
  head.writeUInt16BE(width, 0);
  head.writeUInt16BE(height, 2);
  head.set(pixelFormat.subarray(0, 16), 4);
  head.writeUInt32BE(words.length, 20);
  return Buffer.concat([head, words]);
}

/** Bits per pixel are 8, 16 or 32, of which no more than these carry colour (RFC 6143, 7.4). */
function isPixelFormat(format: Uint8Array): boolean {
  const [bits = 0, depth = 0] = format;
  return (bits === 8 || bits === 16 || bits === 32) && depth >= 1 && depth <= bits;
}
