import type { Evidence } from "../../../shared/evidence.ts";
import type { JournalEvent } from "../../../shared/journal.ts";
import { handOverText } from "../engine/hand-over.ts";
import { runEventSchemas } from "../engine/run-events.ts";

/** Each time that a run was handed over, oldest first, with the signature of whoever took it. What cannot be read is left out. */
export function handOversOf(events: readonly JournalEvent[]): Evidence["handOvers"] {
  const found: Evidence["handOvers"] = [];
  for (const { type, at, data } of events) {
    if (type === "run.handed-over") {
      const handed = runEventSchemas["run.handed-over"].safeParse(data).data;
      if (handed)
        found.push({ at, by: handed.by, to: handed.to, reason: handed.reason, countersigned: null });
    }
    const last = found.at(-1);
    if (type !== "run.hand-over-signed" || last === undefined || last.countersigned !== null) continue;
    const signed = runEventSchemas["run.hand-over-signed"].safeParse(data).data?.signed;
    if (signed?.operator !== last.to) continue;
    last.countersigned = { at, text: handOverText(signed.request), ...signed };
  }
  return found;
}
