import type { LogFrame, LogPattern } from "../../../shared/logs.ts";
import type { Client } from "../../state/client.ts";

/** Lines that are copied at once, at most. */
export const mostCopied = 10_000;
/** Lines of one answer. */
const atOnce = 1000;

/** Reads lines of the filtered order, `from` to `to` included, as they are now; fewer when they have been dropped. */
export async function readLines(
  client: Client,
  log: string,
  only: LogPattern | null,
  { from, to }: { from: number; to: number },
): Promise<Pick<LogFrame, "lines" | "sources">> {
  const end = Math.min(to + 1, from + mostCopied);
  const all: Pick<LogFrame, "lines" | "sources"> = { lines: [], sources: [] };
  for (let at = from; at < end; at += atOnce) {
    const window = { log, from: at, count: Math.min(atOnce, end - at), only };
    const ending = AbortSignal.timeout(20_000);
    for await (const { lines, sources } of await client.logs.watch(window, { signal: ending })) {
      all.lines.push(...lines);
      all.sources = sources;
      break;
    }
  }
  return all;
}
