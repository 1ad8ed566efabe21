import { z } from "zod";
import type { Probe } from "../../../../shared/action.ts";
import { restoreTestedType } from "../../../../shared/protection.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { type Creation, deniedCreation } from "./may-create.ts";
import { newName, readObject } from "./objects.ts";
import { lossWords, type PointInput, pointFields, pointInputSchema } from "./point-input.ts";
import { clearLeftovers, takeAway } from "./scratch-namespace.ts";

/** A test restore as it is to be begun; the journal has all of it before anything is sent. */
export const testWishSchema = z.object({
  /** Of the object that asks for the restore. */
  name: z.string(),
  application: z.string(),
  /** The scratch namespace. */
  target: z.string(),
  /** Epoch milliseconds: when the name was chosen. */
  at: z.number(),
  /** The identifier of what was backed up. */
  of: z.string(),
});
export type TestWish = z.infer<typeof testWishSchema>;

/** A restore point that was chosen for a test. */
export interface TestedPoint<Wish extends TestWish> {
  name: string;
  application: string;
  /** Epoch milliseconds. */
  madeAt: number;
  /** What a restore of it into `target` creates besides the namespace. */
  creation(target: string): Creation;
  /** The identifier of what was backed up. Throws what KubernetesApi throws. */
  of(signal: AbortSignal): Promise<string>;
  /** What the product needs to know besides, to begin. */
  rest: Omit<Wish, keyof TestWish>;
}

export type TestChoice<Wish extends TestWish> =
  | { point: TestedPoint<Wish>; why: null }
  | { point: null; why: LocalText };

/** What a product that backs up says for itself in a test restore. */
export interface TestRestores<Wish extends TestWish> {
  id: string;
  title: LocalText;
  /** What is waited for and counted once it is restored, and what proves it. */
  step: LocalText;
  proof: LocalText;
  wish: z.ZodType<Wish>;
  appliesTo(resource: Resource): boolean;
  choose(resource: Resource, input: PointInput, signal: AbortSignal): Promise<TestChoice<Wish>>;
  /** Asks for the restore into the scratch namespace, which it makes with its mark; the journal gets what it gives back. */
  begin(wish: Wish, signal: AbortSignal): Promise<Record<string, string>>;
  /** Follows the restore, and counts what it brought: `objects` of its data, where it came so far. */
  prove(context: ActionContext, wish: Wish): Promise<Verification>;
  /** The identifier of the restore point. */
  pointOf(wish: Wish): string;
  /** Whether it is restoring into a namespace of an earlier test. */
  isBusy(namespace: string, signal: AbortSignal): Promise<boolean>;
  /** Whether the restore is under way, and how it stands. */
  look(wish: Wish, signal: AbortSignal): Promise<{ isRunning: boolean; data: Record<string, string> }>;
}

/**
 * Restores a restore point into a scratch namespace of its own, counts what it brought, and takes the namespace away again,
 * whatever came of it. Nothing that would be reached from outside or run by a schedule is restored there.
 */
export function testRestore<Wish extends TestWish>(
  access: ClusterAccess,
  product: TestRestores<Wish>,
): Action<PointInput> {
  const wishOf = ({ observed }: Probe) => product.wish.parse(observed);
  return {
    id: product.id,
    title: product.title,
    verb: text("Test restore", "Tester la restauration"),
    risk: "safe",
    effect: "once",
    kinds: ["restore-point", "namespace", "cluster"],
    input: pointInputSchema,
    fields: pointFields().filter(({ name }) => name !== "namespace"),
    bulk: false,
    appliesTo: product.appliesTo,
    describe: () => ({
      steps: [
        text(
          "Restore into a scratch namespace, without ingresses, routes and CronJobs.",
          "Restaurer dans un espace de noms temporaire, sans ingress, routes ni CronJobs.",
        ),
        product.step,
      ],
      proof: product.proof,
      undo: null,
    }),

    async probe({ resource, signal }, input) {
      const { point, why } = await product.choose(resource, input, signal);
      if (!point) return { state: "impossible", text: why, observed: {} };
      const { application } = point;
      const name = newName(application);
      const target = name.replace(/^passerelle-/, "restore-test-").slice(0, 63);
      const namespaces = { group: "", resource: "namespaces", namespace: null };
      const denied = await deniedCreation(access, [namespaces, point.creation(target)], signal);
      if (denied) return { state: "impossible", text: denied, observed: {} };
      const now = access.now();
      return {
        state: "needed",
        text: lossWords(point, now),
        observed: { ...point.rest, name, at: now, of: await point.of(signal), application, target },
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
        isBusy: (namespace) => product.isBusy(namespace, signal),
        signal,
      });
      const data = await product.begin(wish, signal);
      return { data: { ...data, namespace: wish.target } };
    },

    async verify(context, _input, probe): Promise<Verification> {
      const wish = wishOf(probe);
      const tested = await product.prove(context, wish);
      const gone = await takeAway(access, wish.target, context);
      const took = Math.max(0, access.now() - wish.at);
      const { objects = 0 } = tested.data;
      const data = { ...tested.data, of: wish.of, took };
      await context.journal?.({
        type: restoreTestedType,
        subject: wish.of,
        data: {
          of: wish.of,
          restorePoint: product.pointOf(wish),
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
      const { target } = wish;
      const [namespace, restore] = await Promise.all([
        readObject(access, `/api/v1/namespaces/${target}`, signal),
        product.look(wish, signal),
      ]);
      const data = { namespace: target, ...restore.data };
      if (namespace === null) {
        return {
          effect: "did-not-happen",
          text: text(
            `Nothing of this test is in the cluster: ${target} is not there.`,
            `Rien de cet essai n'est dans la grappe : ${target} n'existe pas.`,
          ),
          data,
        };
      }
      return {
        effect: restore.isRunning ? "unknown" : "did-not-happen",
        text: text(
          `The test was broken off, and its result is not known: delete the namespace ${target}.`,
          `L'essai a été interrompu et son résultat n'est pas connu : supprimez l'espace de noms ${target}.`,
        ),
        data,
      };
    },
  };
}
