import type { FactValue } from "../../../shared/resource.ts";
import type { Picture } from "./picture.ts";
import { replicationTrouble } from "./replication-trouble.ts";
import { countVotes } from "./votes.ts";

function onlineNodes({ inventory }: Picture): ReadonlySet<string> {
  return new Set(inventory.nodes.filter((node) => node.online).map(({ name }) => name));
}

/** Whether the cluster has its quorum, in the words of `proxmox.quorum`. */
export function quorumWord({ state: { cluster } }: Picture): "kept" | "lost" | "single" {
  return cluster === null ? "single" : cluster.quorate ? "kept" : "lost";
}

/** How the cluster stands by its votes, with its QDevice. */
export function voteFacts(picture: Picture): Record<string, FactValue> {
  const { votes } = picture;
  if (!votes) return {};
  const { expected, needed, present } = countVotes(votes.value, onlineNodes(picture));
  const { device } = votes.value;
  return {
    "proxmox.votes": present,
    "proxmox.votesExpected": expected,
    "proxmox.votesNeeded": needed,
    "proxmox.quorumDevice": device === null ? "none" : device.connected ? "connected" : "away",
  };
}

/** Whether the cluster would keep its quorum without a node, in the words of `proxmox.quorum`; null when it is not known. */
export function quorumWithout(picture: Picture, node: string): "kept" | "lost" | "single" | null {
  if (!picture.state.cluster) return "single";
  if (!picture.votes) return null;
  const { present, needed } = countVotes(picture.votes.value, onlineNodes(picture), node);
  return present >= needed ? "kept" : "lost";
}

/** When what `troubleFacts` says was read, where that is not with the cluster's lists. */
export function troubleReadAt({ replication }: Picture): Record<string, number> {
  return replication === null ? {} : { "proxmox.replicationTroubled": replication.readAt };
}

/** States of a service in which HA is not through with it, or has given it up. */
const unsettled = /^(error|fence|recovery|starting|request_start|request_stop|migrate|relocate)/;

/**
 * What is not well and is shown on other resources: counts of guests that HA is not through with, of replication jobs that
 * fail, are late or tell nothing, and of storages that a node should have and has not. With `node` only what is on that
 * node, or goes to it.
 */
export function troubleFacts(
  picture: Picture,
  now: number,
  node: string | null = null,
): Record<string, FactValue> {
  const online = onlineNodes(picture);
  const { ha, replication, inventory } = picture;
  const isMeant = (...names: (string | null)[]) => node === null || names.includes(node);
  const silent = [...(ha?.local ?? [])].filter(
    ([name, state]) => isMeant(name) && online.has(name) && /dead/.test(state),
  );
  const services = [...(ha?.services.values() ?? [])].filter(
    (service) => isMeant(service.node) && unsettled.test(service.state),
  );
  const jobs = (replication?.value ?? []).filter(
    (job) => isMeant(job.source, job.target) && !job.disabled && replicationTrouble(job, now) !== null,
  );
  const away = inventory.storages.filter(
    (row) => isMeant(row.node) && online.has(row.node) && row.status !== "available",
  );
  return {
    "proxmox.haTroubled": ha === null ? null : services.length + silent.length,
    "proxmox.replicationTroubled": replication === null ? null : jobs.length,
    "proxmox.storagesAway": away.length,
  };
}
