import type { LabContext, LabServers } from "../server.ts";
import { startRegionAlerts } from "./alerts.ts";
import { startAnnouncements } from "./announcements.ts";
import { startRegionClusters } from "./clusters.ts";
import { prepareRegionCredentials, prepareShopAuthority } from "./credentials.ts";
import { startDepot } from "./depot.ts";
import { startRegionFileStore } from "./file-store.ts";
import { startFronts } from "./fronts.ts";
import { startNames } from "./names.ts";
import { startObjectStorage } from "./object-storage.ts";

/**
 * Starts what the regions are made of besides their vCenters: in each that serves an OpenShift cluster, where the users of its
 * applications come in, object storage and a name server; the depot, which stores what both export; and the resolvers and the
 * chat outside. Each stands at its address behind the bounce, and on loopback. What befalls a region befalls all of it.
 */
export async function startRegions(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const ports = new Map<string, number>();
  const opened: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const shut of opened.splice(0).reverse()) await shut();
  };
  if (!context.world.regions.stand) return { ports, close };
  try {
    const credentials = await prepareRegionCredentials(context.folder);
    const common = { context, wished, credentials, opened, ports };
    const depot = await startDepot(common);
    const authority = await prepareShopAuthority(context.folder);
    const clusters = await startRegionClusters(context, common, depot.location, authority);
    const parts = { ...common, clusters };
    await startFronts(parts);
    await startObjectStorage(parts);
    await startNames(parts);
    await startAnnouncements(parts);
    await startRegionAlerts(parts);
    startRegionFileStore(parts, depot);
  } catch (error) {
    await close();
    throw error;
  }
  return { ports, close };
}
