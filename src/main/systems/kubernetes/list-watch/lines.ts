import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { answerTooLarge } from "../client/faults.ts";

const mostCharacters = 64 * 1024 * 1024;

/**
 * The lines of a stream, those that came together in one array; the last one without its end is dropped. A line longer
 * than 64 Mi characters throws `kubernetes.too-large`.
 */
export async function* linesOf(stream: Readable, cluster: string): AsyncGenerator<string[], void> {
  const decoder = new StringDecoder("utf8");
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const words = Buffer.isBuffer(chunk) ? decoder.write(chunk) : String(chunk);
    const parts = words.split("\n");
    const rest = parts.pop() ?? "";
    if (parts.length > 0) {
      parts[0] = pieces.join("") + parts[0];
      pieces = [];
      length = 0;
      const lines = parts.filter((line) => line.trim() !== "");
      if (lines.length > 0) yield lines;
    }
    pieces.push(rest);
    length += rest.length;
    if (length > mostCharacters) throw answerTooLarge(cluster, mostCharacters / 1024 / 1024);
  }
}
