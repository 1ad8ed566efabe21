import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import type { VaultActionParts } from "./parts.ts";

/** `vault.step-down`: the active node gives its turn to another; whoever is asked meanwhile waits a moment. */
export function stepDownAction({ api, observer, nodes }: VaultActionParts): Action {
  const nodeOf = (context: Pick<ActionContext, "resource">) => observer.nodeOf(context.resource.id) ?? "";
  const isActive = async (node: string, signal: AbortSignal) => {
    const health = await api.health(node, signal);
    return !health.sealed && !health.standby && health.initialized;
  };
  const nowActive = async (signal: AbortSignal) => {
    const found = await Promise.all(
      nodes.map(async (node) => ((await isActive(node, signal).catch(() => false)) ? node : null)),
    );
    return found.find((node) => node !== null) ?? null;
  };
  const told = (active: string | null, before: string) =>
    active === null
      ? text("No node is active.", "Aucun nœud n'est actif.")
      : active === before
        ? text(`${active} is the active node.`, `${active} est le nœud actif.`)
        : text(`${active} is the active node now.`, `${active} est désormais le nœud actif.`);
  return {
    id: "vault.step-down",
    title: text("Give the active turn to another node", "Passer le rôle actif à un autre nœud"),
    verb: text("Step down", "Passer la main"),
    risk: "disruptive",
    effect: "once",
    kinds: ["service"],
    input: z.object({}),
    fields: [],
    bulk: false,
    appliesTo: ({ id }) => observer.nodeOf(id) !== null,
    idle: ({ id }) => {
      const last = observer.lastOf(observer.nodeOf(id) ?? "");
      return last && last.role !== "active"
        ? text("It is not the active node.", "Ce n'est pas le nœud actif.")
        : null;
    },
    describe: ({ name }) => ({
      steps: [
        text(
          `Tell ${name} to give up its turn; another open node takes it.`,
          `Ordonner à ${name} de céder son rôle ; un autre nœud ouvert le prend.`,
        ),
      ],
      proof: text("Another node says that it is active.", "Un autre nœud se dit actif."),
      undo: null,
    }),
    async probe(context) {
      const node = nodeOf(context);
      const active = await nowActive(context.signal);
      const observed = { active };
      if (active !== node) return { state: "done", text: told(active, node), observed };
      const peers = await api.autopilot(context.signal).catch(() => null);
      if (peers && peers.failure_tolerance < 1)
        return {
          state: "impossible",
          text: text(
            "No other node could take its turn without putting the quorum at risk.",
            "Aucun autre nœud ne pourrait prendre le relais sans mettre le quorum en danger.",
          ),
          observed,
        };
      return { state: "needed", text: told(active, node), observed };
    },
    async apply(context) {
      await api.change("sys/step-down", {}, context, { namespace: null, node: nodeOf(context) });
      return { data: { node: nodeOf(context) } };
    },
    async verify(context) {
      const node = nodeOf(context);
      const active = await nowActive(context.signal);
      return { proven: active !== null && active !== node, text: told(active, node), data: { active } };
    },
    async settle(context) {
      const node = nodeOf(context);
      const active = await nowActive(context.signal);
      const effect = active === node ? "did-not-happen" : active === null ? "unknown" : "happened";
      return { effect, text: told(active, node), data: { active } };
    },
  };
}

/**
 * `vault.remove-peer`: takes a node that is gone for good out of the Raft peers, so that it no longer counts for the quorum.
 * Never the active one, and never while the rest would lose its quorum.
 */
export function removePeerAction({ api, observer }: VaultActionParts): Action {
  const nodeOf = (context: Pick<ActionContext, "resource">) => observer.nodeOf(context.resource.id) ?? "";
  const find = async (context: ActionContext) => {
    const peers = await api.peers(context.signal);
    const node = nodeOf(context);
    return { peers, peer: peers.find(({ node_id }) => node_id === node) ?? null };
  };
  const gone = text("It is not among the Raft peers.", "Il ne figure pas parmi les pairs Raft.");
  return {
    id: "vault.remove-peer",
    title: text("Remove from the Raft peers", "Retirer des pairs Raft"),
    verb: text("Remove", "Retirer"),
    risk: "destructive",
    effect: "convergent",
    kinds: ["service"],
    input: z.object({}),
    fields: [],
    bulk: false,
    elsewhere: true,
    appliesTo: ({ id }) => observer.nodeOf(id) !== null,
    describe: ({ name }) => ({
      steps: [
        text(
          `Take ${name} out of the peers: it comes back only once its data are removed and it joins anew.`,
          `Retirer ${name} des pairs : il ne reviendra qu'après effacement de ses données et une nouvelle adhésion.`,
        ),
      ],
      proof: text("The peers' list no longer has it.", "La liste des pairs ne le contient plus."),
      undo: null,
    }),
    async probe(context) {
      const { peers, peer } = await find(context);
      const observed = { peers: peers.map(({ node_id }) => node_id) };
      if (!peer) return { state: "done", text: gone, observed };
      if (peer.leader)
        return {
          state: "impossible",
          text: text(
            "It is the active node: have it step down first.",
            "C'est le nœud actif : faites-lui d'abord passer la main.",
          ),
          observed,
        };
      const { servers } = await api.autopilot(context.signal);
      const healthy = Object.entries(servers).filter(([id, each]) => id !== peer.node_id && each.healthy);
      const left = peers.length - 1;
      if (healthy.length <= left / 2)
        return {
          state: "impossible",
          text: text(
            `Without it only ${healthy.length} of ${left} peers would be healthy, which is no quorum.`,
            `Sans lui, seuls ${healthy.length} pairs sur ${left} seraient sains, ce qui ne fait pas un quorum.`,
          ),
          observed,
        };
      return {
        state: "needed",
        text: text(
          `${peers.length} peers; ${healthy.length} of the other ${left} are healthy.`,
          `${peers.length} pairs ; ${healthy.length} des ${left} autres sont sains.`,
        ),
        observed,
      };
    },
    async apply(context) {
      const { peer } = await find(context);
      if (peer)
        await api.change("sys/storage/raft/remove-peer", { server_id: peer.node_id }, context, {
          namespace: null,
        });
      return { data: { peer: peer?.node_id ?? null } };
    },
    async verify(context) {
      const { peer, peers } = await find(context);
      return {
        proven: peer === null,
        text: peer === null ? gone : text("It is still a peer.", "Il est toujours un pair."),
        data: { peers: peers.map(({ node_id }) => node_id) },
      };
    },
    async settle(context) {
      const { peer } = await find(context);
      return {
        effect: peer === null ? "happened" : "did-not-happen",
        text: peer === null ? gone : text("It is still a peer.", "Il est toujours un pair."),
        data: {},
      };
    },
  };
}
