import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { FaultName } from "../../world/faults.ts";

const hugeBytes = 10 * 1024 * 1024;
const dripMilliseconds = 1000;

/** Ways in which an engine answers a request badly. */
export const badAnswers = ["amt-truncated", "amt-slow", "amt-huge"] as const satisfies FaultName[];

/** Bytes without sense instead of HTTP or TLS, and then the end. */
export function answerGarbage(stream: Duplex): void {
  stream.resume();
  stream.once("data", () => stream.end(randomBytes(4096)));
}

/** Answers with a body that breaks off, comes one byte a second, or is far longer than anything AMT has to say. */
export function answerBadly(how: (typeof badAnswers)[number], response: ServerResponse, body: string): void {
  const { socket } = response;
  const type = "application/soap+xml; charset=UTF-8";
  if (how === "amt-truncated") {
    response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body) });
    response.write(body.slice(0, body.length / 2), () => socket?.end());
  } else if (how === "amt-huge") {
    response.writeHead(200, { "content-type": type, "content-length": hugeBytes });
    response.end(Buffer.alloc(hugeBytes, "x"));
  } else {
    response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body) });
    let sent = 0;
    const drip = () => {
      response.write(body.charAt(sent));
      sent += 1;
      if (sent < body.length) return;
      clearInterval(dripping);
      response.end();
    };
    const dripping = setInterval(drip, dripMilliseconds).unref();
    response.once("close", () => clearInterval(dripping));
    drip();
  }
}
