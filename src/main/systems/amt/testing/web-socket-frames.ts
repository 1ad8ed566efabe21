import { createHash } from "node:crypto";
import type { Socket } from "node:net";

/** The answer to an upgrade (RFC 6455, 4.2.2). */
export function upgradeAnswer(key: string): string {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** One binary message as a server sends it: unmasked (RFC 6455, 5.2). */
export function binaryFrame(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(bytes.length < 126 ? 2 : bytes.length < 65_536 ? 4 : 10);
  head[0] = 0x82;
  if (bytes.length < 126) head[1] = bytes.length;
  else if (bytes.length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(bytes.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(bytes.length), 2);
  }
  return Buffer.concat([head, bytes]);
}

/** Calls `take` with the content of each binary message of a client; a close is answered by closing. */
export function readFrames(socket: Socket, rest: Buffer, take: (bytes: Buffer) => void): void {
  let pending = rest;
  const look = () => {
    for (;;) {
      const frame = frameOf(pending);
      if (frame === null) return;
      pending = pending.subarray(frame.length);
      if (frame.code === 8) socket.end(Buffer.from([0x88, 0x00]));
      else if (frame.code === 2) take(frame.bytes);
    }
  };
  socket.on("data", (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    look();
  });
  look();
}

function frameOf(bytes: Buffer): { code: number; bytes: Buffer; length: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const at = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < at + 4) return null;
  const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const length = at + 4 + size;
  if (bytes.length < length) return null;
  const mask = bytes.subarray(at, at + 4);
  const content = Buffer.from(bytes.subarray(at + 4, length));
  content.forEach((byte, index) => {
    content[index] = byte ^ (mask[index % 4] ?? 0);
  });
  return { code: bytes.readUInt8(0) & 0x0f, bytes: content, length };
}
