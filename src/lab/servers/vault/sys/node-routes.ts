import { readShare } from "../core/barrier.ts";
import { isTrue, numberOf, textOf, timeWords } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest, VaultFailure } from "../core/failure.ts";
import type { VaultNode } from "../core/node.ts";

const releases = {
  vault: { version: "1.18.3", buildDate: "2024-12-16T14:00:53Z" },
  openbao: { version: "2.5.0", buildDate: "2026-02-04T16:19:33Z" },
} as const;

/** What it says that it is. */
export const versionOf = ({ product }: VaultCluster) => releases[product].version;

/** What each node answers by itself, sealed or not, to whoever asks: its health, its seal, who leads. */
export interface NodeAnswer {
  status: number;
  json: Record<string, unknown> | null;
}

type Asked = { method: string; path: string; body: Record<string, unknown>; query: URLSearchParams };

/** The answer to what lies below `sys/`; null for what the cluster answers. Throws VaultFailure. */
export function answerOfNode(cluster: VaultCluster, node: VaultNode, asked: Asked): NodeAnswer | null {
  const isRead = asked.method === "GET";
  const isWrite = asked.method === "POST";
  switch (asked.path) {
    case "sys/health":
      return isRead || asked.method === "HEAD" ? health(cluster, node, asked.query) : null;
    case "sys/seal-status":
      return isRead ? { status: 200, json: sealStatus(cluster, node) } : null;
    case "sys/leader":
      return isRead ? { status: 200, json: leader(cluster, node) } : null;
    case "sys/unseal":
      return isWrite ? unseal(cluster, node, asked.body) : null;
    case "sys/init":
      if (isRead) return { status: 200, json: { initialized: cluster.isInitialised } };
      return isWrite ? init(cluster, asked.body) : null;
    default:
      return null;
  }
}

function codeOf(cluster: VaultCluster, node: VaultNode, query: URLSearchParams): number {
  const given = (name: string, usual: number) => Number(query.get(name) ?? usual);
  const accepts = (name: string) => query.has(name) && query.get(name) !== "false";
  if (!cluster.isInitialised) return given("uninitcode", 501);
  if (node.sealed) return given("sealedcode", 503);
  if (node.kind === "dr-secondary") return given("drsecondarycode", 472);
  if (cluster.active === node) return given("activecode", 200);
  if (node.kind === "performance-standby")
    return accepts("perfstandbyok") ? given("activecode", 200) : given("performancestandbycode", 473);
  return accepts("standbyok") ? given("activecode", 200) : given("standbycode", 429);
}

function health(cluster: VaultCluster, node: VaultNode, query: URLSearchParams): NodeAnswer {
  const isStandby = cluster.active !== node;
  const json = {
    initialized: cluster.isInitialised,
    sealed: node.sealed,
    standby: isStandby,
    performance_standby: node.kind === "performance-standby" && !node.sealed,
    replication_performance_mode: "disabled",
    replication_dr_mode: node.kind === "dr-secondary" ? "secondary" : "disabled",
    server_time_utc: Math.floor(cluster.now() / 1000),
    version: versionOf(cluster),
    enterprise: node.kind !== "ordinary",
    echo_duration_ms: 0,
    clock_skew_ms: 0,
    replication_primary_canary_age_ms: 0,
    ...(!node.sealed && { cluster_name: cluster.name, cluster_id: cluster.id }),
  };
  return { status: codeOf(cluster, node, query), json };
}

/** As `sys/seal-status` and `sys/unseal` answer. */
export function sealStatus(cluster: VaultCluster, node: VaultNode): Record<string, unknown> {
  const { config } = cluster.opensItself ? cluster.recovery : cluster.barrier;
  return {
    type: cluster.opensItself ? "transit" : "shamir",
    initialized: cluster.isInitialised,
    sealed: node.sealed,
    t: config?.threshold ?? 0,
    n: config?.shares ?? 0,
    progress: node.unsealing.progress,
    nonce: node.unsealing.nonce,
    version: versionOf(cluster),
    build_date: releases[cluster.product].buildDate,
    migration: false,
    recovery_seal: cluster.opensItself,
    storage_type: "raft",
    ...(!node.sealed && { cluster_name: cluster.name, cluster_id: cluster.id }),
  };
}

function leader(cluster: VaultCluster, node: VaultNode): Record<string, unknown> {
  if (node.sealed) throw new VaultFailure(503, "Vault is sealed");
  const { active } = cluster;
  return {
    ha_enabled: true,
    is_self: active === node,
    active_time: active === node ? timeWords(cluster.activeSince) : "0001-01-01T00:00:00Z",
    leader_address: active?.apiAddress ?? "",
    leader_cluster_address: active ? `https://${active.clusterAddress}` : "",
    performance_standby: node.kind === "performance-standby",
    performance_standby_last_remote_wal: 0,
    raft_committed_index: cluster.index,
    raft_applied_index: node.appliedIndex,
  };
}

function unseal(cluster: VaultCluster, node: VaultNode, body: Record<string, unknown>): NodeAnswer {
  const call = { body };
  if (!cluster.isInitialised) throw badRequest("server is not yet initialized");
  if (node.isRemoved) throw new VaultFailure(500, "node is not a member of the cluster");
  if (isTrue(call, "reset")) {
    if (!node.sealed) throw badRequest("cannot reset when not sealed");
    node.unsealing.reset();
  } else cluster.unseal(node, readShare(textOf(call, "key")));
  return { status: 200, json: sealStatus(cluster, node) };
}

function init(cluster: VaultCluster, body: Record<string, unknown>): NodeAnswer {
  const call = { body };
  if (body.pgp_keys !== undefined) throw badRequest("pgp_keys are not supported by this server");
  const of = cluster.opensItself ? "recovery" : "secret";
  const { shares, rootToken } = cluster.init({
    shares: numberOf(call, `${of}_shares`, 0),
    threshold: numberOf(call, `${of}_threshold`, 0),
  });
  const told = (name: string, given: readonly Buffer[]) => ({
    [name]: given.map((each) => each.toString("hex")),
    [`${name}_base64`]: given.map((each) => each.toString("base64")),
  });
  return {
    status: 200,
    json: {
      ...told("keys", cluster.opensItself ? [] : shares),
      ...(cluster.opensItself && told("recovery_keys", shares)),
      root_token: rootToken.id,
    },
  };
}
