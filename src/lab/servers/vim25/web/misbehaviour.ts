import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

const hugeBytes = 300 * 1024 * 1024;
const hugePiece = Buffer.alloc(1024 * 1024, "x");
const garbageBytes = 4_096;

/** Bytes without sense instead of TLS, and then the end. */
export function answerGarbage(stream: Duplex): void {
  stream.on("error", () => stream.destroy());
  stream.resume();
  stream.once("data", () => stream.end(randomBytes(garbageBytes)));
}

/** An answer that breaks off in its middle. */
export function answerHalf(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    "content-type": "text/xml; charset=utf-8",
    "content-length": Buffer.byteLength(body),
  });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
}

/** An answer far longer than anything there is to say: one value of 300 MiB. */
export function answerEndlessly(response: ServerResponse, open: string): void {
  response.writeHead(200, { "content-type": "text/xml; charset=utf-8" });
  response.write(open);
  let left = hugeBytes;
  const pour = () => {
    while (left > 0 && !response.destroyed) {
      left -= hugePiece.length;
      if (!response.write(hugePiece)) {
        response.once("drain", pour);
        return;
      }
    }
    response.end();
  };
  pour();
}
