import { OpsError } from "../../../../shared/errors.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { ProxmoxRefusal } from "../client/refusal.ts";
import { type GuestRow, type HaService, readClusterState, readNodeDetails } from "../records.ts";
import { countVotes, readVotes, type VoteCount } from "../votes.ts";
import { mayRun, serviceOf } from "./evacuation/cluster-now.ts";
import { readStanding } from "./evacuation/standing.ts";
import { nodeOf } from "./node-words.ts";
import type { ProxmoxActionParts } from "./task.ts";

/** A node that is to go down, and what that means for its cluster. */
export interface NodeNow {
  name: string;
  online: boolean;
  /** Epoch milliseconds; null while it does not tell. */
  bootedAt: number | null;
  running: GuestRow[];
  /** How the cluster would stand by its votes without it; null for a node by itself. */
  without: VoteCount | null;
  hasDevice: boolean;
  /** What HA looks after on the other nodes: without a quorum these restart themselves. */
  protectedElsewhere: HaService[];
}

type Asking = Pick<ActionContext, "resource" | "signal">;
const deadline = 10_000;

/** Reads a node, what runs on it, and the votes of its cluster. Throws OpsErrors. */
export async function readNodeNow(parts: ProxmoxActionParts, context: Asking): Promise<NodeNow> {
  const { client } = parts;
  const { signal } = context;
  const name = nodeOf(parts.system, context.resource);
  const [{ node, cluster }, nodes, device] = await Promise.all([
    readStanding(parts, context, { poweredOff: false }),
    client.call({ request: "configNodes", signal, deadline }).catch(noneWithoutCluster),
    client.call({ request: "quorumDevice", signal, deadline }).catch(noneWithoutCluster),
  ]);
  const status = node.online
    ? await client.call({ request: "nodeStatus", at: { node: name }, signal, deadline })
    : null;
  const votes = readVotes(nodes, device);
  const online = new Set(cluster.nodes.filter((each) => each.online).map((each) => each.name));
  return {
    ...{ name, online: node.online },
    bootedAt: status === null ? null : readNodeDetails(status, client.clusterTime()).bootedAt,
    running: cluster.guests.filter((guest) => guest.node === name && !guest.template && mayRun(guest)),
    without: votes && countVotes(votes, online, name),
    hasDevice: votes?.device != null,
    protectedElsewhere: [...cluster.ha.services].flatMap(([id, service]) => {
      const isActive = serviceOf(cluster, id) !== null && !/^(stopped|disabled)$/.test(service.state);
      return isActive && service.node !== name ? [service] : [];
    }),
  };
}

/** A node by itself has no cluster to tell of. */
function noneWithoutCluster(error: unknown): null {
  if (error instanceof ProxmoxRefusal && (error.status === 500 || error.status === 501)) return null;
  throw error;
}

/** What shows whether a node went down and came up. */
export interface NodeSign {
  /** By what the cluster says; null when nobody could be asked. */
  online: boolean | null;
  bootedAt: number | null;
}

/** Looks whether a node is up, as often as wanted: what does not answer is no error here. Throws when it is not allowed. */
export async function readSign(parts: ProxmoxActionParts, { resource, signal }: Asking): Promise<NodeSign> {
  const { client } = parts;
  const name = nodeOf(parts.system, resource);
  const asked = async <Value>(work: Promise<unknown>, read: (data: unknown) => Value) => {
    try {
      return read(await work);
    } catch (error) {
      const isPassing = error instanceof OpsError && !/not-allowed$|login-refused$/.test(error.code);
      if (signal.aborted || !isPassing) throw error;
      return null;
    }
  };
  const online = await asked(
    client.call({ request: "clusterStatus", signal, deadline }),
    (data) => readClusterState(data).members.find((each) => each.name === name)?.online ?? null,
  );
  if (online === false) return { online, bootedAt: null };
  const bootedAt = await asked(
    client.call({ request: "nodeStatus", at: { node: name }, signal, deadline }),
    (data) => readNodeDetails(data, client.clusterTime()).bootedAt,
  );
  return { online, bootedAt };
}
