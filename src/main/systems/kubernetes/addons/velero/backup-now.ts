import { z } from "zod";
import type { Probe } from "../../../../../shared/action.ts";
import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { at, wordAt } from "../../kinds/seen.ts";
import { type Item, isTree } from "../../list-watch/items.ts";
import { deniedCreation } from "../may-create.ts";
import { createOnce, newName, readObject } from "../objects.ts";
import { type Asked, failed, follow, isGood, settle } from "./follow.ts";
import { group, labels, prefix, schedulePlace, version } from "./names.ts";
import { isReadOnly, isUnavailable } from "./schedules.ts";

/** Backs up what a schedule backs up, now: a Backup of its template, followed until its data is at the location. */
export function backupNowAction({ access }: ClusterActionParts): Action {
  const placeOf = (resource: Pick<Resource, "id">) => {
    const place = schedulePlace(access.system, resource.id);
    if (!place) throw new Error(`${resource.id} is no schedule of Velero`);
    return place;
  };
  const askedOf = (resource: Pick<Resource, "id">, { observed }: Probe): Asked => ({
    what: "backup",
    namespace: placeOf(resource).namespace,
    name: String(observed.name),
  });
  const read = (resource: Pick<Resource, "id">, signal: AbortSignal) => {
    const { namespace, name } = placeOf(resource);
    return readObject(access, `${prefix}/namespaces/${namespace}/schedules/${name}`, signal);
  };
  return {
    id: "velero.backup-now",
    title: text("Back up now", "Sauvegarder maintenant"),
    verb: text("Back up", "Sauvegarder"),
    risk: "safe",
    effect: "once",
    kinds: ["backup-policy"],
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: (resource) => schedulePlace(access.system, resource.id) !== null,
    describe: () => ({
      steps: [
        text(
          "Have Velero make a backup by the schedule's template.",
          "Faire faire une sauvegarde par Velero selon le modèle de la planification.",
        ),
      ],
      proof: text(
        "Velero calls the backup complete, and the data of every volume in it has been moved.",
        "Velero indique que la sauvegarde est complète, et les données de chaque volume ont été transférées.",
      ),
      undo: null,
    }),

    async probe({ resource, signal }) {
      const { namespace, name } = placeOf(resource);
      const schedule = await read(resource, signal);
      const observed = { name: newName(name), at: access.now() };
      const objection =
        (await objectionTo(access, namespace, schedule, signal)) ??
        (await deniedCreation(access, [{ group, resource: "backups", namespace }], signal));
      if (objection) return { state: "impossible", text: objection, observed };
      return {
        state: "needed",
        text: text(
          `The backup will lie at ${locationOf(schedule)}.`,
          `La sauvegarde se trouvera à ${locationOf(schedule)}.`,
        ),
        observed,
      };
    },

    async apply({ resource, signal, committed }, _input, probe) {
      const { namespace, name } = placeOf(resource);
      const asked = askedOf(resource, probe);
      const schedule = await read(resource, signal);
      const template = at(schedule, "spec", "template");
      const metadata = { name: asked.name, namespace, labels: { [labels.schedule]: name } };
      const spec = isTree(template) ? template : {};
      committed();
      await createOnce(access, {
        path: `${prefix}/namespaces/${namespace}/backups`,
        body: { apiVersion: version, kind: "Backup", metadata, spec },
        signal,
      });
      return { data: { backup: asked.name } };
    },

    async verify(context, _input, probe): Promise<Verification> {
      const asked = askedOf(context.resource, probe);
      const ended = await follow(access, asked, context);
      if (ended === null || !isGood(ended)) return failed(asked, ended);
      const { items, volumes, allBytes } = ended;
      return {
        proven: items > 0,
        text: text(
          `Backed up as ${asked.name}: objects ${items}, volumes with their data moved: ${volumes}.`,
          `Sauvegardé sous ${asked.name} : objets ${items}, volumes dont les données sont transférées : ${volumes}.`,
        ),
        data: { backup: asked.name, items, volumes, bytes: allBytes },
      };
    },

    settle: ({ resource, signal }, _input, probe) =>
      settle(access, askedOf(resource, probe), { sentAt: Number(probe.observed.at), signal }),
  };
}

function locationOf(schedule: Item["object"]): string {
  return wordAt(schedule, "spec", "template", "storageLocation") ?? "default";
}

async function objectionTo(
  access: ClusterAccess,
  namespace: string,
  schedule: Item["object"],
  signal: AbortSignal,
): Promise<LocalText | null> {
  if (schedule === null)
    return text("The schedule is not there any more.", "La planification n'existe plus.");
  const name = locationOf(schedule);
  const path = `${prefix}/namespaces/${namespace}/backupstoragelocations/${name}`;
  const location = await readObject(access, path, signal);
  if (location === null || isUnavailable(location)) {
    return text(
      `Velero cannot use the location ${name}.`,
      `Velero ne peut pas utiliser l'emplacement ${name}.`,
    );
  }
  if (isReadOnly(location)) {
    return text(
      `Velero only reads at the location ${name}.`,
      `Velero ne fait que lire à l'emplacement ${name}.`,
    );
  }
  return null;
}
