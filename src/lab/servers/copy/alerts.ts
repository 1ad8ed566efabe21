import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import { Alerts, type AlertWords, machineAlerts } from "../alertmanager/alerts.ts";
import { Silences } from "../alertmanager/silences.ts";
import { AlertmanagerServer } from "../alertmanager/web-server.ts";
import { standAt } from "../regions/region-parts.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopyParts } from "./parts.ts";

/** Whom every Alertmanager of a copy lets in. */
export const alertsUser = "ops";

/** The secret of the lab's folder that an Alertmanager of a copy takes. */
export function alertsSecret(system: string): string {
  return `copy-alerts-${system}`;
}

/**
 * Starts the Alertmanagers: each tells of the clusters and machines of its site, or of all where it has none. It stands in
 * no site itself. Of two at one place the first answers for both.
 */
export async function startCopiedAlerts(parts: CopyParts): Promise<void> {
  const { context, credentials, copy, opened } = parts;
  const { world, network, onFailure } = context;
  for (const [id, system] of systemsOf(copy, "alertmanager")) {
    const { address, port } = system;
    if (network.find(address, port) !== null) continue;
    const alerts = new Alerts(world, () => [...clusterAlerts(parts, system), ...hostAlerts(parts, system)]);
    opened.push(() => alerts.close());
    const login = {
      user: alertsUser,
      password: await credentials.secret(alertsSecret(id)),
      certificate: credentials.certificates.good,
    };
    const server = new AlertmanagerServer(alerts, new Silences(), login, onFailure);
    const state = () => (world.fault("alertmanager-down", "bounce") ? "refused" : "open");
    await standAt(parts, { name: `alerts ${id}`, address, port, state }, server);
  }
}

type Told = SystemCopyOf<"alertmanager">;

function clusterAlerts({ context, copy }: CopyParts, { site: own }: Told): AlertWords[] {
  const { regions } = context.world;
  return systemsOf(copy, "kubernetes").flatMap(([id, { name = id, site }]) => {
    if (site === undefined || (own !== undefined && own !== site)) return [];
    const common = { severity: "critical", cluster: name, region: site };
    if (!regions.isAlive(site)) {
      const annotations = { summary: `The API of ${name} does not answer.` };
      return { labels: { alertname: "ClusterUnreachable", ...common }, annotations };
    }
    if (regions.hasPower(site)) return [];
    const annotations = { summary: `No node of ${name} is ready.` };
    return { labels: { alertname: "NodesNotReady", ...common }, annotations };
  });
}

function hostAlerts({ context }: CopyParts, { site }: Told): AlertWords[] {
  const isTold = (region: string | null) => site === undefined || region === site;
  return machineAlerts(context.world, ({ role, region }) => role !== "bounce" && isTold(region));
}
