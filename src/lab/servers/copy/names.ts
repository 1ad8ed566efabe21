import { isIPv6 } from "node:net";
import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import { AuthoritativeServer, nameServerFaults } from "../dns/authoritative-server.ts";
import { CachingResolver, resolverFaults } from "../dns/caching-resolver.ts";
import { makeZone, type PlainRecord } from "../dns/zone.ts";
import { standAt } from "../regions/region-parts.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopyParts } from "./parts.ts";

type DnsCopy = SystemCopyOf<"dns">;

/** The name of the key that copied zones are changed with. */
export const copyKey = "ops";
const keyBytes = 32;
const hostTtl = 60;
const transferDelay = 2_000;
const recordTypes = ["A", "AAAA", "CNAME", "TXT", "MX"] as const;

const bare = (name: string) => name.replace(/\.$/, "").toLowerCase();
const isIn = (name: string, zone: string) =>
  bare(name) === bare(zone) || bare(name).endsWith(`.${bare(zone)}`);

/** A server of a copied zone, and the site whose faults befall it. */
interface Standing {
  site: string | null;
  server: AuthoritativeServer;
}

/**
 * Starts the name servers of each copied system with its zones, and the resolvers, which ask them all. A server named like
 * a site stands there; the others stand where nothing befalls them.
 */
export async function startCopiedNames(parts: CopyParts): Promise<void> {
  const { context, copy } = parts;
  const { regions, clock } = context.world;
  const all: Standing[] = [];
  for (const [id, system] of systemsOf(copy, "dns")) {
    all.push(...(await startServers(parts, id, system)));
  }
  const stood = new Set<string>();
  for (const [, { resolvers }] of [...systemsOf(copy, "dns"), ...systemsOf(copy, "web")]) {
    for (const [name, { address, port }] of Object.entries(resolvers)) {
      if (stood.has(`${address} ${port}`)) continue;
      stood.add(`${address} ${port}`);
      const resolver = new CachingResolver({
        servers: () =>
          all.flatMap(({ site, server }) => (site === null || regions.isAlive(site) ? [server] : [])),
        fault: () => resolverFaults.find((fault) => regions.has(`resolver-${fault}`, name)) ?? null,
        clock,
      });
      const state = () => "open" as const;
      await standAt(parts, { name: `resolver ${address}`, address, port, state }, resolver);
    }
  }
}

async function startServers(parts: CopyParts, id: string, system: DnsCopy): Promise<Standing[]> {
  const { context, credentials, copy, opened } = parts;
  const { regions, clock } = context.world;
  const secret = await credentials.secret(`copy-names-${id}`, keyBytes);
  const keys = new Map([[copyKey, Buffer.from(secret, "base64")]]);
  const primaries = new Set(Object.values(system.zones).map(({ primary, servers }) => primary ?? servers[0]));
  const standing = new Map<string, Standing>();
  const elsewhere = zonesElsewhere(system);
  for (const [name, { address, port }] of Object.entries(system.servers)) {
    const site = Object.hasOwn(copy.sites, name) ? name : null;
    const own = Object.values(system.zones).filter(({ servers }) => servers.includes(name));
    const server = new AuthoritativeServer({
      zones: [...own.map((zone) => zoneOf(zone.name, zone.servers, system)), ...elsewhere],
      isPrimary: primaries.has(name),
      keys,
      fault: () =>
        nameServerFaults.find((fault) => site !== null && regions.has(`dns-${fault}`, site)) ?? null,
      now: () => Date.now(),
    });
    const state = () => (site === null || regions.isAlive(site) ? "open" : "silent");
    await standAt(parts, { name: `names ${id} ${name}`, address, port, state }, server);
    standing.set(name, { site, server });
  }
  for (const [name, { site, server }] of standing) {
    for (const primary of primaries) {
      const first = standing.get(primary ?? "");
      if (!first || first.server === server || name === primary) continue;
      const canReach = () => site === null || first.site === null || regions.areLinked(site, first.site);
      const following = server.follow(first.server, { clock, delay: transferDelay, canReach });
      opened.push(() => following.stop());
    }
  }
  return [...standing.values()];
}

function recordsOf(system: DnsCopy): PlainRecord[] {
  const watched = Object.values(system.records).flatMap(({ name, type, ttl, value }) => {
    const known = recordTypes.find((each) => each === type);
    return known ? value.map((each): PlainRecord => ({ name, type: known, ttl, value: each })) : [];
  });
  const hosts = system.hosts.map(
    ({ name, address }): PlainRecord => ({
      name,
      type: isIPv6(address) ? "AAAA" : "A",
      ttl: hostTtl,
      value: address,
    }),
  );
  return [...watched, ...hosts];
}

function zoneOf(zone: string, servers: readonly string[], system: DnsCopy) {
  const others = Object.values(system.zones).filter(({ name }) => bare(name) !== bare(zone));
  const inZone = recordsOf(system).filter(
    ({ name }) =>
      isIn(name, zone) && !others.some((other) => isIn(name, other.name) && isIn(other.name, zone)),
  );
  return makeZone(
    zone,
    servers.map((server) => `ns-${server}.${bare(zone)}`),
    inZone,
  );
}

/** Zones for the names that records lead to and that none of the system's own zones has. */
function zonesElsewhere(system: DnsCopy) {
  const zones = Object.values(system.zones);
  const outside = system.hosts.filter(({ name }) => !zones.some((zone) => isIn(name, zone.name)));
  const parents = new Set(outside.map(({ name }) => bare(name).split(".").slice(1).join(".") || bare(name)));
  return [...parents].map((parent) => zoneOf(parent, Object.keys(system.servers), system));
}
