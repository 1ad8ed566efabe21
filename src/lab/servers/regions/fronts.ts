import { applications, hostingRegions } from "../../world/regions.ts";
import { WebServer, webFaults } from "../web/web-server.ts";
import { addresses } from "./addresses.ts";
import { type RegionParts, standAt } from "./region-parts.ts";
import { serves } from "./serving.ts";

const httpsPort = 443;
const addressOf = { east: addresses.frontEast, north: addresses.frontNorth } as const;

/**
 * Starts where users come in to each region, on loopback as `front REGION`: `https://APPLICATION.shop.example/` is answered
 * while the application serves there. It stands on the region's hypervisor and goes with it.
 */
export async function startFronts(parts: RegionParts): Promise<void> {
  const { context, clusters, credentials } = parts;
  const { regions, clock } = context.world;
  for (const region of hostingRegions) {
    const started = clusters.get(region);
    const server = new WebServer({
      region,
      certificates: credentials.certificates,
      clock,
      fault: () => webFaults.find((fault) => regions.has(`web-${fault}`, region)) ?? null,
      serves: (host) => {
        const name = applications.find((each) => host === `${each}.shop.example`);
        if (name === undefined || !started) return null;
        return { name, running: serves(started.cluster(), name) };
      },
    });
    const state = () => (regions.hasPower(region) ? "open" : "silent");
    const place = { name: `front ${region}`, address: addressOf[region], port: httpsPort, state } as const;
    await standAt(parts, place, server);
  }
}
