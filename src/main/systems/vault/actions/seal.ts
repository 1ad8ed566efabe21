import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { pause } from "../../../reach/abort.ts";
import { stillOpen } from "../faults.ts";
import type { VaultActionParts } from "./parts.ts";

/** Milliseconds between two looks for a new active node, and how often it is looked for. */
const patience = 1000;
const mostLooks = 30;

interface Standing {
  open: string[];
  sealed: string[];
  away: string[];
  hasActive: boolean;
}

/**
 * `vault.seal`: closes the whole Vault. Only an active node can be told to seal itself, and another takes its turn; so it is
 * told again until too few are left to elect one. From then on nothing can be read before people enter their shares.
 */
export function sealAction(parts: VaultActionParts): Action {
  const { api, observer } = parts;
  return {
    id: "vault.seal",
    title: text("Seal the whole Vault", "Sceller le Vault entier"),
    verb: text("Seal", "Sceller"),
    risk: "destructive",
    effect: "convergent",
    kinds: ["service"],
    input: z.object({}),
    fields: [],
    bulk: false,
    decidedIn: "vault-seal",
    appliesTo: ({ id }) => id === observer.cluster,
    idle: () => (observer.state === "sealed" || observer.state === "no-active-node" ? closed : null),
    describe: ({ name }) => ({
      steps: [
        text(
          `Tell the active node of ${name} to seal itself, and each that takes its turn, until none can.`,
          `Ordonner au nœud actif de ${name} de se sceller, puis à chacun de ceux qui le relaient, jusqu'au dernier possible.`,
        ),
        text(
          "Every program that needs a secret of it fails from then on; enough people with shares must open it again.",
          "Tout programme ayant besoin d'un de ses secrets échoue dès lors ; il faudra assez de porteurs de parts pour le rouvrir.",
        ),
      ],
      proof: text(
        "No node of it says that it is active, asked one by one.",
        "Aucun de ses nœuds, interrogés un à un, ne se dit actif.",
      ),
      undo: null,
    }),
    async probe({ signal }) {
      const standing = await look(parts, signal);
      const { open, sealed, away, hasActive } = standing;
      const observed = { open, sealed, away };
      if (!hasActive && open.length + sealed.length > 0) return { state: "done", text: closed, observed };
      if (!hasActive)
        return {
          state: "impossible",
          text: text("No node of it answers.", "Aucun de ses nœuds ne répond."),
          observed,
        };
      return {
        state: "needed",
        text: text(`Open: ${open.join(", ")}.`, `Ouverts : ${open.join(", ")}.`),
        observed,
      };
    },
    async apply(context) {
      let told = 0;
      for (let looked = 0; looked < mostLooks; looked += 1) {
        const standing = await look(parts, context.signal);
        const quorum = Math.floor(parts.nodes.length / 2) + 1;
        if (!standing.hasActive && standing.open.length < quorum) return { data: { told } };
        if (standing.hasActive && (await sealOne(parts, context))) told += 1;
        else await pause(patience, context.signal);
        context.progress(
          text(`${told} nodes were told.`, `${told} nœud(s) ont reçu l'ordre.`),
          Math.min(1, told / parts.nodes.length),
        );
      }
      throw stillOpen(api.name);
    },
    async verify({ signal }) {
      const { hasActive, open, sealed, away } = await look(parts, signal);
      const proven = !hasActive && sealed.length > 0;
      return {
        proven,
        text: text(
          `Sealed: ${names(sealed)}; open without a quorum: ${names(hasActive ? [] : open)}; not answering: ${names(away)}.`,
          `Scellés : ${names(sealed)} ; ouverts sans quorum : ${names(hasActive ? [] : open)} ; sans réponse : ${names(away)}.`,
        ),
        data: { open, sealed, away },
      };
    },
    async settle({ signal }) {
      const { hasActive, sealed } = await look(parts, signal);
      const isClosed = !hasActive && sealed.length > 0;
      return {
        effect: isClosed ? "happened" : hasActive ? "did-not-happen" : "unknown",
        text: isClosed ? closed : text("It is not sealed.", "Il n'est pas scellé."),
        data: {},
      };
    },
  };
}

/** Tells the active node; false where another has to be elected first. */
async function sealOne({ api }: VaultActionParts, context: ActionContext): Promise<boolean> {
  try {
    await api.change("sys/seal", {}, context, { namespace: null });
    return true;
  } catch (error) {
    if (error instanceof OpsError && /^vault\.(sealed|no-active-node)$/.test(error.code)) return false;
    throw error;
  }
}

async function look({ api, nodes }: VaultActionParts, signal: AbortSignal): Promise<Standing> {
  const standing: Standing = { open: [], sealed: [], away: [], hasActive: false };
  await Promise.all(
    nodes.map(async (node) => {
      try {
        const health = await api.health(node, signal);
        (health.sealed ? standing.sealed : standing.open).push(node);
        if (!health.sealed && health.initialized && !health.standby) standing.hasActive = true;
      } catch (error) {
        if (signal.aborted) throw error;
        standing.away.push(node);
      }
    }),
  );
  for (const list of [standing.open, standing.sealed, standing.away]) list.sort();
  return standing;
}

const names = (list: readonly string[]) => list.join(", ") || "—";
const closed = text(
  "It is sealed: no node of it is active.",
  "Il est scellé : aucun de ses nœuds n'est actif.",
);
