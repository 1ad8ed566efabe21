import { isIP } from "node:net";
import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import type { DnsSystemConfig } from "../../../shared/systems/dns.ts";
import type { WebSystemConfig } from "../../../shared/systems/web.ts";
import { type Known, listOf, numberOf, placeOf, present, SystemKnown, wordsOf } from "./known.ts";

type DnsCopy = SystemCopyOf<"dns">;

const usualTtl = 300;
const bare = (name: string) => name.replace(/\.$/, "").toLowerCase();

/** The zones with their records as they are answered, and the addresses that these lead to. */
export function dnsCopy(config: DnsSystemConfig, known: SystemKnown, all: Known): DnsCopy {
  const places = (servers: DnsSystemConfig["servers"]) =>
    Object.fromEntries(Object.entries(servers).map(([id, { address, port }]) => [id, { address, port }]));
  const records: DnsCopy["records"] = {};
  const hosts = new Map<string, string>();
  for (const [id, { name, type, environment, values }] of Object.entries(config.records)) {
    const seen = known.get(`records/${id}`);
    const value = listOf(seen, "dns.value");
    records[id] = {
      name,
      type,
      ...present({ environment }),
      values,
      value: value.length > 0 ? value : (Object.values(values)[0] ?? []),
      ttl: Math.max(0, Math.round(numberOf(seen, "dns.ttl") ?? usualTtl)),
    };
    if (type !== "CNAME") continue;
    const [target, address] = listOf(seen, "dns.chain").slice(-2);
    if (target && address && isIP(address) !== 0) hosts.set(bare(target), address);
    for (const [site, targets] of Object.entries(values)) {
      const found = addressAt(site, bare(name), all);
      for (const each of targets) if (found !== null && !hosts.has(bare(each))) hosts.set(bare(each), found);
    }
  }
  const { name, site, environment, every, propagation } = config;
  return {
    type: "dns",
    ...present({ name, site, environment, every, propagation }),
    servers: places(config.servers),
    resolvers: places(config.resolvers),
    zones: Object.fromEntries(
      Object.entries(config.zones).map(([id, zone]) => [
        id,
        {
          name: zone.name,
          servers: zone.servers,
          ...present({ primary: zone.primary }),
          changes: zone.key !== undefined,
        },
      ]),
    ),
    records,
    hosts: [...hosts]
      .map(([host, address]) => ({ name: host, address }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

/** Where a name is served at one site, as a check that looks there alone says. */
function addressAt(site: string, host: string, { estate, resources }: Known): string | null {
  for (const [id, system] of Object.entries(estate.systems)) {
    if (system.type !== "web") continue;
    const { checks } = system as unknown as WebSystemConfig;
    const seen = new SystemKnown(id, resources);
    for (const [name, check] of Object.entries(checks)) {
      if (check.check !== "http" || check.site !== site || placeOf(check.url).host !== host) continue;
      if (check.resolveWith !== undefined && isIP(check.resolveWith) !== 0) return check.resolveWith;
      const address = wordsOf(seen.get(name), "web.address")?.replace(/:\d+$/, "");
      if (address !== undefined && isIP(address) !== 0) return address;
    }
  }
  return null;
}
