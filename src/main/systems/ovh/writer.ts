import type { RecordType } from "../../../shared/systems/dns-records.ts";
import type { RecordWriter } from "../../dns/change-record.ts";
import { changedMeanwhile, noZone } from "../../dns/faults.ts";
import { usualWords } from "../../dns/record-data.ts";
import { type Held, sameHeld } from "../../dns/wanted.ts";
import type { WatchedRecord } from "../../dns/zones.ts";
import type { OvhApi, OvhRecord } from "./api.ts";
import { service } from "./faults.ts";

/** Types whose data ends in a name, which the API takes as below the zone unless a dot ends it. */
const endsInName: ReadonlySet<RecordType> = new Set(["CNAME", "MX", "SRV"]);

type Context = Parameters<RecordWriter["replace"]>[3];

/** Changes records at OVHcloud: record by record, then the zone is handed to its name servers. */
export class OvhWriter implements RecordWriter {
  readonly #api: OvhApi;

  constructor(api: OvhApi) {
    this.#api = api;
  }

  where(): string {
    return this.#api.name;
  }

  unavailable({ name, zone }: WatchedRecord) {
    return zone ? null : noZone(name).text;
  }

  async held(record: WatchedRecord, signal: AbortSignal): Promise<Held> {
    return this.#heldOf(record, await this.#records(record, signal), signal);
  }

  async replace(record: WatchedRecord, before: Held, after: Held, context: Context): Promise<void> {
    const { signal } = context;
    const { zone, name } = placeOf(record);
    const records = await this.#records(record, signal);
    // The API knows no condition: this look right before is all that keeps another's change.
    if (!sameHeld(await this.#heldOf(record, records, signal), before)) throw changedMeanwhile(record.name);
    const ttl = after.ttl ?? 0;
    const missing = new Set(after.values);
    const others = records.filter((each) => {
      const value = this.#valueOf(record, each);
      return !((each.ttl ?? 0) === ttl && missing.delete(value));
    });
    const sending = sendingOf(context);
    for (const value of missing) {
      const wanted = { target: targetOf(record.type, value), ttl };
      const other = others.shift();
      if (other) await this.#api.change(zone, other, wanted, sending);
      else await this.#api.create(zone, name, record.type, wanted, sending);
    }
    for (const other of others) await this.#api.remove(zone, other, sending);
    await this.#api.refresh(zone, sending);
  }

  async publish(record: WatchedRecord, context: Context): Promise<void> {
    await this.#api.refresh(placeOf(record).zone, sendingOf(context));
  }

  async #records(record: WatchedRecord, signal: AbortSignal): Promise<OvhRecord[]> {
    const { zone, name } = placeOf(record);
    return this.#api.records(zone, name, record.type, signal);
  }

  async #heldOf(record: WatchedRecord, records: readonly OvhRecord[], signal: AbortSignal): Promise<Held> {
    const values = records.map((each) => this.#valueOf(record, each)).sort();
    // Where they differ, name servers answer the shortest (RFC 2181, 5.2).
    const ttls = records.flatMap(({ ttl }) => (ttl ? [ttl] : []));
    return {
      values,
      ttl: ttls.length > 0 ? Math.min(...ttls) : null,
      alias: await this.#aliasOf(record, values, signal),
    };
  }

  async #aliasOf(
    record: WatchedRecord,
    values: readonly string[],
    signal: AbortSignal,
  ): Promise<string | null> {
    if (record.type === "CNAME" || values.length > 0) return null;
    const { zone, name } = placeOf(record);
    const [alias] = await this.#api.records(zone, name, "CNAME", signal);
    return alias ? this.#valueOf({ ...record, type: "CNAME" }, alias) : null;
  }

  #valueOf(record: WatchedRecord, { target }: OvhRecord): string {
    const { zone } = placeOf(record);
    const whole =
      endsInName.has(record.type) && !target.trim().endsWith(".") ? `${target.trim()}.${zone}` : target;
    const value = usualWords(record.type, whole);
    if (value === null) throw service.http(this.#api.name).garbage();
    return value;
  }
}

function sendingOf({ signal, committed }: Context) {
  return { signal, onSent: committed };
}

/** The record's name as the API has it: below its zone, empty for the zone itself. Throws `dns.no-zone`. */
function placeOf({ name, zone }: WatchedRecord): { zone: string; name: string } {
  if (!zone) throw noZone(name);
  return { zone: zone.name, name: name === zone.name ? "" : name.slice(0, -zone.name.length - 1) };
}

function targetOf(type: RecordType, value: string): string {
  return endsInName.has(type) ? `${value}.` : value;
}
