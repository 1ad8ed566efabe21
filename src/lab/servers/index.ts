import { startAlertmanager } from "./alertmanager/index.ts";
import { startAmt } from "./amt/index.ts";
import { startKubernetes } from "./kubernetes/index.ts";
import { startOperators } from "./operators.ts";
import { startProvider } from "./provider/index.ts";
import { startProxmox } from "./proxmox/index.ts";
import { startRegions } from "./regions/index.ts";
import { startRfb } from "./rfb/index.ts";
import type { LabContext, LabServers } from "./server.ts";
import { startSsh } from "./ssh/index.ts";
import { startVault } from "./vault/site/start.ts";
import { startVim25 } from "./vim25/index.ts";

/** One entry for each protocol that the lab speaks. */
const protocols = [
  startSsh,
  startAmt,
  startRfb,
  startKubernetes,
  startAlertmanager,
  startProxmox,
  startVim25,
  startOperators,
  startRegions,
  startVault,
  startProvider,
];

/**
 * Starts the servers of every protocol; their ports are told apart by name. `wished` names ports that are not left to
 * the system. When one fails, those started before are closed and its error is thrown.
 */
export async function startServers(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const started: LabServers[] = [];
  const close = async () => {
    await Promise.all(started.splice(0).map((servers) => servers.close()));
  };
  try {
    for (const start of protocols) started.push(await start(context, wished));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ports: new Map(started.flatMap((servers) => [...servers.ports])),
    pins: new Map(started.flatMap((servers) => [...(servers.pins ?? [])])),
    publicKeys: new Map(started.flatMap((servers) => [...(servers.publicKeys ?? [])])),
    close,
  };
}
