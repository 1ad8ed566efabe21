import { ProxmoxRefusal } from "../../client/refusal.ts";
import type { CallOptions, ProxmoxClient } from "../../client/session.ts";
import {
  type GuestRow,
  type HaService,
  type HaState,
  type Inventory,
  readClusterState,
  readHaState,
  readInventory,
} from "../../records.ts";
import { type Affinities, readAffinities } from "./affinity.ts";

/** The cluster as it is now, as far as moving guests has to heed it. */
export interface ClusterNow extends Inventory {
  /** True for a node by itself, which needs none. */
  quorate: boolean;
  ha: HaState;
  affinities: Affinities;
}

const deadline = 20_000;
const noHa: HaState = { master: null, local: new Map(), maintenance: new Set(), services: new Map() };

/** Reads the cluster on its own. Throws OpsErrors. */
export async function readClusterNow(
  { client, major }: { client: Pick<ProxmoxClient, "call">; major: number | null },
  signal: AbortSignal,
): Promise<ClusterNow> {
  const options = { signal, deadline };
  const [resources, status, ha, members, rules] = await Promise.all([
    client.call({ request: "clusterResources", ...options }),
    client.call({ request: "clusterStatus", ...options }),
    client.call({ request: "haStatus", ...options }),
    client.call({ request: "haResources", ...options }),
    readRules(client, major, options),
  ]);
  return {
    ...readInventory(resources),
    quorate: readClusterState(status).cluster?.quorate !== false,
    ha: ha === null ? noHa : readHaState(ha),
    affinities: readAffinities(members, rules),
  };
}

/** Rules from version 9 on, groups before; a cluster whose groups became rules has no groups any more. */
async function readRules(
  client: Pick<ProxmoxClient, "call">,
  major: number | null,
  options: CallOptions,
): Promise<unknown> {
  const request = (major ?? 9) >= 9 ? ("haRules" as const) : ("haGroups" as const);
  try {
    return await client.call({ request, ...options });
  } catch (error) {
    if (error instanceof ProxmoxRefusal && (error.status === 501 || error.status === 500)) return [];
    throw error;
  }
}

/** A guest's service where HA looks after it; null where it does not, or was told to ignore it. */
export function serviceOf({ ha }: Pick<ClusterNow, "ha">, id: number): HaService | null {
  const service = ha.services.get(id);
  return service && service.state !== "ignored" && service.wanted !== "ignored" ? service : null;
}

/** What does not say that it is stopped may run: the cluster's list lags by some seconds. */
export function mayRun({ status, lock }: Pick<GuestRow, "status" | "lock">): boolean {
  return status !== "stopped" || lock === "suspending";
}
