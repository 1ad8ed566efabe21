import { z } from "zod";
import { text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { PointInput } from "../point-input.ts";
import { scratchLabels } from "../scratch-namespace.ts";
import { type TestChoice, testRestore, testWishSchema } from "../test-restore.ts";
import { type ActionPlace, failedAction, followAction, lookAt } from "./action-object.ts";
import { leftOutOfTests, standingWords } from "./artifacts.ts";
import { beginRestore } from "./begin-restore.ts";
import { choosePoint } from "./choose-point.ts";
import { kastenObjects } from "./lists.ts";
import { groups, kastenIds, prefixes } from "./names.ts";
import { importPolicies, ofWhat } from "./points.ts";
import { awaitStanding, hasKasten, restoring } from "./restore.ts";
import { stateOf } from "./states.ts";

const wishSchema = testWishSchema.extend({
  content: z.string(),
  bound: z.object({ namespace: z.string(), name: z.string() }).nullable(),
});
type Wish = z.infer<typeof wishSchema>;

/** Tests a restore point of Kasten by a restore beside, counted against what the restore point holds. */
export function testRestoreAction({ access }: ClusterActionParts): Action<PointInput> {
  return testRestore<Wish>(access, {
    id: "kasten.test-restore",
    title: text("Test restore from a Kasten backup", "Tester la restauration d'une sauvegarde Kasten"),
    step: text(
      "Count what is there against what the restore point holds, wait for its pods, then delete the namespace.",
      "Comparer ce qui s'y trouve au contenu du point de restauration, attendre ses pods, puis supprimer l'espace de noms.",
    ),
    proof: text(
      "Every object that was to be restored was there with its pods ready and its volumes bound; nothing of it is left.",
      "Chaque objet à restaurer était là, ses pods prêts et ses volumes liés ; il n'en reste rien.",
    ),
    wish: wishSchema,
    appliesTo: (resource) => hasKasten(access, resource),

    async choose(resource, input, signal): Promise<TestChoice<Wish>> {
      const { point, why } = await choosePoint(access, resource, input, { prefers: "exported", signal });
      if (!point) return { point, why };
      const { name, application, madeAt, bound, policy } = point;
      const isImported = async (asking: AbortSignal) =>
        policy !== null && (await importPolicies(access, asking)).has(policy);
      return {
        point: {
          name,
          application,
          madeAt,
          creation: (target) => ({ group: groups.actions, resource: "restoreactions", namespace: target }),
          of: async (asking) =>
            ofWhat(application, (await isImported(asking)) ? access.importsFrom : access.system),
          rest: { content: name, bound },
        },
        why: null,
      };
    },

    async begin(wish, signal) {
      const namespaceLabels = scratchLabels(wish.application);
      await beginRestore(access, { ...wish, namespaceLabels, leftOut: leftOutOfTests }, signal);
      return { action: wish.name, restorePoint: wish.content };
    },
    prove: (context, wish) => provenTest(access, context, wish),
    pointOf: ({ content }) => kastenIds.point(access.system, content),
    isBusy: (namespace, signal) => restores(access, namespace, signal),
    async look(wish, signal) {
      const action = await lookAt(access, placeOf(wish), signal);
      return {
        isRunning: action?.state === "running",
        data: { action: wish.name, state: action?.state ?? "none" },
      };
    },
  });
}

function placeOf({ name, target }: Wish): ActionPlace {
  return { plural: "restoreactions", namespace: target, name };
}

async function provenTest(access: ClusterAccess, context: ActionContext, wish: Wish): Promise<Verification> {
  const { content, target } = wish;
  const place = placeOf(wish);
  const ended = await followAction(access, place, context, ({ share }) => restoring(content, target, share));
  if (ended?.state !== "complete") return failedAction(place, ended);
  const standing = await awaitStanding(access, { content, target, leftOut: leftOutOfTests }, context);
  if (standing === null) {
    return {
      proven: false,
      disproven: true,
      text: text(
        "Kasten does not say what the restore point holds: there is nothing to count against.",
        "Kasten n'indique pas ce que contient le point de restauration : il n'y a rien à quoi comparer.",
      ),
      data: { restorePoint: content, namespace: target },
    };
  }
  const isWhole = standing.open.length === 0 && standing.there > 0;
  return {
    proven: isWhole,
    disproven: !isWhole,
    text: standingWords(standing),
    data: { restorePoint: content, namespace: target, objects: standing.there },
  };
}

/** Whether Kasten is restoring into a namespace. */
async function restores(access: ClusterAccess, namespace: string, signal: AbortSignal): Promise<boolean> {
  const path = `${prefixes.actions}/namespaces/${namespace}/restoreactions`;
  const found = await kastenObjects(access, path, undefined, signal);
  return found.some(({ object }) => stateOf(object) === "running");
}
