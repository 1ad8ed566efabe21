import type { Duplex } from "node:stream";
import { text } from "../../shared/text.ts";
import { abortable } from "./abort.ts";
import { closedEarly, garbage, noCommonAlgorithm } from "./faults.ts";
import type { Place } from "./place.ts";

/** OpenSSH's own bounds for what a server may say before its identification. */
const mostLines = 1024;
const longestLine = 8192;
const mostBytes = 64 * 1024;

/**
 * Waits for a server's identification line (RFC 4253, 4.2), passing over the lines that may come before it, and
 * leaves the stream so that the identification is the next thing read from it. ssh2 loses pieces of a greeting
 * that arrives in more than two parts and reads an endless one for ever; hence this. Throws `reach.garbage`,
 * `reach.closed-early`, `reach.no-common-algorithm` for SSH 1, or what `signal` was aborted with.
 */
export function readGreeting(socket: Duplex, place: Place, signal: AbortSignal): Promise<void> {
  let held = Buffer.alloc(0);
  let leave = (): void => undefined;
  const reading = new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      const found = findIdentification(held);
      if (found === "more") return;
      socket.pause();
      leave();
      if (found === "garbage") return reject(garbage(place));
      if (found === "version-1") {
        return reject(noCommonAlgorithm(place, text("SSH protocol version", "version du protocole SSH")));
      }
      socket.unshift(held.subarray(found));
      resolve();
    };
    const onEnd = () => reject(isTurnedAway(held) ? closedEarly(place) : garbage(place));
    const onError = (error: Error) =>
      reject(isTurnedAway(held) ? closedEarly(place, error) : garbage(place, error));
    leave = () => {
      socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onError);
    };
    socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onError);
  });
  return abortable(reading, signal).finally(leave);
}

/** Nothing was said, or what OpenSSH says to those it has no room for or holds a penalty against. */
function isTurnedAway(held: Buffer): boolean {
  return (
    held.length === 0 || /^(Exceeded MaxStartups|Not allowed at this time)/.test(held.toString("latin1"))
  );
}

/** Where the identification line starts, or why there is none (yet). */
export function findIdentification(held: Buffer): number | "more" | "garbage" | "version-1" {
  let start = 0;
  for (let line = 0; line <= mostLines; line++) {
    const end = held.indexOf(10, start);
    const length = (end < 0 ? held.length : end) - start;
    if (length > longestLine || start > mostBytes) return "garbage";
    if (end < 0) return "more";
    const words = held.toString("latin1", start, end);
    if (/^SSH-(2\.0|1\.99)-/.test(words)) return start;
    if (/^SSH-1\./.test(words)) return "version-1";
    if (words.startsWith("SSH-")) return "garbage";
    start = end + 1;
  }
  return "garbage";
}
