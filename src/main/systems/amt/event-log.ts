import { text } from "../../../shared/text.ts";
import type { PostOptions } from "./client/device.ts";
import { amtFault, answerGarbage } from "./client/faults.ts";
import type { Wsman } from "./client/wsman.ts";
import { decodeEventRecord, type EventRecord } from "./event-record.ts";

const recordsAtOnce = 390;
/** AMT's log has 390 slots; a device that never says "no more" is not asked for ever. */
const mostReads = 4;
/** "No record exists", as PositionToFirstRecord and as GetRecords say it (AMT_MessageLog). */
const nowhere = 2;
const noRecords = 3;

/**
 * The entries of the event log, newest first, at most `limit`. Throws the OpsErrors of the client and
 * `amt.event-log-refused`.
 */
export async function readEventLog(
  wsman: Wsman,
  options: PostOptions,
  limit: number,
): Promise<EventRecord[]> {
  const first = await wsman.invoke("AMT_MessageLog", "PositionToFirstRecord", [], options);
  const records: EventRecord[] = [];
  if (first.returnValue === nowhere) return records;
  if (first.returnValue !== 0) throw refused(wsman, first.returnValue);
  let position = first.output.number("IterationIdentifier");
  for (let read = 0; read < mostReads; read++) {
    if (position === undefined) throw answerGarbage(wsman.device.place.name, "WS-Management");
    const { returnValue, output } = await wsman.invoke(
      "AMT_MessageLog",
      "GetRecords",
      [
        ["IterationIdentifier", position],
        ["MaxReadRecords", recordsAtOnce],
      ],
      options,
    );
    if (returnValue !== 0 && returnValue !== noRecords) throw refused(wsman, returnValue);
    const came = output.values("RecordArray");
    records.push(...came.slice(0, recordsAtOnce).flatMap((record) => decodeEventRecord(record) ?? []));
    if (returnValue === noRecords || came.length === 0 || output.value("NoMoreRecords") === "true") break;
    position = output.number("IterationIdentifier");
  }
  return records.sort((one, other) => other.at - one.at).slice(0, limit);
}

function refused(wsman: Wsman, returnValue: number) {
  const { name } = wsman.device.place;
  return amtFault(
    "event-log-refused",
    text(
      `AMT on ${name} does not give its event log (return value ${returnValue}).`,
      `L'AMT de ${name} ne donne pas son journal d'événements (valeur de retour ${returnValue}).`,
    ),
    text(
      "Check that the AMT user has the right to read the event log.",
      "Vérifiez que l'utilisateur AMT a le droit de lire le journal d'événements.",
    ),
  );
}

/** The sensor type by which the BIOS tells how far a start has come, or why it failed. */
export const firmwareSensor = 15;

/**
 * The time of the newest sign of a start in the log: what the BIOS said last, in epoch milliseconds by AMT's clock;
 * null when there is none. A later one than before proves that the machine has started again.
 */
export function lastStart(records: readonly EventRecord[]): number | null {
  const times = records.flatMap((record) => (record.sensorType === firmwareSensor ? [record.at] : []));
  return times.length === 0 ? null : Math.max(...times);
}
