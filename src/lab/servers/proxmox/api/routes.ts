import { accessRoutes } from "./access.ts";
import { agentRoutes } from "./agent-routes.ts";
import { type Entry, entriesOf, type Route } from "./call.ts";
import { clusterRoutes } from "./cluster-routes.ts";
import { configRoutes } from "./config-routes.ts";
import { consoleRoutes } from "./console-routes.ts";
import { haRoutes } from "./ha-routes.ts";
import { makeRoutes } from "./make-routes.ts";
import { migrateRoutes } from "./migrate-routes.ts";
import { nodeRoutes } from "./node-routes.ts";
import { powerRoutes } from "./power-routes.ts";
import { snapshotRoutes } from "./snapshot-routes.ts";
import { storageRoutes } from "./storage-routes.ts";
import { taskRoutes } from "./task-routes.ts";

/** Every method of every path that the lab's Proxmox VE has. */
export const routes: readonly Route[] = [
  ...accessRoutes,
  ...clusterRoutes,
  ...haRoutes,
  ...nodeRoutes,
  ...taskRoutes,
  ...storageRoutes,
  ...powerRoutes,
  ...configRoutes,
  ...agentRoutes,
  ...snapshotRoutes,
  ...migrateRoutes,
  ...makeRoutes,
  ...consoleRoutes,
];

const entries: readonly Entry[] = entriesOf(routes);

/** The route of a request, and what its path says of parameters; null when there is none in that version. */
export function findRoute(
  method: string,
  path: string,
  major: number,
): { route: Route; named: Map<string, string> } | null {
  for (const { route, names, expression } of entries) {
    if (route.method !== method || (route.only !== undefined && route.only !== Math.min(9, major))) continue;
    const found = expression.exec(path);
    if (!found) continue;
    return { route, named: new Map(names.map((name, at) => [name, decoded(found[at + 1] ?? "")])) };
  }
  return null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
