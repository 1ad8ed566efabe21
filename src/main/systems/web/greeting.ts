import type { Duplex } from "node:stream";
import { abortable } from "../../reach/abort.ts";
import { otherGreeting, service } from "./faults.ts";
import type { Found } from "./found.ts";

/** Bytes of a greeting that are looked through. */
const mostBytes = 4096;
const shownWords = 200;

/** Waits until a server has said the words by itself. Throws `web.greeting`, `web.closed` and what the signal says. */
export async function awaitGreeting(
  stream: Duplex,
  { target, says }: { target: string; says: string },
  onFirstBytes: () => void,
  found: Found,
  signal: AbortSignal,
): Promise<void> {
  let held = "";
  const heard = new Promise<void>((resolve, reject) => {
    stream.on("data", (chunk: Buffer) => {
      if (held === "") onFirstBytes();
      held += chunk.toString("latin1");
      found.facts["web.banner"] = printable(held);
      if (held.includes(says)) resolve();
      else if (held.length > mostBytes) reject(otherGreeting(target, says));
    });
    const onEnd = () => reject(held === "" ? service.http(target).closed() : otherGreeting(target, says));
    for (const end of ["end", "close", "error"] as const) stream.once(end, onEnd);
  });
  await abortable(heard, signal);
}

/** The first line, without what no screen can show. */
function printable(words: string): string {
  return (words.split(/\r?\n/)[0] ?? "").replace(/[^\x20-\x7e\xa0-\xff]/g, "·").slice(0, shownWords);
}
