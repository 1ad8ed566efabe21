import { damagedRecording } from "./faults.ts";

/** What the server tells at first (RFC 6143, 7.3.2); pixels, and a pixel format of 16 bytes (7.4). */
export interface ServerInit {
  width: number;
  height: number;
  pixelFormat: Buffer;
  name: Buffer;
}

export const pixelFormatLength = 16;
const longestName = 64 * 1024;
const versionLength = 12;
const version38 = Buffer.from("RFB 003.008\n", "latin1");
const version33 = Buffer.from("RFB 003.003\n", "latin1");
/** One security type, None; and its result, OK. */
const types38 = Buffer.from([1, 1]);
const result38 = Buffer.alloc(4);
/** In version 3.3 the server decides on None by itself and tells no result. */
const type33 = Buffer.from([0, 0, 0, 1]);

/** The greeting of RFB 3.8 without a log-in, as its server says it step by step (RFC 6143, 7.1 to 7.3). */
export function greetingSteps(init: ServerInit): {
  version: Buffer;
  types: Buffer;
  result: Buffer;
  init: Buffer;
} {
  return { version: version38, types: types38, result: result38, init: serverInit(init) };
}

/** The greeting as it stands in a file: that of version 3.3, the only one which every player reads. */
export function recordedGreeting(init: ServerInit): Buffer {
  return Buffer.concat([version33, type33, serverInit(init)]);
}

/**
 * What a server said first in RFB 3.8 with security type None, and how many bytes that took; null while more is to
 * come. Throws OpsError `recording.damaged` for any other beginning.
 */
export function readGreeting(said: Buffer): { init: ServerInit; length: number } | null {
  return readAfter(said, Buffer.concat([version38, types38, result38]));
}

/** The same of the beginning of a recorded stream. */
export function readRecordedGreeting(said: Buffer): { init: ServerInit; length: number } | null {
  return readAfter(said, Buffer.concat([version33, type33]));
}

function readAfter(said: Buffer, opening: Buffer): { init: ServerInit; length: number } | null {
  const known = Math.min(said.length, opening.length);
  if (!said.subarray(0, known).equals(opening.subarray(0, known))) throw damagedRecording();
  const fixed = opening.length + 8 + pixelFormatLength;
  if (said.length < fixed) return null;
  const nameLength = said.readUInt32BE(fixed - 4);
  if (nameLength > longestName) throw damagedRecording();
  if (said.length < fixed + nameLength) return null;
  const formatAt = opening.length + 4;
  return {
    init: {
      width: said.readUInt16BE(opening.length),
      height: said.readUInt16BE(opening.length + 2),
      pixelFormat: Buffer.from(said.subarray(formatAt, formatAt + pixelFormatLength)),
      name: Buffer.from(said.subarray(fixed, fixed + nameLength)),
    },
    length: fixed + nameLength,
  };
}

function serverInit({ width, height, pixelFormat, name }: ServerInit): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(width, 0);
  head.writeUInt16BE(height, 2);
  const nameLength = Buffer.alloc(4);
  nameLength.writeUInt32BE(name.length, 0);
  return Buffer.concat([head, pixelFormat, nameLength, name]);
}

/** What a viewer of RFB 3.8 says before its first message: version, the chosen type, ClientInit. */
export const viewerGreeting = { version: versionLength, type: 1, init: 1 } as const;
