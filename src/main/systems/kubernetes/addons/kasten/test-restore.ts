import { z } from "zod";
import type { Probe } from "../../../../../shared/action.ts";
import { restoreTestedType } from "../../../../../shared/protection.ts";
import { text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { deniedCreation } from "../may-create.ts";
import { newName, readObject } from "../objects.ts";
import { lossWords, pointFields, pointInputSchema } from "../point-input.ts";
import { clearLeftovers, scratchLabels, takeAway } from "../scratch-namespace.ts";
import { type ActionPlace, failedAction, followAction, lookAt } from "./action-object.ts";
import { leftOutOfTests, standingWords } from "./artifacts.ts";
import { beginRestore } from "./begin-restore.ts";
import { choosePoint } from "./choose-point.ts";
import { kastenObjects } from "./lists.ts";
import { groups, kastenIds, prefixes } from "./names.ts";
import { importPolicies, ofWhat } from "./points.ts";
import { awaitStanding, hasKasten, restoring } from "./restore.ts";
import { stateOf } from "./states.ts";

const inputSchema = pointInputSchema;
type Input = z.infer<typeof inputSchema>;

const wishSchema = z.object({
  name: z.string(),
  at: z.number(),
  of: z.string(),
  application: z.string(),
  content: z.string(),
  bound: z.object({ namespace: z.string(), name: z.string() }).nullable(),
  target: z.string(),
});
type Wish = z.infer<typeof wishSchema>;

/**
 * Restores a restore point into a scratch namespace of its own, counts what it brought against what it holds, and takes
 * the namespace away again. Nothing that would be reached from outside or run by a schedule is restored there.
 */
export function testRestoreAction(parts: ClusterActionParts): Action<Input> {
  const { access } = parts;
  const placeOf = ({ name, target }: Wish): ActionPlace => ({
    plural: "restoreactions",
    namespace: target,
    name,
  });
  const wishOf = (probe: Probe) => wishSchema.parse(probe.observed);
  return {
    id: "kasten.test-restore",
    title: text("Test restore from a Kasten backup", "Tester la restauration d'une sauvegarde Kasten"),
    verb: text("Test restore", "Tester la restauration"),
    risk: "safe",
    effect: "once",
    kinds: ["restore-point", "namespace", "cluster"],
    input: inputSchema,
    fields: pointFields().filter(({ name }) => name !== "namespace"),
    bulk: false,
    appliesTo: (resource) => hasKasten(access, resource),
    describe: () => ({
      steps: [
        text(
          "Restore into a scratch namespace, without ingresses, routes and CronJobs.",
          "Restaurer dans un espace de noms temporaire, sans ingress, routes ni CronJobs.",
        ),
        text(
          "Count what is there against what the restore point holds, wait for its pods, then delete the namespace.",
          "Comparer ce qui s'y trouve au contenu du point de restauration, attendre ses pods, puis supprimer l'espace de noms.",
        ),
      ],
      proof: text(
        "Every object that was to be restored was there with its pods ready and its volumes bound; nothing of it is left.",
        "Chaque objet à restaurer était là, ses pods prêts et ses volumes liés ; il n'en reste rien.",
      ),
      undo: null,
    }),

    async probe({ resource, signal }, input) {
      const { point, why } = await choosePoint(access, resource, input, { prefers: "exported", signal });
      if (!point) return { state: "impossible", text: why, observed: {} };
      const name = newName(point.application);
      const target = name.replace(/^passerelle-/, "restore-test-").slice(0, 63);
      const denied = await deniedCreation(
        access,
        [
          { group: "", resource: "namespaces", namespace: null },
          { group: groups.actions, resource: "restoreactions", namespace: target },
        ],
        signal,
      );
      if (denied) return { state: "impossible", text: denied, observed: {} };
      const now = access.now();
      const isImported = point.policy !== null && (await importPolicies(access, signal)).has(point.policy);
      return {
        state: "needed",
        text: lossWords(point, now),
        observed: {
          name,
          at: now,
          of: ofWhat(point.application, isImported ? access.importsFrom : access.system),
          application: point.application,
          content: point.name,
          bound: point.bound,
          target,
        },
        steps: [
          text(
            `Restore ${point.name} into the namespace ${target}, which is deleted afterwards.`,
            `Restaurer ${point.name} dans l'espace de noms ${target}, supprimé ensuite.`,
          ),
        ],
      };
    },

    async apply({ signal, committed }, _input, probe) {
      const wish = wishOf(probe);
      committed();
      await clearLeftovers(access, wish, {
        isBusy: (namespace) => restores(access, namespace, signal),
        signal,
      });
      await beginRestore(
        access,
        { ...wish, namespaceLabels: scratchLabels(wish.application), leftOut: leftOutOfTests },
        signal,
      );
      return { data: { action: wish.name, restorePoint: wish.content, namespace: wish.target } };
    },

    async verify(context, _input, probe): Promise<Verification> {
      const wish = wishOf(probe);
      const tested = await provenTest(access, context, wish, placeOf(wish));
      const gone = await takeAway(access, wish.target, context);
      const took = Math.max(0, access.now() - wish.at);
      const { objects = 0 } = tested.data;
      const data = { ...tested.data, of: wish.of, took };
      await context.journal?.({
        type: restoreTestedType,
        subject: wish.of,
        data: {
          of: wish.of,
          restorePoint: kastenIds.point(access.system, wish.content),
          namespace: wish.target,
          objects,
          took,
          good: tested.proven,
        },
      });
      if (gone || !tested.proven) return { ...tested, data };
      return {
        proven: false,
        text: text(
          `${tested.text.en} The namespace ${wish.target} is not gone yet: delete it.`,
          `${tested.text.fr} L'espace de noms ${wish.target} n'a pas encore disparu : supprimez-le.`,
        ),
        data,
      };
    },

    async settle({ signal }, _input, probe): Promise<Settlement> {
      const wish = wishOf(probe);
      const [namespace, action] = await Promise.all([
        readObject(access, `/api/v1/namespaces/${wish.target}`, signal),
        lookAt(access, placeOf(wish), signal),
      ]);
      const data = { namespace: wish.target, action: wish.name, state: action?.state ?? "none" };
      if (namespace === null) {
        return {
          effect: "did-not-happen",
          text: text(
            `Nothing of this test is in the cluster: ${wish.target} is not there.`,
            `Rien de cet essai n'est dans la grappe : ${wish.target} n'existe pas.`,
          ),
          data,
        };
      }
      return {
        effect: action?.state === "running" ? "unknown" : "did-not-happen",
        text: text(
          `The test was broken off, and its result is not known: delete the namespace ${wish.target}.`,
          `L'essai a été interrompu et son résultat n'est pas connu : supprimez l'espace de noms ${wish.target}.`,
        ),
        data,
      };
    },
  };
}

async function provenTest(
  access: ClusterAccess,
  context: ActionContext,
  { content, target }: Wish,
  place: ActionPlace,
): Promise<Verification> {
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
