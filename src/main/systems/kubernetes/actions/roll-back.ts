import { z } from "zod";
import type { Probe } from "../../../../shared/action.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement } from "../../../actions/action.ts";
import type { ApiRequest } from "../client/api.ts";
import { kubernetesFault } from "../client/faults.ts";
import { Refusal } from "../client/refusal.ts";
import { at, wordAt } from "../kinds/seen.ts";
import { digestOf } from "../manifests/content.ts";
import { differenceLines, differences } from "../manifests/differences.ts";
import {
  type ClusterActionParts,
  missingRight,
  patchRightOf,
  patience,
  placeOf,
  workloadOf,
} from "./parts.ts";
import { rehearse } from "./rehearse.ts";
import { imagesOf, plainTemplate, type Revision, revisionsOf } from "./revisions.ts";
import { awaitRollout, hasArrived, readWorkload, rolloutWords, type WorkloadState } from "./rollout.ts";

const inputSchema = z.object({ revision: z.int().min(1).nullable().default(null) });
type Input = z.infer<typeof inputSchema>;
const observedSchema = z.object({ from: z.string().nullable(), to: z.string(), digest: z.string() });

const mostDifferences = 36;
const mostOthers = 8;

/**
 * Gives a workload the template of an earlier revision again. What is the earlier one moves with each roll-back, so that
 * it is never sent twice: the template itself tells whether it happened.
 */
export function rollBackAction(parts: ClusterActionParts): Action<Input> {
  const { access } = parts;
  const read = async ({ resource, signal }: ActionContext) => {
    const place = placeOf(access, resource);
    const state = await readWorkload(access, place, signal);
    return { place, state, revisions: await revisionsOf(access, place, state.object, signal) };
  };
  /** Only while the template is still the one that was looked at; see RFC 6902 "test". */
  const change = (context: ActionContext, { object }: WorkloadState, target: Revision): ApiRequest => ({
    method: "PATCH",
    path: placeOf(access, context.resource).path,
    contentType: "application/json-patch+json",
    body: [
      { op: "test", path: "/spec/template", value: at(object, "spec", "template") },
      { op: "replace", path: "/spec/template", value: target.template },
    ],
    signal: context.signal,
  });
  const send = async (context: ActionContext, name: string) => {
    const { state, revisions } = await read(context);
    const target = revisions.find((each) => each.name === name);
    if (!target) throw revisionGone(context.resource.name);
    if (target.digest !== digestIn(state)) {
      context.committed();
      try {
        await access.ask(change(context, state, target));
      } catch (error) {
        if (error instanceof Refusal && error.status === 422 && /test/i.test(error.said)) {
          throw templateMoved(context.resource.name);
        }
        throw error;
      }
    }
    return target;
  };
  const arrive = (context: ActionContext, digest: string) =>
    awaitRollout(
      access,
      placeOf(access, context.resource),
      context,
      (state) =>
        digestIn(state) === digest && (isByHand(state) ? state.rollout.observed : hasArrived(state.rollout)),
    );
  return {
    id: "kubernetes.roll-back",
    title: text("Roll back", "Revenir à une révision"),
    verb: text("Roll back", "Revenir en arrière"),
    risk: "disruptive",
    effect: "once",
    kinds: ["workload"],
    input: inputSchema,
    fields: [
      {
        name: "revision",
        label: text("To revision (empty: the one before)", "Vers la révision (vide : la précédente)"),
        type: "number",
        required: false,
        choices: [],
        initial: null,
      },
    ],
    bulk: false,
    appliesTo: (resource) => workloadOf(access, resource.id) !== null,
    unavailable: (resource) => missingRight(parts, patchRightOf(access, resource), resource),
    describe: ({ name }, { revision }) => ({
      steps: [
        revision === null
          ? text(`Give ${name} its template from before.`, `Rendre à ${name} son modèle précédent.`)
          : text(
              `Give ${name} the template of revision ${revision}.`,
              `Rendre à ${name} le modèle de la révision ${revision}.`,
            ),
        patience,
      ],
      proof: text(
        "Every pod is of that template and ready.",
        "Chaque pod provient de ce modèle et est prêt.",
      ),
      undo: text("Go forth again to the template of now.", "Revenir au modèle actuel."),
    }),
    async probe(context, { revision }) {
      const { state, revisions } = await read(context);
      const current = currentOf(state, revisions);
      if (state.rollout.paused) return impossible(paused);
      const others = revisions.filter((each) => each.digest !== digestIn(state));
      const target =
        revision === null
          ? others.find((each) => !current || each.number < current.number)
          : revisions.find((each) => each.number === revision);
      if (!target) return impossible(missing(revision, revisions));
      const observed = { from: current?.name ?? null, to: target.name, digest: target.digest };
      if (target.digest === digestIn(state)) {
        const words = text("Its template is this already.", "Son modèle est déjà celui-ci.");
        return { state: "done", text: words, observed };
      }
      await rehearse(access, change(context, state, target));
      return {
        state: "needed",
        text: toward(target, current),
        observed: { ...observed, revision: target.number },
        steps: stepsOf(state, target, current, others),
      };
    },
    async apply(context, _input, probe) {
      const target = await send(context, observedSchema.parse(probe.observed).to);
      return { data: { revision: target.number } };
    },
    verify: (context, _input, probe) => arrive(context, observedSchema.parse(probe.observed).digest),
    async settle(context, _input, probe): Promise<Settlement> {
      const { state } = await read(context);
      const happened = digestIn(state) === observedSchema.parse(probe.observed).digest;
      return {
        effect: happened ? "happened" : "did-not-happen",
        text: happened ? rolloutWords(state.rollout) : otherTemplate,
        data: { happened },
      };
    },
    async undo(context, _input, probe) {
      const { from, digest } = observedSchema.parse(probe.observed);
      const { state } = await read(context);
      if (digestIn(state) !== digest) throw templateMoved(context.resource.name);
      if (from === null) throw revisionGone(context.resource.name);
      return arrive(context, (await send(context, from)).digest);
    },
  };
}

function digestIn({ object }: WorkloadState): string {
  return digestOf(plainTemplate(at(object, "spec", "template")));
}

function currentOf(state: WorkloadState, revisions: readonly Revision[]): Revision | null {
  return revisions.find(({ digest }) => digest === digestIn(state)) ?? null;
}

/** Pods are replaced only when somebody deletes them. */
function isByHand({ object }: WorkloadState): boolean {
  return wordAt(object, "spec", "updateStrategy", "type") === "OnDelete";
}

function stepsOf(
  state: WorkloadState,
  target: Revision,
  current: Revision | null,
  others: readonly Revision[],
): LocalText[] {
  const before = plainTemplate(at(state.object, "spec", "template"));
  const rest = others.filter((each) => each !== target).slice(0, mostOthers);
  return [
    toward(target, current),
    ...differenceLines(differences(before, target.template), mostDifferences),
    ...(isByHand(state) ? [byHand] : [patience]),
    ...rest.map((each) => {
      const words = revisionWords(each);
      return text(`Also kept: ${words.en}`, `Aussi conservée : ${words.fr}`);
    }),
  ];
}

function revisionWords({ number, at: made, cause, template }: Revision): LocalText {
  const since = made === null ? "" : ` (${new Date(made).toISOString().slice(0, 10)})`;
  const words = [imagesOf(template), cause].filter(Boolean).join(", ");
  return text(`revision ${number}${since}: ${words}`, `révision ${number}${since} : ${words}`);
}

function toward(target: Revision, current: Revision | null): LocalText {
  const from = current
    ? text(`From revision ${current.number} back to `, `De la révision ${current.number} à la `)
    : text("Back to ", "Retour à la ");
  const words = revisionWords(target);
  return text(`${from.en}${words.en}`, `${from.fr}${words.fr}`);
}

function impossible(words: LocalText): Probe {
  return { state: "impossible", text: words, observed: {} };
}

function missing(revision: number | null, revisions: readonly Revision[]): LocalText {
  const kept = revisions.map(({ number }) => number).join(", ") || "–";
  return revision === null
    ? text("No earlier revision is kept of it.", "Aucune révision antérieure n'en est conservée.")
    : text(
        `Revision ${revision} is not kept any more; these are: ${kept}.`,
        `La révision ${revision} n'est plus conservée ; il reste : ${kept}.`,
      );
}

const paused = text(
  "Its rollout is paused: nothing would be rolled back before it is resumed.",
  "Son déploiement est en pause : rien ne reviendrait en arrière avant sa reprise.",
);
const byHand = text(
  "Its strategy is OnDelete: each pod gets the template when it is evicted or deleted.",
  "Sa stratégie est OnDelete : chaque pod reçoit le modèle lorsqu'il est évincé ou supprimé.",
);
const otherTemplate = text("The workload has another template.", "La charge de travail a un autre modèle.");

/** `kubernetes.revision-gone` */
function revisionGone(name: string) {
  return kubernetesFault(
    "revision-gone",
    text(
      `The revision of ${name} that was meant is not kept any more; nothing was sent.`,
      `La révision de ${name} visée n'est plus conservée ; rien n'a été envoyé.`,
    ),
    text(
      "Look at the revisions that are left, or edit the workload.",
      "Examinez les révisions restantes, ou modifiez la charge de travail.",
    ),
  );
}

/** `kubernetes.template-moved` */
function templateMoved(name: string) {
  return kubernetesFault(
    "template-moved",
    text(
      `Somebody gave ${name} another template meanwhile; it was left so.`,
      `Quelqu'un a donné entre-temps un autre modèle à ${name} ; il est resté tel quel.`,
    ),
    text("Look at what was changed, then decide again.", "Examinez ce qui a changé, puis décidez à nouveau."),
  );
}
