import { z } from "zod";
import type { Probe } from "../../../../../shared/action.ts";
import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { at } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { deniedCreation } from "../may-create.ts";
import { newName, readObject } from "../objects.ts";
import { type ActionPlace, createAction, failedAction, followAction, settleAction } from "./action-object.ts";
import { kastenObjects } from "./lists.ts";
import { groups, labels, policyPlace, prefixes, versions } from "./names.ts";
import { pointPart } from "./points.ts";
import { doesOf, exportsTo } from "./policy.ts";
import { stateOf, whyOf } from "./states.ts";

interface Running {
  id: string;
  does: "backup" | "import";
  title: LocalText;
  verb: LocalText;
  step: LocalText;
  proof: LocalText;
}

/** Runs a policy now: one that backs up and exports, or one that imports what another cluster has exported. */
export function runActions(parts: ClusterActionParts): Action[] {
  return [
    runAction(parts, {
      id: "kasten.run-policy",
      does: "backup",
      title: text("Back up now", "Sauvegarder maintenant"),
      verb: text("Back up", "Sauvegarder"),
      step: text(
        "Have Kasten run the policy: back up what it protects, then export that where the policy exports.",
        "Faire exécuter la politique par Kasten : sauvegarder ce qu'elle protège, puis l'exporter si elle exporte.",
      ),
      proof: text(
        "Each backup and each export of this run is complete, and its restore points are there.",
        "Chaque sauvegarde et chaque export de cette exécution est terminé, et ses points de restauration existent.",
      ),
    }),
    runAction(parts, {
      id: "kasten.import",
      does: "import",
      title: text("Import restore points now", "Importer les points de restauration maintenant"),
      verb: text("Import", "Importer"),
      step: text(
        "Have Kasten run the policy: make the restore points that the other cluster has exported known here.",
        "Faire exécuter la politique par Kasten : rendre connus ici les points de restauration exportés par l'autre grappe.",
      ),
      proof: text(
        "The import is complete, and there are restore points of this policy.",
        "L'import est terminé et il existe des points de restauration de cette politique.",
      ),
    }),
  ];
}

function runAction(parts: ClusterActionParts, it: Running): Action {
  const { access } = parts;
  const placeOf = (resource: Pick<Resource, "id">) => {
    const place = policyPlace(access.system, resource.id);
    if (!place) throw new Error(`${resource.id} is no policy of Kasten`);
    return place;
  };
  const actionOf = (resource: Pick<Resource, "id">, probe: Probe): ActionPlace => ({
    plural: "runactions",
    namespace: placeOf(resource).namespace,
    name: String(probe.observed.name),
  });
  const read = (resource: Pick<Resource, "id">, signal: AbortSignal) => {
    const { namespace, name } = placeOf(resource);
    return readObject(access, `${prefixes.config}/namespaces/${namespace}/policies/${name}`, signal);
  };
  return {
    id: it.id,
    title: it.title,
    verb: it.verb,
    risk: "safe",
    effect: "once",
    kinds: ["backup-policy"],
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: (resource) =>
      policyPlace(access.system, resource.id) !== null &&
      (resource.facts["kasten.does"]?.value ?? it.does) === it.does,
    describe: () => ({ steps: [it.step], proof: it.proof, undo: null }),

    async probe({ resource, signal }) {
      const object = await read(resource, signal);
      const observed = { name: newName(placeOf(resource).name), at: access.now() };
      const objection = objectionTo(object, it.does);
      if (objection) return { state: "impossible", text: objection, observed };
      const { namespace } = placeOf(resource);
      const denied = await deniedCreation(
        access,
        [{ group: groups.actions, resource: "runactions", namespace }],
        signal,
      );
      if (denied) return { state: "impossible", text: denied, observed };
      const place = it.does === "backup" ? exportsTo(object) : null;
      const words =
        it.does === "import"
          ? text("The policy imports.", "La politique importe.")
          : place === null
            ? text(
                "The policy exports nothing: its restore points are lost with the cluster.",
                "La politique n'exporte rien : ses points de restauration disparaissent avec la grappe.",
              )
            : text(`The policy exports to ${place}.`, `La politique exporte vers ${place}.`);
      return { state: "needed", text: words, observed: { ...observed, exports: place !== null } };
    },

    async apply({ resource, signal, committed }, _input, probe) {
      const { namespace, name } = placeOf(resource);
      const place = actionOf(resource, probe);
      committed();
      await createAction(
        access,
        place,
        {
          labels: { [labels.policy]: name, [labels.policyNamespace]: namespace },
          spec: { subject: { apiVersion: versions.config, kind: "Policy", name, namespace } },
        },
        signal,
      );
      return { data: { action: place.name } };
    },

    async verify(context, _input, probe): Promise<Verification> {
      const place = actionOf(context.resource, probe);
      const ended = await followAction(access, place, context, () =>
        it.does === "backup"
          ? text("Kasten is backing up and exporting.", "Kasten sauvegarde et exporte.")
          : text("Kasten is importing.", "Kasten importe."),
      );
      if (ended?.state === "skipped") return skipped(place);
      if (ended?.state !== "complete") return failedAction(place, ended);
      return it.does === "backup"
        ? provenBackup(access, place, probe.observed.exports === true, context.signal)
        : provenImport(access, placeOf(context.resource), context.signal);
    },

    settle: ({ resource, signal }, _input, probe) =>
      settleAction(access, actionOf(resource, probe), { sentAt: Number(probe.observed.at), signal }),
  };
}

function objectionTo(object: Item["object"], does: "backup" | "import"): LocalText | null {
  if (object === null) return text("The policy is not there any more.", "La politique n'existe plus.");
  if (doesOf(object) !== does) {
    return does === "import"
      ? text("The policy does not import.", "La politique n'importe pas.")
      : text("The policy does not back up.", "La politique ne sauvegarde pas.");
  }
  if (at(object, "status", "validation") === "Failed") {
    return text("Kasten finds the policy invalid.", "Kasten juge la politique invalide.");
  }
  return null;
}

function skipped({ name }: ActionPlace): Verification {
  return {
    proven: false,
    disproven: true,
    text: text(
      "Kasten found nothing that the policy would apply to.",
      "Kasten n'a rien trouvé à quoi appliquer la politique.",
    ),
    data: { action: name, state: "skipped" },
  };
}

/** By the parts of the run themselves: a run that calls itself complete is no proof of its export. */
async function provenBackup(
  access: ClusterAccess,
  { name }: ActionPlace,
  exporting: boolean,
  signal: AbortSignal,
): Promise<Verification> {
  const selector = `${labels.run}=${name}`;
  const backups = await kastenObjects(access, `${prefixes.actions}/backupactions`, selector, signal);
  const exports = exporting
    ? await kastenObjects(access, `${prefixes.actions}/exportactions`, selector, signal)
    : [];
  const broken = [...backups, ...exports].find(({ object }) => stateOf(object) !== "complete");
  if (broken) {
    const why = whyOf(broken.object);
    const kind = typeof broken.object?.kind === "string" ? broken.object.kind : "";
    return {
      proven: false,
      disproven: stateOf(broken.object) !== "running",
      text: text(
        `The run is over, but not its ${kind} ${broken.metadata.name}${why ? `: ${why}` : "."}`,
        `L'exécution est finie, mais pas son ${kind} ${broken.metadata.name}${why ? ` : ${why}` : "."}`,
      ),
      data: { action: name, part: broken.metadata.name },
    };
  }
  const points = (
    await kastenObjects(access, `${prefixes.apps}/restorepointcontents`, selector, signal)
  ).flatMap((item) => pointPart(item) ?? []);
  const exported = points.filter(({ location }) => location !== null);
  const good = exporting ? exported : points;
  const applications = [
    ...new Set(backups.map(({ metadata }) => metadata.labels[labels.namespace] ?? metadata.namespace ?? "")),
  ];
  const missing = applications.filter((each) => !good.some(({ application }) => application === each));
  const data = { action: name, restorePoints: good.map((point) => point.name).slice(0, 50) };
  if (applications.length === 0 || missing.length > 0) {
    const which = missing.join(", ") || "?";
    return {
      proven: false,
      text: text(
        `The run is complete, but there is no restore point of ${which} from it.`,
        `L'exécution est terminée, mais il n'existe aucun point de restauration de ${which} qui en vienne.`,
      ),
      data,
    };
  }
  const names = applications.join(", ");
  return {
    proven: true,
    text: exporting
      ? text(`Backed up and exported: ${names}.`, `Sauvegardé et exporté : ${names}.`)
      : text(`Backed up: ${names}.`, `Sauvegardé : ${names}.`),
    data,
  };
}

async function provenImport(
  access: ClusterAccess,
  policy: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<Verification> {
  const selector = `${labels.policy}=${policy.name}`;
  const all = await kastenObjects(access, `${prefixes.apps}/restorepointcontents`, selector, signal);
  const points = all
    .flatMap((item) => pointPart(item) ?? [])
    .filter((point) => point.policy === `${policy.namespace}/${policy.name}`);
  const newest = points.reduce<number | null>((best, { madeAt }) => Math.max(best ?? 0, madeAt ?? 0), null);
  if (newest === null) {
    return {
      proven: false,
      disproven: true,
      text: text(
        "The import is complete, but the other cluster has exported nothing.",
        "L'import est terminé, mais l'autre grappe n'a rien exporté.",
      ),
      data: { restorePoints: 0 },
    };
  }
  const age = Math.max(0, Math.round((access.now() - newest) / 60_000));
  return {
    proven: true,
    text: text(
      `Restore points known here: ${points.length}. The newest is ${age} minutes old.`,
      `Points de restauration connus ici : ${points.length}. Le plus récent date de ${age} minutes.`,
    ),
    data: { restorePoints: points.length, newest },
  };
}
