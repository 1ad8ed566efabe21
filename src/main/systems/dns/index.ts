import { parseDuration } from "../../../shared/estate-words.ts";
import { type DnsSystemConfig, dnsSystemSchema } from "../../../shared/systems/dns.ts";
import type { Action } from "../../actions/action.ts";
import { changeRecordAction } from "../../dns/change-record.ts";
import { DnsClient } from "../../dns/client.ts";
import { canonicalName } from "../../dns/name.ts";
import { RecordObserver } from "../../dns/observe.ts";
import { nameServers, watchedRecords, type Zone } from "../../dns/zones.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { DnsUpdater } from "./update.ts";

/** Name servers that take updates by RFC 2136: their zones and watched records, what resolvers make of them, changes. */
export const dnsSystem: SystemDefinition<DnsSystemConfig> = {
  type: "dns",
  config: dnsSystemSchema,
  create: createDnsSystem,
};

function createDnsSystem(config: DnsSystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallbacks are its defaults.
  const every = parseDuration(config.every) ?? 30_000;
  const propagation = parseDuration(config.propagation) ?? 120_000;
  const now = () => context.now();
  const servers = nameServers(config.servers);
  const zones = Object.entries(config.zones).map(
    ([id, zone]): Zone => ({
      id,
      name: canonicalName(zone.name) ?? zone.name,
      servers: zone.servers.flatMap((each) => servers.get(each) ?? []),
    }),
  );
  const client = new DnsClient((place, signal) => context.reach.dial(place, signal));
  const reader = { client, zones, resolvers: [...nameServers(config.resolvers).values()], now };
  const observer = new RecordObserver({
    ...reader,
    system: context.id,
    site: config.site ?? null,
    environment: config.environment ?? null,
    every,
    records: watchedRecords(config.records, zones),
  });
  const subject = (zone: string) => `${context.id}/zones/${zone}`;
  const { secrets } = context;
  const writer = new DnsUpdater({
    client,
    zones: config.zones,
    keys: config.keys,
    servers,
    secrets,
    subject,
    now,
  });
  const recordOf = observer.recordOf.bind(observer);
  const closing = new AbortController();
  return {
    id: context.id,
    type: "dns",
    every,
    declarations: () => observer.declarations(),
    observe: (sink, signal, resources) =>
      observer.observe(sink, AbortSignal.any([signal, closing.signal]), resources),
    actions: [changeRecordAction({ reader, writer, recordOf, propagation }) as unknown as Action],
    secrets: () =>
      Object.entries(config.zones).flatMap(([id, { key }]) => {
        const reference = key === undefined ? undefined : config.keys[key]?.secret;
        return reference === undefined ? [] : [{ reference, usedBy: subject(id) }];
      }),
    trials: (reference) =>
      zones
        .filter(({ id }) => config.keys[config.zones[id]?.key ?? ""]?.secret === reference)
        .map((zone) => ({
          subject: subject(zone.id),
          name: zone.name,
          tryLogin: (value, signal) => writer.tryKey(zone, value, signal),
        })),
    async close() {
      closing.abort();
      client.close();
    },
  };
}
