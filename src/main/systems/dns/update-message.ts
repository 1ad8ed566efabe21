import type { RecordType } from "../../../shared/systems/dns-records.ts";
import { badValue } from "../../dns/faults.ts";
import { classes, emptyMessage, encodeMessage, opcodes, type WireRecord } from "../../dns/message.ts";
import { dataOfWords, recordTypes } from "../../dns/record-data.ts";
import type { Held } from "../../dns/wanted.ts";
import type { WatchedRecord } from "../../dns/zones.ts";

/** Any type of record (RFC 1035, 3.2.3). */
const anyType = 255;

/**
 * The bytes of an update (RFC 2136) that puts `after` in the place of `before`, all or nothing, on condition that exactly
 * `before` stands there.
 */
export function updateMessage(
  id: number,
  zone: string,
  { name, type }: Pick<WatchedRecord, "name" | "type">,
  before: Held,
  after: Held,
): Buffer {
  const wanted = after.values.map((value) => record(name, type, after.ttl ?? 0, value));
  const removal = { name, type: recordTypes[type], class: classes.any, ttl: 0, data: Buffer.alloc(0) };
  return encodeMessage({
    ...emptyMessage(id, opcodes.update),
    questions: [{ name: zone, type: recordTypes.SOA, class: classes.in }],
    answers:
      before.values.length > 0
        ? before.values.map((value) => record(name, type, 0, value))
        : absences(name, type),
    authorities: before.values.length > 0 ? [removal, ...wanted] : wanted,
  });
}

/**
 * That there is no such record (RFC 2136, 2.4.3), and nothing that it cannot stand beside: an alias stands alone
 * (RFC 2181, 10.1).
 */
function absences(name: string, type: RecordType): WireRecord[] {
  const types = type === "CNAME" ? [anyType] : [recordTypes[type], recordTypes.CNAME];
  return types.map((each) => ({ name, type: each, class: classes.none, ttl: 0, data: Buffer.alloc(0) }));
}

function record(name: string, type: RecordType, ttl: number, value: string): WireRecord {
  const data = dataOfWords(type, value);
  if (data === null) throw badValue(value, type);
  return { name, type: recordTypes[type], class: classes.in, ttl, data };
}
