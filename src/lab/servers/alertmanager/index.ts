import type { LabContext, LabServers } from "../server.ts";
import { Alerts, machineAlerts } from "./alerts.ts";
import { alertmanagerAddress, alertmanagerPort, prepareAlertmanagerCredentials } from "./credentials.ts";
import { AlertmanagerDoor } from "./door.ts";
import { Silences } from "./silences.ts";
import { AlertmanagerServer } from "./web-server.ts";

const portName = "alertmanager";

/** Starts the World's Alertmanager: at its address behind the bounce, and on loopback as `alertmanager`. */
export async function startAlertmanager(
  { world, network, folder, onFailure }: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const credentials = await prepareAlertmanagerCredentials(folder);
  const alerts = new Alerts(world, () => machineAlerts(world));
  const server = new AlertmanagerServer(alerts, new Silences(), credentials, onFailure);
  const door = new AlertmanagerDoor(world, (stream) => server.connect(stream));
  const takeAway = network.serve(alertmanagerAddress, alertmanagerPort, door);
  const close = async () => {
    takeAway();
    server.close();
    alerts.close();
    await door.close();
  };
  try {
    const port = await door.listen(wished.get(portName) ?? 0, onFailure);
    return { ports: new Map([[portName, port]]), close };
  } catch (error) {
    await close();
    throw error;
  }
}
