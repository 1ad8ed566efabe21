import { z } from "zod";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import { readNode } from "../drain/read-node.ts";
import { rights } from "../rights.ts";
import { type ClusterActionParts, nodeOf } from "./parts.ts";
import { rehearse } from "./rehearse.ts";
import { cordonRequest, setCordon } from "./set-cordon.ts";

const cordoned = text(
  "The node is cordoned: it takes no new pods.",
  "Le nœud est isolé : il n'accepte plus de pods.",
);
const open = text("The node takes new pods.", "Le nœud accepte de nouveaux pods.");

interface Wording {
  id: string;
  title: LocalText;
  verb: LocalText;
  step: LocalText;
  undo: LocalText;
}

/** Cordon: the node takes no new pods, and keeps those that it has. */
export function cordonAction(parts: ClusterActionParts): Action {
  return unschedulableAction(parts, true, {
    id: "kubernetes.cordon",
    title: text("Cordon", "Isoler (cordon)"),
    verb: text("Cordon", "Isoler"),
    step: text(
      "Mark the node as unschedulable; pods that run on it go on.",
      "Marquer le nœud comme non planifiable ; ses pods continuent.",
    ),
    undo: text("Uncordon it.", "Lever l'isolement."),
  });
}

/** Uncordon: the node takes new pods again. */
export function uncordonAction(parts: ClusterActionParts): Action {
  return unschedulableAction(parts, false, {
    id: "kubernetes.uncordon",
    title: text("Uncordon", "Lever l'isolement (uncordon)"),
    verb: text("Uncordon", "Lever l'isolement"),
    step: text(
      "Mark the node as schedulable; new pods may be placed on it at once.",
      "Marquer le nœud comme planifiable ; de nouveaux pods peuvent y être placés aussitôt.",
    ),
    undo: text("Cordon it.", "L'isoler."),
  });
}

function unschedulableAction(parts: ClusterActionParts, wanted: boolean, words: Wording): Action {
  const { access } = parts;
  const stateOf = ({ resource, signal }: ActionContext) => readNode(access, nodeOf(access, resource), signal);
  const check = async (context: ActionContext, expected: boolean): Promise<Verification> => {
    const state = await stateOf(context);
    return {
      proven: state.cordoned === expected,
      text: state.cordoned ? cordoned : open,
      data: { cordoned: state.cordoned },
    };
  };
  return {
    id: words.id,
    title: words.title,
    verb: words.verb,
    risk: wanted ? "disruptive" : "safe",
    effect: "convergent",
    kinds: ["node"],
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: (resource) => access.has(resource.id, "nodes"),
    unavailable: () => parts.rights.missing([rights.patchNodes]),
    describe: () => ({
      steps: [words.step],
      proof: text("The node is read again and says so.", "Le nœud, relu, le confirme."),
      undo: words.undo,
    }),
    async probe(context) {
      const state = await stateOf(context);
      if (state.cordoned !== wanted) {
        await rehearse(access, cordonRequest(nodeOf(access, context.resource), wanted, context.signal));
      }
      return {
        state: state.cordoned === wanted ? "done" : "needed",
        text: state.cordoned ? cordoned : open,
        observed: { cordoned: state.cordoned, uid: state.uid },
      };
    },
    async apply(context) {
      context.committed();
      await setCordon(access, nodeOf(access, context.resource), wanted, context.signal);
      return { data: {} };
    },
    verify: (context) => check(context, wanted),
    async settle(context): Promise<Settlement> {
      const { proven, text: words, data } = await check(context, wanted);
      return { effect: proven ? "happened" : "did-not-happen", text: words, data };
    },
    async undo(context) {
      context.committed();
      await setCordon(access, nodeOf(access, context.resource), !wanted, context.signal);
      return check(context, !wanted);
    },
  };
}
