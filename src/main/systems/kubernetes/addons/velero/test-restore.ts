import { z } from "zod";
import type { Probe } from "../../../../../shared/action.ts";
import { restoreTestedType } from "../../../../../shared/protection.ts";
import { text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { wordAt } from "../../kinds/seen.ts";
import { deniedCreation } from "../may-create.ts";
import { createOnce, newName, readObject } from "../objects.ts";
import { lossWords, pointFields, pointInputSchema } from "../point-input.ts";
import { clearLeftovers, scratchLabels, takeAway } from "../scratch-namespace.ts";
import { beginRestore, restoreOf, restoreWishSchema } from "./begin-restore.ts";
import { awaitBrought, broughtWords, isWhole } from "./brought.ts";
import { chooseBackup } from "./choose-backup.ts";
import { failed, follow, isGood, isOver, lookAt } from "./follow.ts";
import { veleroObjects } from "./lists.ts";
import { group, prefix, veleroIds } from "./names.ts";
import { isForeign, originsOf, savedOf } from "./points.ts";
import { hasVelero } from "./restore.ts";
import { phaseOf } from "./states.ts";

type Input = z.infer<typeof pointInputSchema>;

/** What is not restored into a scratch namespace: it would serve or run in the place of the real one. */
const excludedResources = ["ingresses.networking.k8s.io", "routes.route.openshift.io", "cronjobs.batch"];

const wishSchema = restoreWishSchema.extend({ of: z.string() });
type Wish = z.infer<typeof wishSchema>;

/**
 * Restores a backup into a scratch namespace of its own with all of its data, counts what it brought, and takes the namespace
 * away again. Nothing that would be reached from outside or run by a schedule is restored there.
 */
export function testRestoreAction({ access }: ClusterActionParts): Action<Input> {
  const wishOf = (probe: Probe) => wishSchema.parse(probe.observed);
  return {
    id: "velero.test-restore",
    title: text("Test restore from a Velero backup", "Tester la restauration d'une sauvegarde Velero"),
    verb: text("Test restore", "Tester la restauration"),
    risk: "safe",
    effect: "once",
    kinds: ["restore-point", "namespace", "cluster"],
    input: pointInputSchema,
    fields: pointFields().filter(({ name }) => name !== "namespace"),
    bulk: false,
    appliesTo: (resource) => hasVelero(access, resource),
    describe: () => ({
      steps: [
        text(
          "Restore into a scratch namespace, without ingresses, routes and CronJobs.",
          "Restaurer dans un espace de noms temporaire, sans ingress, routes ni CronJobs.",
        ),
        text(
          "Wait for its data and its pods, then delete the namespace.",
          "Attendre ses données et ses pods, puis supprimer l'espace de noms.",
        ),
      ],
      proof: text(
        "All data was downloaded, what was restored was there with its pods ready and its volumes bound; nothing of it is left.",
        "Toutes les données ont été transférées, ce qui a été restauré était là, pods prêts et volumes liés ; il n'en reste rien.",
      ),
      undo: null,
    }),

    async probe({ resource, signal }, input) {
      const { backup, why } = await chooseBackup(access, resource, input, signal);
      if (!backup) return { state: "impossible", text: why, observed: {} };
      const { namespace, application, madeAt } = backup;
      const name = newName(application);
      const target = name.replace(/^passerelle-/, "restore-test-").slice(0, 63);
      const wanted = [
        { group: "", resource: "namespaces", namespace: null },
        { group, resource: "restores", namespace },
      ];
      const denied = await deniedCreation(access, wanted, signal);
      if (denied) return { state: "impossible", text: denied, observed: {} };
      const foreign = isForeign(backup, await originsOf(access, signal), access.importsFrom);
      const of = savedOf(application, foreign ? access.importsFrom : access.system);
      const now = access.now();
      return {
        state: "needed",
        text: lossWords(backup, now),
        observed: { name, namespace, backup: backup.name, application, target, at: now, madeAt, of },
        steps: [
          text(
            `Restore ${backup.name} into the namespace ${target}, which is deleted afterwards.`,
            `Restaurer ${backup.name} dans l'espace de noms ${target}, supprimé ensuite.`,
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
      await createOnce(access, {
        path: "/api/v1/namespaces",
        body: {
          apiVersion: "v1",
          kind: "Namespace",
          metadata: { name: wish.target, labels: scratchLabels(wish.application) },
        },
        signal,
      });
      await beginRestore(access, wish, { excludedResources, signal });
      return { data: { restore: wish.name, backup: wish.backup, namespace: wish.target } };
    },

    async verify(context, _input, probe): Promise<Verification> {
      const wish = wishOf(probe);
      const tested = await provenTest(access, context, wish);
      const gone = await takeAway(access, wish.target, context);
      const took = Math.max(0, access.now() - wish.at);
      const { objects = 0 } = tested.data;
      const data = { ...tested.data, of: wish.of, took };
      const { namespace, backup: name, application } = wish;
      await context.journal?.({
        type: restoreTestedType,
        subject: wish.of,
        data: {
          of: wish.of,
          restorePoint: veleroIds.point(access.system, { namespace, name }, application),
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
      const [namespace, now] = await Promise.all([
        readObject(access, `/api/v1/namespaces/${wish.target}`, signal),
        lookAt(access, restoreOf(wish), signal),
      ]);
      const data = { namespace: wish.target, restore: wish.name, phase: now?.phase ?? "none" };
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
        effect: now !== null && !isOver(now) ? "unknown" : "did-not-happen",
        text: text(
          `The test was broken off, and its result is not known: delete the namespace ${wish.target}.`,
          `L'essai a été interrompu et son résultat n'est pas connu : supprimez l'espace de noms ${wish.target}.`,
        ),
        data,
      };
    },
  };
}

async function provenTest(access: ClusterAccess, context: ActionContext, wish: Wish): Promise<Verification> {
  const asked = restoreOf(wish);
  const ended = await follow(access, asked, context);
  if (ended === null || !isGood(ended)) return failed(asked, ended);
  const brought = await awaitBrought(access, { restore: wish.name, target: wish.target }, context);
  const proven = isWhole(brought);
  return {
    proven,
    disproven: !proven,
    text: broughtWords(brought),
    data: { backup: wish.backup, namespace: wish.target, objects: brought.objects, bytes: ended.allBytes },
  };
}

/** Whether Velero is restoring into a namespace under another name than the application's. */
async function restores(access: ClusterAccess, namespace: string, signal: AbortSignal): Promise<boolean> {
  const found = await veleroObjects(access, `${prefix}/restores`, undefined, signal);
  return found.some(
    ({ metadata, object }) =>
      // The scratch namespace is named after its restore.
      metadata.name === namespace.replace(/^restore-test-/, "passerelle-") &&
      wordAt(object, "spec", "backupName") !== null &&
      phaseOf(object) === "running",
  );
}
