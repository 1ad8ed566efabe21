import type { z } from "zod";
import { text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { wordAt } from "../../kinds/seen.ts";
import { createOnce } from "../objects.ts";
import type { PointInput } from "../point-input.ts";
import { scratchLabels } from "../scratch-namespace.ts";
import { type TestChoice, testRestore, testWishSchema } from "../test-restore.ts";
import { beginRestore, restoreOf, restoreWishSchema } from "./begin-restore.ts";
import { awaitBrought, broughtWords, isWhole } from "./brought.ts";
import { chooseBackup } from "./choose-backup.ts";
import { failed, follow, isGood, isOver, lookAt } from "./follow.ts";
import { veleroObjects } from "./lists.ts";
import { group, prefix, veleroIds } from "./names.ts";
import { isForeign, originsOf, savedOf } from "./points.ts";
import { hasVelero } from "./restore.ts";
import { phaseOf } from "./states.ts";

/** What is not restored into a scratch namespace: it would serve or run in the place of the real one. */
const excludedResources = ["ingresses.networking.k8s.io", "routes.route.openshift.io", "cronjobs.batch"];

const wishSchema = restoreWishSchema.extend(testWishSchema.shape);
type Wish = z.infer<typeof wishSchema>;

/** Tests a backup of Velero by a restore beside with all of its data, counted by the mark of the restore. */
export function testRestoreAction({ access }: ClusterActionParts): Action<PointInput> {
  return testRestore<Wish>(access, {
    id: "velero.test-restore",
    title: text("Test restore from a Velero backup", "Tester la restauration d'une sauvegarde Velero"),
    step: text(
      "Wait for its data and its pods, then delete the namespace.",
      "Attendre ses données et ses pods, puis supprimer l'espace de noms.",
    ),
    proof: text(
      "All data was downloaded, what was restored was there with its pods ready and its volumes bound; nothing of it is left.",
      "Toutes les données ont été transférées, ce qui a été restauré était là, pods prêts et volumes liés ; il n'en reste rien.",
    ),
    wish: wishSchema,
    appliesTo: (resource) => hasVelero(access, resource),

    async choose(resource, input, signal): Promise<TestChoice<Wish>> {
      const { backup, why } = await chooseBackup(access, resource, input, signal);
      if (!backup) return { point: null, why };
      const { name, namespace, application, madeAt } = backup;
      return {
        point: {
          name,
          application,
          madeAt,
          creation: () => ({ group, resource: "restores", namespace }),
          async of(asking) {
            const foreign = isForeign(backup, await originsOf(access, asking), access.importsFrom);
            return savedOf(application, foreign ? access.importsFrom : access.system);
          },
          rest: { namespace, backup: name, madeAt },
        },
        why: null,
      };
    },

    async begin(wish, signal) {
      const metadata = { name: wish.target, labels: scratchLabels(wish.application) };
      const body = { apiVersion: "v1", kind: "Namespace", metadata };
      await createOnce(access, { path: "/api/v1/namespaces", body, signal });
      await beginRestore(access, wish, { excludedResources, signal });
      return { restore: wish.name, backup: wish.backup };
    },
    prove: (context, wish) => provenTest(access, context, wish),
    pointOf: ({ namespace, backup: name, application }) =>
      veleroIds.point(access.system, { namespace, name }, application),
    isBusy: (namespace, signal) => restores(access, namespace, signal),
    async look(wish, signal) {
      const now = await lookAt(access, restoreOf(wish), signal);
      return {
        isRunning: now !== null && !isOver(now),
        data: { restore: wish.name, phase: now?.phase ?? "none" },
      };
    },
  });
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
