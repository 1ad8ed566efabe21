import { z } from "zod";
import type { Probe } from "../../../../../shared/action.ts";
import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import { kubernetesFault } from "../../client/faults.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { at, cleaned, treesAt, wordAt } from "../../kinds/seen.ts";
import { type Item, isTree } from "../../list-watch/items.ts";
import { hadTimeToArrive } from "../arrival.ts";
import { followOrder } from "../following.ts";
import { deniedCreation } from "../may-create.ts";
import { createOnce, newName, placeIn, readObject } from "../objects.ts";
import { type BackupPhase, backupPhase } from "./backups.ts";
import { clusterPath, folders, group, type Place, prefix, version } from "./names.ts";

const specSchema = z.record(z.string(), z.json());
const wishSchema = z.object({
  name: z.string(),
  at: z.number(),
  database: z.string(),
  spec: specSchema,
});
type Wish = z.infer<typeof wishSchema>;

/** Backs a database up now, in the way of its schedule or as the database itself is set up. */
export function backupNowAction({ access }: ClusterActionParts): Action {
  const placeOf = ({ id }: Pick<Resource, "id">): Place => {
    const place =
      placeIn(folders.schedules, access.system, id) ?? placeIn(folders.databases, access.system, id);
    if (!place) throw new Error(`${id} is no database nor a schedule of one`);
    return place;
  };
  const pathOf = (resource: Pick<Resource, "id">, { name }: Wish) =>
    `${prefix}/namespaces/${placeOf(resource).namespace}/backups/${name}`;
  return {
    id: "cnpg.backup-now",
    title: text("Back up the database now", "Sauvegarder la base maintenant"),
    verb: text("Back up", "Sauvegarder"),
    risk: "safe",
    effect: "once",
    kinds: ["service", "backup-policy"],
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: ({ id }) =>
      placeIn(folders.databases, access.system, id) !== null ||
      placeIn(folders.schedules, access.system, id) !== null,
    describe: () => ({
      steps: [
        text(
          "Have the operator make a base backup of the database.",
          "Faire faire une sauvegarde de base par l'opérateur.",
        ),
      ],
      proof: text(
        "The backup is complete, with the WAL that it needs.",
        "La sauvegarde est complète, avec les journaux WAL nécessaires.",
      ),
      undo: null,
    }),

    async probe({ resource, signal }) {
      const place = placeOf(resource);
      const found = await specFor(access, place, access.has(resource.id, folders.schedules), signal);
      if (found.spec === null) return { state: "impossible", text: found.why, observed: {} };
      const { namespace } = place;
      const denied = await deniedCreation(access, [{ group, resource: "backups", namespace }], signal);
      if (denied) return { state: "impossible", text: denied, observed: {} };
      const { spec, database } = found;
      return {
        state: "needed",
        text: text(
          `${database} is backed up (${spec.method}).`,
          `${database} est sauvegardée (${spec.method}).`,
        ),
        observed: { name: newName(database), at: access.now(), database, spec: specSchema.parse(spec) },
      };
    },

    async apply({ resource, signal, committed }, _input, probe) {
      const { name, spec } = wishSchema.parse(probe.observed);
      const { namespace } = placeOf(resource);
      committed();
      await createOnce(access, {
        path: `${prefix}/namespaces/${namespace}/backups`,
        body: { apiVersion: version, kind: "Backup", metadata: { name, namespace }, spec },
        signal,
      });
      return { data: { backup: name } };
    },

    async verify(context, _input, probe): Promise<Verification> {
      const wish = wishSchema.parse(probe.observed);
      const ended = await follow(access, pathOf(context.resource, wish), wish.name, context);
      return ended === null ? gone(wish) : outcome(wish, ended);
    },

    async settle({ resource, signal }, _input, probe: Probe): Promise<Settlement> {
      const wish = wishSchema.parse(probe.observed);
      const object = await readObject(access, pathOf(resource, wish), signal);
      if (object === null) return neverSent(wish, hadTimeToArrive(access, wish.name, wish.at));
      const phase = backupPhase(object);
      const { text: words, data } = outcome(wish, object);
      const effect = phase === "good" ? "happened" : phase === "failed" ? "did-not-happen" : "unknown";
      return { effect, text: words, data };
    },
  };
}

/** What a backup of a database or schedule is asked for as; null, and why, where it can be none. */
async function specFor(
  access: ClusterAccess,
  place: Place,
  isSchedule: boolean,
  signal: AbortSignal,
): Promise<{ spec: Record<string, unknown>; database: string; why: null } | { spec: null; why: LocalText }> {
  if (isSchedule) {
    const path = `${prefix}/namespaces/${place.namespace}/scheduledbackups/${place.name}`;
    const schedule = await readObject(access, path, signal);
    const database = wordAt(schedule, "spec", "cluster", "name");
    if (database === null) {
      return {
        spec: null,
        why: text("The schedule is not there any more.", "La planification n'existe plus."),
      };
    }
    const own = at(schedule, "spec");
    const names = ["method", "target", "online", "onlineConfiguration", "pluginConfiguration"];
    const kept = Object.entries(isTree(own) ? own : {}).filter(([key]) => names.includes(key));
    return {
      spec: { method: "barmanObjectStore", ...Object.fromEntries(kept), cluster: { name: database } },
      database,
      why: null,
    };
  }
  const cluster = await readObject(access, clusterPath(place), signal);
  const way = wayOf(cluster);
  if (way !== null)
    return { spec: { ...way, cluster: { name: place.name } }, database: place.name, why: null };
  return {
    spec: null,
    why: text(
      "The database is not set up to be backed up: it names no object store, plugin or volume snapshots.",
      "La base n'est pas configurée pour être sauvegardée : elle ne désigne ni stockage objet, ni greffon, ni instantanés de volumes.",
    ),
  };
}

function wayOf(cluster: Item["object"]): Record<string, unknown> | null {
  const archiver = treesAt(cluster, "spec", "plugins").find(
    ({ enabled, isWALArchiver }) => enabled !== false && isWALArchiver === true,
  );
  if (typeof archiver?.name === "string") {
    return { method: "plugin", pluginConfiguration: { name: archiver.name } };
  }
  if (isTree(at(cluster, "spec", "backup", "barmanObjectStore"))) return { method: "barmanObjectStore" };
  return isTree(at(cluster, "spec", "backup", "volumeSnapshot")) ? { method: "volumeSnapshot" } : null;
}

/** Follows a backup to its end; null when it is gone. Throws OpsErrors when it takes longer than six hours. */
async function follow(
  access: ClusterAccess,
  path: string,
  name: string,
  context: Pick<ActionContext, "signal" | "progress">,
): Promise<Item["object"]> {
  let told: BackupPhase | null = null;
  const tell = (object: Item["object"]) => {
    const phase = backupPhase(object);
    if (phase !== told) context.progress(progressWords(name, phase));
    told = phase;
  };
  const look = () => readObject(access, path, context.signal);
  const isOver = (object: Item["object"]) => ["good", "failed"].includes(backupPhase(object));
  return followOrder(access, { look, isOver, tell, tooLong: () => tooLong(name) }, context);
}

function progressWords(name: string, phase: BackupPhase): LocalText {
  return phase === "archive-failing"
    ? text(
        `${name}: its data is there, but the WAL that it needs is not archived; that is waited for.`,
        `${name} : ses données sont là, mais les journaux WAL nécessaires ne sont pas archivés ; l'attente continue.`,
      )
    : text(`The operator is backing up (${name}).`, `L'opérateur sauvegarde (${name}).`);
}

function outcome({ name, database }: Wish, object: Item["object"]): Verification {
  const phase = backupPhase(object);
  const data = { backup: name, id: wordAt(object, "status", "backupId"), phase };
  if (phase === "good") {
    const place = wordAt(object, "status", "destinationPath");
    const stopped = wordAt(object, "status", "stoppedAt");
    return {
      proven: stopped !== null,
      text: text(
        `${database} is backed up as ${name}${place ? ` at ${place}` : ""}.`,
        `${database} est sauvegardée sous ${name}${place ? ` dans ${place}` : ""}.`,
      ),
      data,
    };
  }
  if (phase !== "failed") return { proven: false, text: progressWords(name, phase), data };
  const why = cleaned(wordAt(object, "status", "error") ?? "").replace(/\.$/, "");
  return {
    proven: false,
    disproven: true,
    text: text(
      `The operator says that ${name} failed${why ? `: ${why}.` : " and not why."}`,
      `L'opérateur indique que ${name} a échoué${why ? ` : ${why}.` : ", sans dire pourquoi."}`,
    ),
    data,
  };
}

function gone({ name }: Wish): Verification {
  return {
    proven: false,
    text: text(
      `There is no backup ${name} any more: nothing says how it ended.`,
      `Il n'y a plus de sauvegarde ${name} : rien n'indique comment elle s'est terminée.`,
    ),
    data: { backup: name },
  };
}

function neverSent({ name }: Wish, isSure: boolean): Settlement {
  return {
    effect: isSure ? "did-not-happen" : "unknown",
    text: isSure
      ? text(`The backup ${name} was never asked for.`, `La sauvegarde ${name} n'a jamais été demandée.`)
      : text(
          `There is no backup ${name} yet; it may still arrive.`,
          `Il n'y a pas encore de sauvegarde ${name} ; la demande peut encore arriver.`,
        ),
    data: { backup: name },
  };
}

/** `kubernetes.cnpg-too-long` */
function tooLong(name: string) {
  return kubernetesFault(
    "cnpg-too-long",
    text(
      `The operator has not ended the backup ${name} within six hours.`,
      `L'opérateur n'a pas terminé la sauvegarde ${name} en six heures.`,
    ),
    text(
      "Look at the Backup and at the WAL archive of the database; it may still end there.",
      "Consultez l'objet Backup et l'archive WAL de la base ; elle peut encore s'y terminer.",
    ),
  );
}
