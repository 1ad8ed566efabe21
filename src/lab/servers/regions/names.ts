import { allRegions, applications, type RegionId, resolvers } from "../../world/regions.ts";
import { AuthoritativeServer, nameServerFaults } from "../dns/authoritative-server.ts";
import { CachingResolver, resolverFaults } from "../dns/caching-resolver.ts";
import { makeZone, type PlainRecord } from "../dns/zone.ts";
import { addresses } from "./addresses.ts";
import { type RegionParts, standAt } from "./region-parts.ts";

const port = 53;
const seconds = 60;
const keyBytes = 32;
/** World milliseconds until a server has taken over what changed at the first. */
const transferDelay = 2_000;
/** The server that takes changes: that of the region which serves nothing else. */
const primary = "depot";
const addressOf: Readonly<Record<RegionId, string>> = {
  east: addresses.namesEast,
  north: addresses.namesNorth,
  depot: addresses.namesDepot,
};
const resolverAddresses = { "resolver-1": addresses.resolver1, "resolver-2": addresses.resolver2 } as const;

function zones() {
  const servers = allRegions.map((region) => `names-${region}.edge.example`);
  const to = (name: string, type: PlainRecord["type"], value: string): PlainRecord => ({
    name,
    type,
    ttl: seconds,
    value,
  });
  return [
    makeZone(
      "shop.example",
      servers,
      applications.map((name) => to(`${name}.shop.example`, "CNAME", "east.edge.example")),
    ),
    makeZone("edge.example", servers, [
      to("east.edge.example", "A", addresses.frontEast),
      to("north.edge.example", "A", addresses.frontNorth),
      ...allRegions.map((region) => to(`names-${region}.edge.example`, "A", addressOf[region])),
    ]),
  ];
}

/**
 * Starts the name servers of the zones `shop.example` and `edge.example`, one in each region, on loopback as `names REGION`, and
 * the two resolvers that users ask, as `resolver-1` and `resolver-2`. Changes are taken in the depot with the key `ops`.
 */
export async function startNames(parts: RegionParts): Promise<void> {
  const { context, credentials, opened } = parts;
  const { regions, clock } = context.world;
  const keys = new Map([["ops", Buffer.from(await credentials.secret("names-key", keyBytes), "base64")]]);
  const servers = new Map(
    allRegions.map((region) => [
      region,
      new AuthoritativeServer({
        zones: zones(),
        isPrimary: region === primary,
        keys,
        fault: () => nameServerFaults.find((fault) => regions.has(`dns-${fault}`, region)) ?? null,
        now: () => Date.now(),
      }),
    ]),
  );
  const first = servers.get(primary);
  for (const [region, server] of servers) {
    const state = () => (regions.isAlive(region) ? "open" : "silent");
    await standAt(parts, { name: `names ${region}`, address: addressOf[region], port, state }, server);
    if (!first || server === first) continue;
    const canReach = () => regions.areLinked(region, primary);
    const following = server.follow(first, { clock, delay: transferDelay, canReach });
    opened.push(() => following.stop());
  }
  for (const name of resolvers) {
    const resolver = new CachingResolver({
      servers: () => [...servers].flatMap(([region, server]) => (regions.isAlive(region) ? [server] : [])),
      fault: () => resolverFaults.find((fault) => regions.has(`resolver-${fault}`, name)) ?? null,
      clock,
    });
    const state = () => "open" as const;
    await standAt(parts, { name, address: resolverAddresses[name], port, state }, resolver);
  }
}
