import type { OpsError } from "../../../../shared/errors.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { proxmoxFault } from "../client/faults.ts";

/** What every action on a node has in common. */
export function onNodes({ system }: { system: string }) {
  return {
    kinds: ["host"] as const,
    appliesTo: ({ id }: Resource) => id.startsWith(`${system}/nodes/`),
    unavailable: ({ sources, facts }: Resource): LocalText | null =>
      sources[system]?.error?.message ?? (facts["proxmox.online"]?.value === false ? notInCluster : null),
  };
}

/** The name of a node by its resource's identifier. */
export function nodeOf(system: string, { id }: Pick<Resource, "id">): string {
  return id.slice(`${system}/nodes/`.length);
}

export const notInCluster = text(
  "The node is not in the cluster now: it is off, or cut off from the others.",
  "Le nœud n'est pas dans la grappe actuellement : il est éteint, ou coupé des autres.",
);
export const noQuorum = text(
  "The cluster has no quorum: nothing can be moved or changed in it.",
  "La grappe n'a pas de quorum : rien ne peut y être déplacé ni modifié.",
);

/** `proxmox.gone`: the cluster has no such node any more. */
export function nodeGone(name: string, node: string): OpsError {
  return proxmoxFault(
    "gone",
    text(`${name} has no node ${node} any more.`, `${name} n'a plus de nœud ${node}.`),
    text(
      "It was taken out of the cluster: have the cluster read again.",
      "Il a été retiré de la grappe : faites relire la grappe.",
    ),
  );
}
