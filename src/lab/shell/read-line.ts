import { orAborted } from "./breath.ts";
import type { Source } from "./streams.ts";

const lineLimit = 1024 * 1024;

/**
 * Reads one line and leaves what follows it to the next reader. Without `raw` a backslash makes the next character
 * plain and joins lines. `ended` is false at the end of the input.
 */
export async function readLine(
  source: Source,
  raw: boolean,
  signal: AbortSignal,
): Promise<{ words: string; ended: boolean }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const words = () => {
    const line = Buffer.concat(pieces).toString("utf8");
    return raw ? line : line.replace(/\\\n/g, "").replace(/\\(.)/g, "$1");
  };
  while (length < lineLimit) {
    const bytes = await orAborted(source.read(), signal);
    if (bytes === null) return { words: words(), ended: false };
    const end = lineEnd(bytes, raw);
    pieces.push(end === -1 ? bytes : bytes.subarray(0, end));
    length += bytes.length;
    if (end !== -1) {
      source.putBack?.(bytes.subarray(end + 1));
      return { words: words(), ended: true };
    }
  }
  return { words: words(), ended: true };
}

function lineEnd(bytes: Uint8Array, raw: boolean): number {
  const newline = 10;
  const backslash = 92;
  for (let index = 0; index < bytes.length; index += 1) {
    if (!raw && bytes[index] === backslash) index += 1;
    else if (bytes[index] === newline) return index;
  }
  return -1;
}
