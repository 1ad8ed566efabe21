import type { LogPattern } from "../../../shared/logs.ts";
import type { Client } from "../../state/client.ts";

/** Bytes after which what was fetched is handed to the browser, which need not hold it in memory. */
const heldAtMost = 16 * 1024 * 1024;

/**
 * Fetches what main holds of a log, only the matching lines where a filter is given, and gives it as a text file.
 * `progress` is told the share so far, 0 to 1. Ends at what was the last line when it began, so that a log that grows
 * faster than it is fetched ends too. Rejects with what the call throws.
 */
export async function collectLog(
  client: Client,
  log: string,
  only: LogPattern | null,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  let whole = new Blob([]);
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let held = 0;
  let end: number | null = null;
  for (let offset: number | null = 0; offset !== null; ) {
    const asked: number = offset;
    const { total, piece, next } = await client.logs.piece({ log, only, offset: asked }, { signal });
    end ??= total;
    const bytes = Uint8Array.from(atob(piece), (character) => character.charCodeAt(0));
    parts.push(bytes);
    held += bytes.byteLength;
    offset = next === null || next <= asked || (end !== null && next >= end) ? null : next;
    progress(end === null || end === 0 || offset === null ? 1 : Math.min(1, offset / end));
    if (offset !== null && held < heldAtMost) continue;
    whole = new Blob([whole, ...parts], { type: "text/plain;charset=utf-8" });
    parts = [];
    held = 0;
  }
  return whole;
}
