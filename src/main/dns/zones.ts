import type { NameServerConfig, RecordType, WatchedRecordConfig } from "../../shared/systems/dns-records.ts";
import type { NameServer } from "./exchange.ts";
import { canonicalName, closestZone } from "./name.ts";
import { usualWords } from "./record-data.ts";

/** A zone of the estate; `name` canonical. */
export interface Zone {
  id: string;
  name: string;
  /** All that answer for it. */
  servers: NameServer[];
}

/** A record that is watched; `name` canonical, `zone` null where no zone of the estate holds it. */
export interface WatchedRecord {
  id: string;
  name: string;
  type: RecordType;
  zone: Zone | null;
  environment: string | null;
  /** Values in their usual form and order, by the names that people know them by; none where they fit no such record. */
  values: ReadonlyMap<string, string[]>;
}

/** The name servers that an estate file lists, by their names. */
export function nameServers(
  listed: Readonly<Record<string, NameServerConfig>>,
  common: { via?: string; allowlist?: string } = {},
): Map<string, NameServer> {
  return new Map(
    Object.entries(listed).map(([name, { address, port, via, allowlist, transport }]) => [
      name,
      {
        name,
        address,
        port,
        via: via ?? common.via ?? null,
        allowlist: allowlist ?? common.allowlist ?? null,
        transport,
      },
    ]),
  );
}

/** The records that an estate file lists, each with the zone that holds it. */
export function watchedRecords(
  listed: Readonly<Record<string, WatchedRecordConfig>>,
  zones: readonly Zone[],
): WatchedRecord[] {
  return Object.entries(listed).map(([id, { name, type, environment, values }]) => {
    const canonical = canonicalName(name) ?? name.toLowerCase();
    return {
      id,
      name: canonical,
      type,
      zone: closestZone(canonical, zones),
      environment: environment ?? null,
      values: new Map(
        Object.entries(values).map(([key, words]) => {
          const usual = words.flatMap((each) => usualWords(type, each) ?? []).sort();
          return [key, usual.length === words.length ? usual : []];
        }),
      ),
    };
  });
}

/** Whether two sets of values in their usual form are the same. */
export function sameValues(one: readonly string[], other: readonly string[]): boolean {
  const sorted = [...new Set(other)].sort();
  const first = [...new Set(one)].sort();
  return first.length === sorted.length && first.every((value, index) => value === sorted[index]);
}
