import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";

const garbagePieces = 64;
const pieceBytes = 1024;

/** What a broken server says: bytes without sense and then the end, or lines of a greeting that never ends. */
function* words(kind: "garbage" | "endless-banner"): Generator<Buffer> {
  if (kind === "garbage") {
    for (let piece = 0; piece < garbagePieces; piece += 1) yield randomBytes(pieceBytes);
    return;
  }
  // Lines before the version are allowed (RFC 4253, 4.2); nothing says when a client may lose patience.
  for (let line = 1; ; line += 1) yield Buffer.from(`This line number ${line} is not the last one.\r\n`);
}

/** Speaks nonsense on a connection for as long as the far side listens. */
export function misbehave(stream: Duplex, kind: "garbage" | "endless-banner"): void {
  const given = words(kind);
  const write = () => {
    for (;;) {
      if (stream.destroyed) return;
      const next = given.next();
      if (next.done) {
        stream.end();
        return;
      }
      if (!stream.write(next.value)) {
        stream.once("drain", () => setImmediate(write));
        return;
      }
    }
  };
  stream.resume();
  write();
}
