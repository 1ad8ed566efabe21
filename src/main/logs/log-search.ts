import type { LogPattern, LogSearch } from "../../shared/logs.ts";
import type { HeldLog } from "./held-log.ts";
import { matcherOf } from "./pattern.ts";
import type { HeldLine } from "./segment.ts";

/** A piece for saving: at most so many bytes, found among at most so many characters. */
const pieceBytes = 512 * 1024;
const pieceScan = 4 * 1024 * 1024;

/**
 * The place, in the filtered order, of the next line that matches, that of `from` included; null when there is none.
 * Throws `log.expression-broken`, `log.cannot-hold`, or what `signal` was aborted with.
 */
export async function findLine(
  log: HeldLog,
  { only, pattern, from, backwards }: Omit<LogSearch, "log">,
  signal: AbortSignal,
): Promise<number | null> {
  const matches = matcherOf(pattern);
  const either = AbortSignal.any([signal, log.closing]);
  const held = log.hold(only);
  try {
    await held.whole();
    either.throwIfAborted();
    const { order } = held;
    if (order.error) throw order.error;
    const { store } = log;
    if (order.length === 0) return null;
    const begin = order.numberAt(Math.min(from, order.length - 1));
    const range: [number, number] = backwards ? [store.first, begin + 1] : [begin, store.end];
    if (!backwards && from >= order.length) return null;
    for await (const { number, text } of store.scan(...range, either, backwards)) {
      if (!matches(text)) continue;
      const place = order.placeOf(number);
      if (place < order.length && order.numberAt(place) === number) return place;
    }
    return null;
  } finally {
    held.release();
  }
}

export interface TextPiece {
  total: number;
  piece: string;
  next: number | null;
}

/**
 * A piece of what is held as text, from the line of that number on: time, source where there are several, words. Throws
 * `log.expression-broken`, `log.cannot-hold`, or what `signal` was aborted with.
 */
export async function pieceOf(
  log: HeldLog,
  only: LogPattern | null,
  offset: number,
  signal: AbortSignal,
): Promise<TextPiece> {
  const matches = only === null || only.words === "" ? null : matcherOf(only);
  const sources = log.sources();
  const several = sources.length > 1;
  const parts: string[] = [];
  const { end } = log.store;
  let bytes = 0;
  let scanned = 0;
  let next: number | null = null;
  for await (const line of log.store.scan(offset, end, AbortSignal.any([signal, log.closing]))) {
    scanned += line.text.length + 1;
    if (!matches || matches(line.text)) {
      const words = wordsOf(line, several ? (sources[line.source]?.name ?? "") : null);
      parts.push(words);
      bytes += Buffer.byteLength(words);
    }
    if (bytes >= pieceBytes || scanned >= pieceScan) {
      next = line.number + 1;
      break;
    }
  }
  const piece = Buffer.from(parts.join(""), "utf8").toString("base64");
  return { total: end, piece, next: next === null || next >= end ? null : next };
}

function wordsOf({ at, text, cut }: HeldLine, source: string | null): string {
  const time = at === null ? "" : `${new Date(at).toISOString()} `;
  return `${time}${source === null ? "" : `[${source}] `}${text}${cut ? " […]" : ""}\n`;
}
