import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement } from "../../../actions/action.ts";
import type { ApiRequest } from "../client/api.ts";
import { at } from "../kinds/seen.ts";
import {
  type ClusterActionParts,
  missingRight,
  patchRightOf,
  patience,
  placeOf,
  workloadOf,
} from "./parts.ts";
import { rehearse } from "./rehearse.ts";
import { awaitRollout, hasArrived, readWorkload, rolloutWords } from "./rollout.ts";

/** What `kubectl rollout restart` writes too. */
const restartedAt = "kubectl.kubernetes.io/restartedAt";
const annotation = ["spec", "template", "metadata", "annotations", restartedAt];

/**
 * Restarts a workload's pods in the way its strategy says. The mark that it writes is chosen by the probe: written twice
 * it restarts once.
 */
export function restartAction(parts: ClusterActionParts): Action {
  const { access } = parts;
  const stampOf = (observed: Record<string, unknown>) => String(observed.stamp ?? "");
  const change = ({ resource, signal }: ActionContext, stamp: string): ApiRequest => ({
    method: "PATCH",
    path: placeOf(access, resource).path,
    contentType: "application/merge-patch+json",
    body: { spec: { template: { metadata: { annotations: { [restartedAt]: stamp } } } } },
    signal,
  });
  const marked = async (context: ActionContext, stamp: string) => {
    const state = await readWorkload(access, placeOf(access, context.resource), context.signal);
    return { state, isMarked: at(state.object, ...annotation) === stamp };
  };
  return {
    id: "kubernetes.restart",
    title: text("Restart", "Redémarrer"),
    verb: text("Restart", "Redémarrer"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["workload"],
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: (resource) => workloadOf(access, resource.id) !== null,
    unavailable: (resource) => missingRight(parts, patchRightOf(access, resource), resource),
    describe: ({ name }) => ({
      steps: [
        text(
          `Mark the pods' template of ${name}, so that its controller replaces every pod as its strategy says.`,
          `Marquer le modèle de pods de ${name}, pour que son contrôleur remplace chaque pod selon sa stratégie.`,
        ),
        patience,
      ],
      proof: text(
        "Every pod is of the marked template and ready.",
        "Chaque pod provient du modèle marqué et est prêt.",
      ),
      undo: null,
    }),
    async probe(context) {
      const { rollout } = await readWorkload(access, placeOf(access, context.resource), context.signal);
      const { wanted, ready, updated, paused } = rollout;
      const observed = { wanted, ready, updated, stamp: new Date(access.now()).toISOString() };
      if (paused) {
        return {
          state: "impossible",
          text: text(
            "Its rollout is paused: nothing would be restarted before it is resumed.",
            "Son déploiement est en pause : rien ne redémarrerait avant sa reprise.",
          ),
          observed,
        };
      }
      await rehearse(access, change(context, observed.stamp));
      return { state: "needed", text: rolloutWords(rollout), observed };
    },
    async apply(context, _input, probe) {
      context.committed();
      await access.ask(change(context, stampOf(probe.observed)));
      return { data: {} };
    },
    verify: (context, _input, probe) =>
      awaitRollout(
        access,
        placeOf(access, context.resource),
        context,
        ({ object, rollout }) => at(object, ...annotation) === stampOf(probe.observed) && hasArrived(rollout),
      ),
    async settle(context, _input, probe): Promise<Settlement> {
      const { state, isMarked } = await marked(context, stampOf(probe.observed));
      return {
        effect: isMarked ? "happened" : "did-not-happen",
        text: isMarked
          ? rolloutWords(state.rollout)
          : text("The workload does not bear the mark.", "La charge de travail ne porte pas la marque."),
        data: { marked: isMarked },
      };
    },
  };
}
