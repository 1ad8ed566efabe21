import { hostingRegions } from "../../world/regions.ts";
import type { World } from "../../world/world.ts";
import { Alerts, type AlertWords } from "../alertmanager/alerts.ts";
import { Silences } from "../alertmanager/silences.ts";
import { AlertmanagerServer } from "../alertmanager/web-server.ts";
import { addresses } from "./addresses.ts";
import { type RegionParts, standAt } from "./region-parts.ts";

const port = 9093;
/** The clusters as the estate names them: alerts carry that as their label `cluster`. */
const clusters = { east: "Cluster East", north: "Cluster North" } as const;

/** What is wrong with the regions, told from outside of them. */
function regionAlerts({ regions }: World): AlertWords[] {
  return hostingRegions.flatMap((region) => {
    const common = { severity: "critical", cluster: clusters[region], region };
    if (!regions.isAlive(region))
      return {
        labels: { alertname: "ClusterUnreachable", ...common },
        annotations: { summary: `The API of the cluster in the ${region} does not answer.` },
      };
    if (regions.hasPower(region)) return [];
    return {
      labels: { alertname: "NodesNotReady", ...common },
      annotations: { summary: `No node of the cluster in the ${region} is ready.` },
    };
  });
}

/** Starts the Alertmanager of the regions, on loopback as `region-alerts`: it stands in none of them. */
export async function startRegionAlerts(parts: RegionParts): Promise<void> {
  const { context, credentials, opened } = parts;
  const { world } = context;
  const alerts = new Alerts(world, () => regionAlerts(world));
  opened.push(() => alerts.close());
  const server = new AlertmanagerServer(
    alerts,
    new Silences(),
    {
      user: "ops",
      password: await credentials.secret("region-alerts-password"),
      certificate: credentials.certificates.good,
    },
    context.onFailure,
  );
  const state = () => (world.fault("alertmanager-down", "bounce") ? "refused" : "open");
  await standAt(parts, { name: "region-alerts", address: addresses.alerts, port, state }, server);
}
