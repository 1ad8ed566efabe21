import { z } from "zod";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement } from "../../../actions/action.ts";
import type { ApiRequest } from "../client/api.ts";
import { rights } from "../rights.ts";
import { type ClusterActionParts, missingRight, patience, placeOf, workloadOf } from "./parts.ts";
import { rehearse } from "./rehearse.ts";
import { awaitRollout, readWorkload, rolloutWords } from "./rollout.ts";

const inputSchema = z.object({ replicas: z.int().min(0).max(10_000) });
type Input = z.infer<typeof inputSchema>;

/** Sets how many pods a Deployment or StatefulSet has. */
export function scaleAction(parts: ClusterActionParts): Action<Input> {
  const { access } = parts;
  const label = text("Pods", "Pods");
  const change = ({ resource, signal }: ActionContext, replicas: number): ApiRequest => ({
    method: "PATCH",
    path: `${placeOf(access, resource).path}/scale`,
    contentType: "application/merge-patch+json",
    body: { spec: { replicas } },
    signal,
  });
  const arrive = (context: ActionContext, replicas: number) =>
    awaitRollout(
      access,
      placeOf(access, context.resource),
      context,
      ({ rollout }) => rollout.observed && rollout.wanted === replicas && rollout.ready === replicas,
    );
  const field = { name: "replicas", label, type: "number" as const, required: true, choices: [] };
  return {
    id: "kubernetes.scale",
    title: text("Scale", "Changer le nombre de pods"),
    verb: text("Scale", "Changer le nombre"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["workload"],
    input: inputSchema,
    fields: [{ ...field, initial: null }],
    fieldsFor: (resource) => {
      const wanted = resource.facts["kubernetes.replicas"]?.value;
      return [{ ...field, initial: typeof wanted === "number" ? wanted : null }];
    },
    bulk: false,
    appliesTo: (resource) => {
      const type = workloadOf(access, resource.id)?.type;
      return type === "Deployment" || type === "StatefulSet";
    },
    unavailable: (resource) => {
      const isDeployment = workloadOf(access, resource.id)?.type === "Deployment";
      return missingRight(
        parts,
        [isDeployment ? rights.scaleDeployments : rights.scaleStatefulSets],
        resource,
      );
    },
    describe: ({ name }, { replicas }) => ({
      steps: [
        replicas === 0
          ? text(
              `Take every pod of ${name} away: nothing of it runs any more.`,
              `Retirer tous les pods de ${name} : plus rien n'en fonctionne.`,
            )
          : text(`Let ${name} have ${replicas} pods.`, `Donner ${replicas} pods à ${name}.`),
        patience,
      ],
      proof: text("As many pods are ready as are wanted.", "Autant de pods sont prêts que voulus."),
      undo: text("Set the number from before.", "Rétablir le nombre d'avant."),
    }),
    async probe(context, { replicas }) {
      const { rollout } = await readWorkload(access, placeOf(access, context.resource), context.signal);
      const observed = { wanted: rollout.wanted, ready: rollout.ready };
      if (rollout.wanted === replicas) return { state: "done", text: already(replicas), observed };
      await rehearse(access, change(context, replicas));
      return { state: "needed", text: rolloutWords(rollout), observed };
    },
    async apply(context, { replicas }) {
      context.committed();
      await access.ask(change(context, replicas));
      return { data: { replicas } };
    },
    verify: (context, { replicas }) => arrive(context, replicas),
    async settle(context, { replicas }): Promise<Settlement> {
      const { rollout } = await readWorkload(access, placeOf(access, context.resource), context.signal);
      return {
        effect: rollout.wanted === replicas ? "happened" : "did-not-happen",
        text: rolloutWords(rollout),
        data: { wanted: rollout.wanted, ready: rollout.ready },
      };
    },
    async undo(context, _input, probe) {
      const before = z.int().min(0).parse(probe.observed.wanted);
      context.committed();
      await access.ask(change(context, before));
      return arrive(context, before);
    },
  };
}

function already(replicas: number): LocalText {
  return text(`It is set to ${replicas} pods already.`, `Il est déjà réglé à ${replicas} pods.`);
}
