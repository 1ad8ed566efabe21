import { z } from "zod";
import type { Probe } from "../../../../shared/action.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import { kubernetesFault } from "../client/faults.ts";
import { Refusal } from "../client/refusal.ts";
import { evict } from "../drain/evict.ts";
import { type NodePod, nodePodOf } from "../drain/node-pods.ts";
import { leavingReason } from "../drain/plan.ts";
import { evictionVersion } from "../drain/read-node.ts";
import { ItemReader } from "../list-watch/items.ts";
import { rights } from "../rights.ts";
import { type ClusterActionParts, missingRight } from "./parts.ts";

const inputSchema = z.object({
  localData: z.boolean().default(false),
  unmanaged: z.boolean().default(false),
});
type Input = z.infer<typeof inputSchema>;

/** Milliseconds between two looks, and how long a budget or an end is waited for. */
const look = 2000;
const longest = 300_000;

/**
 * Evicts one pod through the Eviction API, never by deleting it: its controller makes another one. A pod of a StatefulSet
 * comes back under its name, so that it is never sent again blindly: the UID tells whether it happened.
 */
export function evictAction(parts: ClusterActionParts): Action<Input> {
  const { access } = parts;
  const read = async ({ resource, signal }: ActionContext): Promise<NodePod | null> => {
    const [namespace = "", name = ""] = resource.id.slice(`${access.system}/pods/`.length).split("/");
    try {
      const body = await access.ask({ path: `/api/v1/namespaces/${namespace}/pods/${name}`, signal });
      const [item] = new ItemReader().read(body)?.items ?? [];
      return item ? nodePodOf(item) : null;
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null;
      throw error;
    }
  };
  const pause = (signal: AbortSignal, least = look) =>
    access.wait(Math.max(look, least) * (1 + 0.25 * access.random()), signal);
  const uidIn = (probe: Probe) => String(probe.observed.uid);
  return {
    id: "kubernetes.evict",
    title: text("Evict (restart elsewhere)", "Évincer (relancer ailleurs)"),
    verb: text("Evict", "Évincer"),
    risk: "disruptive",
    effect: "once",
    kinds: ["pod"],
    input: inputSchema,
    fields: [
      {
        name: "localData",
        label: text("What is in its emptyDir may be lost", "Le contenu de son emptyDir peut être perdu"),
        type: "boolean",
        required: false,
        choices: [],
        initial: false,
      },
      {
        name: "unmanaged",
        label: text(
          "Also without a controller: nothing starts it anew",
          "Même sans contrôleur : rien ne le relance",
        ),
        type: "boolean",
        required: false,
        choices: [],
        initial: false,
      },
    ],
    bulk: true,
    appliesTo: (resource) => access.has(resource.id, "pods"),
    unavailable: (resource) => missingRight(parts, [rights.evict], resource),
    describe: ({ name }) => ({
      steps: [
        text(
          `Evict ${name} through the Eviction API, which heeds its PodDisruptionBudget.`,
          `Évincer ${name} par l'API d'éviction, qui respecte son PodDisruptionBudget.`,
        ),
        text("Wait until it has left, five minutes at most.", "Attendre son départ, cinq minutes au plus."),
      ],
      proof: text("No pod of this identity is there any more.", "Aucun pod de cette identité n'existe plus."),
      undo: null,
    }),

    async probe(context, input) {
      const pod = await read(context);
      if (!pod) return { state: "done", text: gone, observed: {} };
      const observed = {
        uid: pod.uid,
        owner: pod.controller ? `${pod.controller.kind} ${pod.controller.name}` : null,
      };
      const asks = objectionTo(pod, input);
      if (asks) return { state: "impossible", text: asks, observed };
      if (pod.leaving) return { state: "done", text: leavingReason(pod, null, access.now()), observed };
      const version = await evictionVersion(access, context.signal);
      const tried = await evict(access, pod, version, context.signal, true);
      const words = pod.controller
        ? text(
            `${pod.controller.kind} ${pod.controller.name} makes another one.`,
            `${pod.controller.kind} ${pod.controller.name} en refait un autre.`,
          )
        : text("Nothing makes another one.", "Rien n'en refait un autre.");
      if (tried.outcome === "gone") return { state: "done", text: gone, observed };
      if (tried.outcome !== "wait") return { state: "needed", text: words, observed };
      return {
        state: "needed",
        text: tried.reason,
        observed,
        steps: [
          text(`Wait for it: ${tried.reason.en}`, `Attendre : ${tried.reason.fr}`),
          text("Evict it as soon as that is allowed.", "L'évincer dès que c'est permis."),
          words,
        ],
      };
    },

    async apply(context, _input, probe) {
      const pod = await read(context);
      if (pod?.uid !== uidIn(probe)) return { data: { gone: true } };
      const version = await evictionVersion(access, context.signal);
      const until = access.now() + longest;
      for (;;) {
        context.committed();
        const asked = await evict(access, pod, version, context.signal);
        if (asked.outcome !== "wait") return { data: { gone: asked.outcome === "gone" } };
        context.progress(asked.reason);
        if (access.now() >= until) throw heldBack(context.resource.name, asked.reason);
        await pause(context.signal, asked.after);
      }
    },

    async verify(context, _input, probe): Promise<Verification> {
      const until = access.now() + longest;
      for (;;) {
        const pod = await read(context);
        const isGone = pod?.uid !== uidIn(probe);
        const words = isGone ? gone : leavingReason(pod, null, access.now());
        if (isGone || access.now() >= until) return { proven: isGone, text: words, data: { gone: isGone } };
        context.progress(words);
        await pause(context.signal);
      }
    },

    async settle(context, _input, probe): Promise<Settlement> {
      const pod = await read(context);
      const isGone = pod?.uid !== uidIn(probe);
      if (isGone) return { effect: "happened", text: gone, data: { gone: true } };
      return pod.leaving
        ? { effect: "happened", text: leavingReason(pod, null, access.now()), data: { gone: false } }
        : { effect: "did-not-happen", text: stays, data: { gone: false } };
    },
  };
}

const gone = text("The pod has left.", "Le pod est parti.");
const stays = text(
  "The pod is there and was not told to end.",
  "Le pod est là et n'a pas reçu l'ordre de finir.",
);

function objectionTo(pod: NodePod, { localData, unmanaged }: Input): LocalText | null {
  if (pod.isStatic) {
    return text(
      "The node itself runs it from a file: an eviction would change nothing.",
      "Le nœud l'exécute lui-même depuis un fichier : une éviction n'y changerait rien.",
    );
  }
  if (pod.isFinished) return null;
  if (pod.controller === null && !unmanaged) {
    return text(
      "No controller would start it anew: allow that first.",
      "Aucun contrôleur ne le relancerait : acceptez-le d'abord.",
    );
  }
  return pod.hasLocalData && !localData
    ? text(
        "What it keeps on the node (emptyDir) would be lost: allow that first.",
        "Ce qu'il garde sur le nœud (emptyDir) serait perdu : acceptez-le d'abord.",
      )
    : null;
}

/** `kubernetes.evict-held` */
function heldBack(name: string, reason: LocalText) {
  return kubernetesFault(
    "evict-held",
    text(
      `${name} could not be evicted within five minutes; it runs on. ${reason.en}`,
      `${name} n'a pas pu être évincé en cinq minutes ; il continue. ${reason.fr}`,
    ),
    text("Free what holds it, then evict it again.", "Levez ce qui le retient, puis relancez l'éviction."),
  );
}
