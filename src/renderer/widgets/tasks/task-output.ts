import type { TaskOutput } from "../../../shared/action.ts";

/** Characters of one resource's output that are kept on the screen. */
const kept = 256 * 1024;

interface OutputPiece {
  stream: "output" | "error";
  words: string;
  /** Characters of the resource's output that came before; names the piece. */
  start: number;
}

/** The output of one resource: pieces in the order in which they came, neighbours of one stream joined. */
export interface ResourceOutput {
  pieces: OutputPiece[];
  length: number;
  /** Characters received in all. */
  received: number;
  truncated: boolean;
}

export type Outputs = ReadonlyMap<string, ResourceOutput>;

/** Adds a frame of live output; keeps the newest `limit` characters of each resource. */
export function foldOutput(outputs: Outputs | null, frame: readonly TaskOutput[], limit = kept): Outputs {
  const next = new Map(outputs ?? []);
  for (const { resource, stream, text } of frame) {
    const before = next.get(resource) ?? { pieces: [], length: 0, received: 0, truncated: false };
    const pieces = [...before.pieces];
    const last = pieces.at(-1);
    if (last?.stream === stream) pieces[pieces.length - 1] = { ...last, words: last.words + text };
    else pieces.push({ stream, words: text, start: before.received });
    next.set(
      resource,
      trim(
        {
          pieces,
          length: before.length + text.length,
          received: before.received + text.length,
          truncated: before.truncated,
        },
        limit,
      ),
    );
  }
  return next;
}

function trim(output: ResourceOutput, limit: number): ResourceOutput {
  let over = output.length - limit;
  if (over <= 0) return output;
  const pieces = [...output.pieces];
  let first = pieces[0];
  while (first && over >= first.words.length) {
    over -= first.words.length;
    pieces.shift();
    first = pieces[0];
  }
  if (first) pieces[0] = { ...first, words: first.words.slice(over) };
  return { ...output, pieces, length: limit, truncated: true };
}
