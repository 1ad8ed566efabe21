import { z } from "zod";
import type { Probe } from "../../../../../shared/action.ts";
import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { wordAt } from "../../kinds/seen.ts";
import { deniedCreation } from "../may-create.ts";
import { newName, readObject } from "../objects.ts";
import { beingDeleted, lossWords, pointFields, pointInputSchema } from "../point-input.ts";
import { awaitReady } from "../standing.ts";
import { type ActionPlace, failedAction, followAction, settleAction } from "./action-object.ts";
import { artifactsOf, type Standing, standingOf, standingWords } from "./artifacts.ts";
import { beginRestore } from "./begin-restore.ts";
import { choosePoint } from "./choose-point.ts";
import { folders, groups } from "./names.ts";

const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const inputSchema = pointInputSchema.extend({
  /** Restored into; the application's own where it is left out. */
  namespace: z.union([z.literal(""), z.string().regex(namespaceName, "the name of a namespace")]).default(""),
});
type Input = z.infer<typeof inputSchema>;

const wishSchema = z.object({
  name: z.string(),
  at: z.number(),
  application: z.string(),
  content: z.string(),
  bound: z.object({ namespace: z.string(), name: z.string() }).nullable(),
  target: z.string(),
  madeAt: z.number(),
});

/**
 * Restores an application from a restore point, into its namespace or another one. Run on a namespace or a cluster it can
 * be planned long before its restore point is there: the newest good one is chosen when it is reached.
 */
export function restoreAction(parts: ClusterActionParts): Action<Input> {
  const { access } = parts;
  const placeOf = (probe: Probe): ActionPlace => {
    const { name, target } = wishSchema.parse(probe.observed);
    return { plural: "restoreactions", namespace: target, name };
  };
  return {
    id: "kasten.restore",
    title: text("Restore from a Kasten backup", "Restaurer depuis une sauvegarde Kasten"),
    verb: text("Restore", "Restaurer"),
    risk: "destructive",
    effect: "once",
    kinds: ["restore-point", "namespace", "cluster"],
    input: inputSchema,
    fields: pointFields(),
    fieldsFor: (resource) =>
      access.has(resource.id, folders.points)
        ? pointFields().filter(({ name }) => name === "namespace")
        : pointFields(),
    bulk: false,
    appliesTo: (resource) => hasKasten(access, resource),
    describe: (_resource, { namespace, latest }) => ({
      steps: [
        latest
          ? text(
              "Choose the newest good restore point that there is when this is reached.",
              "Choisir le bon point de restauration le plus récent au moment où cette étape est atteinte.",
            )
          : text("Take the restore point that is named.", "Prendre le point de restauration désigné."),
        namespace === ""
          ? text(
              "Have Kasten put the application back into its namespace; what is there now is replaced.",
              "Faire remettre l'application par Kasten dans son espace de noms ; ce qui s'y trouve est remplacé.",
            )
          : text(
              `Have Kasten put the application into the namespace ${namespace}; what is there now is replaced.`,
              `Faire mettre l'application par Kasten dans l'espace de noms ${namespace} ; ce qui s'y trouve est remplacé.`,
            ),
      ],
      proof: text(
        "Kasten says that it is complete, every object of the restore point is there, its pods are ready and its volumes bound.",
        "Kasten indique que c'est terminé, chaque objet du point de restauration est là, ses pods sont prêts et ses volumes liés.",
      ),
      undo: null,
    }),

    async probe({ resource, signal }, input) {
      const { point, why } = await choosePoint(access, resource, input, { prefers: "cluster", signal });
      if (!point) return { state: "impossible", text: why, observed: {} };
      const target = input.namespace === "" ? point.application : input.namespace;
      const denied = await deniedCreation(access, creationsFor(target), signal);
      if (denied) return { state: "impossible", text: denied, observed: {} };
      const now = access.now();
      const namespace = await readObject(access, `/api/v1/namespaces/${target}`, signal);
      const isThere = namespace !== null;
      if (wordAt(namespace, "status", "phase") === "Terminating") {
        return { state: "impossible", text: beingDeleted(target), observed: {} };
      }
      const words = lossWords(point, now);
      return {
        state: "needed",
        text: words,
        observed: {
          name: newName(point.application),
          at: now,
          application: point.application,
          content: point.name,
          bound: point.bound,
          target,
          madeAt: point.madeAt,
          /** Seconds of data that are not in it. */
          lost: Math.max(0, Math.round((now - point.madeAt) / 1000)),
        },
        steps: [
          words,
          isThere
            ? text(
                `The namespace ${target} is there: what is in it is replaced.`,
                `L'espace de noms ${target} existe : son contenu est remplacé.`,
              )
            : text(`The namespace ${target} is made.`, `L'espace de noms ${target} est créé.`),
        ],
      };
    },

    async apply({ signal, committed }, _input, probe) {
      const { name, application, content, bound, target, madeAt } = wishSchema.parse(probe.observed);
      committed();
      await beginRestore(access, { name, application, content, bound, target }, signal);
      return { data: { action: name, restorePoint: content, namespace: target, madeAt } };
    },

    verify: (context, _input, probe) => verifyRestore(access, context, placeOf(probe), probe),

    async settle(context, _input, probe): Promise<Settlement> {
      const { at, content, target } = wishSchema.parse(probe.observed);
      const settled = await settleAction(access, placeOf(probe), { sentAt: at, signal: context.signal });
      if (settled.effect !== "happened") return settled;
      const standing = await brought(access, { content, target }, context.signal);
      if (standing === null) return settled;
      return standing.open.length === 0
        ? { ...settled, text: standingWords(standing) }
        : { effect: "unknown", text: standingWords(standing), data: settled.data };
    },
  };
}

function creationsFor(target: string) {
  return [
    { group: "", resource: "namespaces", namespace: null },
    { group: groups.apps, resource: "restorepoints", namespace: target },
    { group: groups.actions, resource: "restoreactions", namespace: target },
  ];
}

/** Whether Kasten can be asked for something there: a cluster without it offers nothing of it. */
export function hasKasten(access: ClusterAccess, { id }: Pick<Resource, "id">): boolean {
  if (access.discovery.lacks(groups.actions)) return false;
  return id === access.clusterId || access.has(id, "namespaces") || access.has(id, folders.points);
}

async function verifyRestore(
  access: ClusterAccess,
  context: ActionContext,
  place: ActionPlace,
  probe: Probe,
): Promise<Verification> {
  const { content, target, madeAt } = wishSchema.parse(probe.observed);
  const began = access.now();
  const ended = await followAction(access, place, context, ({ share }) => restoring(content, target, share));
  if (ended?.state !== "complete") {
    const failed = failedAction(place, ended);
    return failed.disproven ? { ...failed, text: withAdvice(failed.text) } : failed;
  }
  const data = { restorePoint: content, namespace: target, madeAt, took: access.now() - began };
  const standing = await awaitStanding(access, { content, target }, context);
  if (standing === null) {
    return {
      proven: false,
      text: text(
        "Kasten says that the restore is complete, but not what it should have brought: look at the namespace.",
        "Kasten indique que la restauration est terminée, mais pas ce qu'elle devait apporter : vérifiez l'espace de noms.",
      ),
      data,
    };
  }
  const words = standingWords(standing);
  return { proven: standing.open.length === 0, text: words, data: { ...data, objects: standing.there } };
}

/** How the target stands once all is ready, or after a quarter of an hour; null where the restore point does not say. */
export async function awaitStanding(
  access: ClusterAccess,
  place: { content: string; target: string; leftOut?: readonly { group: string; resource: string }[] },
  context: Pick<ActionContext, "signal" | "progress">,
): Promise<Standing | null> {
  return awaitReady(access, context, {
    read: () => brought(access, place, context.signal),
    isReady: ({ open }) => open.length === 0,
    words: standingWords,
    share: ({ there, expected }) => there / Math.max(1, expected),
  });
}

async function brought(
  access: ClusterAccess,
  {
    content,
    target,
    leftOut = [],
  }: { content: string; target: string; leftOut?: readonly { group: string; resource: string }[] },
  signal: AbortSignal,
): Promise<Standing | null> {
  const all = await artifactsOf(access, content, signal);
  if (all === null) return null;
  const wanted = all.filter(
    ({ group, resource }) => !leftOut.some((each) => each.group === group && each.resource === resource),
  );
  return standingOf(access, target, wanted, signal);
}

export function restoring(content: string, target: string, share: number | null): LocalText {
  const percent = share === null ? "" : ` (${Math.round(share * 100)} %)`;
  return text(
    `Kasten is restoring ${content} into ${target}${percent}.`,
    `Kasten restaure ${content} dans ${target}${percent}.`,
  );
}

function withAdvice({ en, fr }: LocalText): LocalText {
  return text(
    `${en} The namespace may be restored in part: restore again from an earlier restore point.`,
    `${fr} L'espace de noms peut être restauré en partie : restaurez de nouveau depuis un point antérieur.`,
  );
}
