import { isTrue, mapOf, textOf, timeWords, type VaultAnswer, wordOf } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest } from "../core/failure.ts";
import { versionOf } from "./node-routes.ts";
import { rekeyRoutes } from "./rekey-routes.ts";
import type { Routes } from "./routes.ts";

const done: VaultAnswer = { status: 204 };

/** What concerns the cluster as a whole: its seal and keys, who is active, its peers, and who writes down what is asked. */
export function clusterRoutes(cluster: VaultCluster): Routes {
  const { barrier } = cluster;
  return {
    "POST seal": () => {
      const { active } = cluster;
      if (active) cluster.seal(active);
      return done;
    },
    "POST step-down": () => {
      cluster.stepDown();
      return done;
    },
    "GET key-status": () => ({
      data: {
        term: barrier.term,
        install_time: timeWords(barrier.installedAt),
        encryptions: barrier.encryptions,
      },
      flat: true,
    }),
    "POST rotate": () => {
      barrier.rotate(cluster.now());
      return done;
    },
    ...rekeyRoutes(cluster),
    "GET ha-status": () => ({ data: { nodes: nodesOf(cluster) }, flat: true }),
    "GET storage/raft/configuration": () => ({ data: { config: configurationOf(cluster) } }),
    "GET storage/raft/autopilot/state": () => ({ data: autopilotOf(cluster) }),
    "POST storage/raft/remove-peer": (call) => {
      cluster.removePeer(wordOf(call, "server_id"));
      return done;
    },
    "GET audit": () => ({ data: Object.fromEntries(auditsOf(cluster)), flat: true }),
    "POST audit/*": (call, rest) => {
      const path = `${rest.replace(/\/+$/, "")}/`;
      if (cluster.audits.has(path)) throw badRequest(`path already in use`);
      cluster.audits.set(path, {
        type: wordOf(call, "type"),
        description: textOf(call, "description"),
        options: mapOf(call, "options"),
        local: isTrue(call, "local"),
      });
      return done;
    },
    "DELETE audit/*": (_call, rest) => {
      cluster.audits.delete(`${rest.replace(/\/+$/, "")}/`);
      return done;
    },
  };
}

function auditsOf({ audits }: VaultCluster): [string, Record<string, unknown>][] {
  return [...audits].map(([path, device]) => [path, { ...device, path }]);
}

function nodesOf(cluster: VaultCluster): Record<string, unknown>[] {
  const { active } = cluster;
  return cluster.peers
    .filter(({ votes }) => votes)
    .map((node) => ({
      hostname: node.name,
      api_address: node.apiAddress,
      cluster_address: `https://${node.clusterAddress}`,
      active_node: node === active,
      last_echo: node === active ? null : timeWords(cluster.now()),
      version: versionOf(cluster),
      upgrade_version: versionOf(cluster),
    }));
}

function configurationOf(cluster: VaultCluster): Record<string, unknown> {
  const { active } = cluster;
  return {
    index: 0,
    servers: cluster.peers.map((node) => ({
      node_id: node.name,
      address: node.clusterAddress,
      leader: node === active,
      protocol_version: "3",
      voter: node.kind === "ordinary",
    })),
  };
}

function autopilotOf(cluster: VaultCluster): Record<string, unknown> {
  const { active, peers } = cluster;
  const healthy = peers.filter(({ votes }) => votes);
  const quorum = Math.floor(peers.length / 2) + 1;
  const servers = peers.map((node) => [
    node.name,
    {
      id: node.name,
      name: node.name,
      address: node.clusterAddress,
      node_status: node.votes ? "alive" : "failed",
      node_type: "voter",
      last_contact: node.votes ? "12ms" : "1m0s",
      last_term: cluster.election,
      last_index: node === active ? cluster.index : node.appliedIndex,
      healthy: node.votes,
      stable_since: timeWords(cluster.activeSince),
      status: node === active ? "leader" : "voter",
      version: versionOf(cluster),
      meta: null,
    },
  ]);
  return {
    healthy: healthy.length === peers.length,
    failure_tolerance: Math.max(0, healthy.length - quorum),
    optimistic_failure_tolerance: Math.max(0, healthy.length - quorum),
    leader: active?.name ?? "",
    voters: peers.map(({ name }) => name),
    servers: Object.fromEntries(servers),
  };
}
