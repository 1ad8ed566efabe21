import { z } from "zod";
import type { InputField, Probe } from "../../../../../shared/action.ts";
import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { wordAt } from "../../kinds/seen.ts";
import { listObjects } from "../../list-watch/pages.ts";
import { deniedCreation } from "../may-create.ts";
import { newName, readObject } from "../objects.ts";
import { beingDeleted, lossWords, pointFields, pointInputSchema } from "../point-input.ts";
import { nameSome } from "../standing.ts";
import { beginRestore, restoreOf, restoreWishSchema } from "./begin-restore.ts";
import { awaitBrought, broughtWords, isWhole } from "./brought.ts";
import { chooseBackup } from "./choose-backup.ts";
import { failed, follow, isGood, settle } from "./follow.ts";
import { folders, group } from "./names.ts";

const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const inputSchema = pointInputSchema.extend({
  /** Restored into; the application's own where it is left out. */
  namespace: z.union([z.literal(""), z.string().regex(namespaceName, "the name of a namespace")]).default(""),
  /** Volumes that are there already keep the data that they hold. */
  keepVolumes: z.boolean().default(false),
});
type Input = z.infer<typeof inputSchema>;

/**
 * Restores an application from a Velero backup, into its namespace or another one. Run on a namespace or a cluster it can be
 * planned long before its backup is there: the newest good one is chosen when it is reached. It is done when its data is,
 * whatever the Restore says of itself.
 */
export function restoreAction({ access }: ClusterActionParts): Action<Input> {
  return {
    id: "velero.restore",
    title: text("Restore from a Velero backup", "Restaurer depuis une sauvegarde Velero"),
    verb: text("Restore", "Restaurer"),
    risk: "destructive",
    effect: "once",
    kinds: ["restore-point", "namespace", "cluster"],
    input: inputSchema,
    fields: fields(),
    fieldsFor: (resource) =>
      access.has(resource.id, folders.points)
        ? fields().filter(({ name }) => name === "namespace" || name === "keepVolumes")
        : fields(),
    bulk: false,
    appliesTo: (resource) => hasVelero(access, resource),
    describe: (_resource, { namespace, latest }) => ({
      steps: [
        latest
          ? text(
              "Choose the newest complete backup that there is when this is reached.",
              "Choisir la sauvegarde complète la plus récente au moment où cette étape est atteinte.",
            )
          : text("Take the backup that is named.", "Prendre la sauvegarde désignée."),
        namespace === ""
          ? text(
              "Have Velero put the application back into its namespace.",
              "Faire remettre l'application par Velero dans son espace de noms.",
            )
          : text(
              `Have Velero put the application into the namespace ${namespace}.`,
              `Faire mettre l'application par Velero dans l'espace de noms ${namespace}.`,
            ),
      ],
      proof: text(
        "Velero calls the restore complete, every download of data is, what it brought is there, its pods ready and its volumes bound.",
        "Velero indique que la restauration est complète, chaque transfert de données l'est, ce qu'elle a apporté est là, les pods prêts et les volumes liés.",
      ),
      undo: null,
    }),

    async probe({ resource, signal }, input) {
      const { backup, why } = await chooseBackup(access, resource, input, signal);
      if (!backup) return { state: "impossible", text: why, observed: {} };
      const { namespace, application, madeAt } = backup;
      const target = input.namespace === "" ? application : input.namespace;
      const objection =
        (await deniedCreation(access, [{ group, resource: "restores", namespace }], signal)) ??
        (await inTheWay(access, target, input.keepVolumes, signal));
      if (objection) return { state: "impossible", text: objection, observed: {} };
      const now = access.now();
      const words = lossWords(backup, now);
      return {
        state: "needed",
        text: words,
        observed: {
          name: newName(application),
          namespace,
          backup: backup.name,
          application,
          target,
          at: now,
          madeAt,
          /** Seconds of data that are not in it. */
          lost: Math.max(0, Math.round((now - madeAt) / 1000)),
        },
        steps: [
          words,
          text(
            `What is in the namespace ${target} already is brought to the state of the backup; what is missing is made.`,
            `Ce qui se trouve déjà dans l'espace de noms ${target} est ramené à l'état de la sauvegarde ; ce qui manque est créé.`,
          ),
          ...(input.keepVolumes ? [volumesStay()] : []),
        ],
      };
    },

    async apply({ signal, committed }, _input, probe) {
      const wish = restoreWishSchema.parse(probe.observed);
      committed();
      await beginRestore(access, wish, { signal });
      const { name, backup, target, madeAt } = wish;
      return { data: { restore: name, backup, namespace: target, madeAt } };
    },

    verify: (context, _input, probe) => verifyRestore(access, context, probe),

    async settle({ signal }, _input, probe): Promise<Settlement> {
      const wish = restoreWishSchema.parse(probe.observed);
      return settle(access, restoreOf(wish), { sentAt: wish.at, signal });
    },
  };
}

/** Whether Velero can be asked for something there: a cluster without it offers nothing of it. */
export function hasVelero(access: ClusterAccess, { id }: Pick<Resource, "id">): boolean {
  if (access.discovery.lacks(group)) return false;
  return id === access.clusterId || access.has(id, "namespaces") || access.has(id, folders.points);
}

function fields(): InputField[] {
  return [
    ...pointFields(),
    {
      name: "keepVolumes",
      type: "boolean",
      required: false,
      choices: [],
      initial: false,
      label: text(
        "Volumes that are there keep the data that they hold",
        "Les volumes présents gardent les données qu'ils contiennent",
      ),
    },
  ];
}

function volumesStay(): LocalText {
  return text(
    "Volumes that are there keep the data that they hold: Velero replaces none.",
    "Les volumes présents gardent les données qu'ils contiennent : Velero n'en remplace aucun.",
  );
}

/** Why nothing should be restored into a namespace as it is now; null where nothing is in the way. */
async function inTheWay(
  access: ClusterAccess,
  target: string,
  keepVolumes: boolean,
  signal: AbortSignal,
): Promise<LocalText | null> {
  const namespace = await readObject(access, `/api/v1/namespaces/${target}`, signal);
  if (namespace === null) return null;
  if (wordAt(namespace, "status", "phase") === "Terminating") return beingDeleted(target);
  if (keepVolumes) return null;
  const path = `/api/v1/namespaces/${target}/persistentvolumeclaims`;
  const claims = await listObjects(access.api, { path }, signal);
  if (claims.length === 0) return null;
  const list = nameSome(claims.map(({ metadata }) => metadata.name));
  return text(
    `The namespace ${target} has volumes (${list}), and Velero never replaces the data of one that is there: restore into another namespace, delete them first, or say that they keep their data.`,
    `L'espace de noms ${target} a des volumes (${list}), et Velero ne remplace jamais les données d'un volume présent : restaurez dans un autre espace de noms, supprimez-les d'abord, ou indiquez qu'ils gardent leurs données.`,
  );
}

async function verifyRestore(
  access: ClusterAccess,
  context: ActionContext,
  probe: Probe,
): Promise<Verification> {
  const wish = restoreWishSchema.parse(probe.observed);
  const { name, backup, target, madeAt } = wish;
  const began = access.now();
  const asked = restoreOf(wish);
  const ended = await follow(access, asked, context);
  if (ended === null || !isGood(ended)) {
    const ill = failed(asked, ended);
    return ill.disproven ? { ...ill, text: withAdvice(ill.text) } : ill;
  }
  const brought = await awaitBrought(access, { restore: name, target }, context);
  return {
    proven: isWhole(brought),
    text: broughtWords(brought),
    data: {
      restore: name,
      backup,
      namespace: target,
      madeAt,
      took: access.now() - began,
      objects: brought.objects,
      volumes: ended.volumes,
      bytes: ended.allBytes,
    },
  };
}

function withAdvice({ en, fr }: LocalText): LocalText {
  return text(
    `${en} The namespace may be restored in part: restore again from an earlier backup.`,
    `${fr} L'espace de noms peut être restauré en partie : restaurez de nouveau depuis une sauvegarde antérieure.`,
  );
}
