import { startAmt } from "../amt/index.ts";
import { startProxmox } from "../proxmox/index.ts";
import type { LabContext, LabServers } from "../server.ts";
import { startVim25 } from "../vim25/index.ts";
import { startCopiedAlerts } from "./alerts.ts";
import { startCopiedClusters } from "./clusters.ts";
import { systemsOf } from "./copied-site.ts";
import { prepareCopyCredentials } from "./credentials.ts";
import { startCopiedFronts } from "./fronts.ts";
import { startCopiedNames } from "./names.ts";
import { startCopiedBuckets, startCopiedSwift } from "./object-storage.ts";
import type { CopyParts } from "./parts.ts";
import { startCopiedScreens } from "./screens.ts";
import { startCopiedChannels, startCopiedJobs } from "./services.ts";
import { usedAddresses } from "./used-addresses.ts";

/**
 * Starts what a copied estate has, each thing at the address that it has there, behind the bounce of the lab; what has no
 * address of its own in the copy is given one. Nothing of it is reached but through the bounce and on loopback.
 */
export async function startCopy(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
  { copy, addresses, machines }: Pick<CopyParts, "copy" | "addresses" | "machines">,
): Promise<LabServers> {
  const ports = new Map<string, number>();
  const pins = new Map<string, string>();
  const opened: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const shut of opened.splice(0).reverse()) await shut();
  };
  try {
    const hooks = systemsOf(copy, "webhook").map(([id]) => addresses.of(`hooks ${id}`));
    const credentials = await prepareCopyCredentials(context.folder, copy, [
      ...usedAddresses(copy),
      ...hooks,
    ]);
    const parts: CopyParts = { context, wished, credentials, opened, ports, copy, addresses, machines };
    for (const start of [startAmt, startVim25, startProxmox]) {
      const servers = await start(context, wished);
      opened.push(() => servers.close());
      for (const [name, port] of servers.ports) ports.set(name, port);
      for (const [name, pin] of servers.pins ?? []) pins.set(name, pin);
    }
    const buckets = await startCopiedBuckets(parts);
    const clusters = await startCopiedClusters(parts, (bucket, key, at) => {
      for (const store of buckets.values()) {
        if (store.buckets.has(bucket)) store.put(bucket, key, exportedBytes, at);
      }
    });
    await startCopiedFronts(parts, clusters);
    await startCopiedSwift(parts);
    await startCopiedNames(parts);
    await startCopiedChannels(parts);
    await startCopiedAlerts(parts);
    await startCopiedScreens(parts);
    startCopiedJobs(parts, { clusters, buckets });
  } catch (error) {
    await close();
    throw error;
  }
  return { ports, pins, close };
}

const exportedBytes = 1_000_000;
