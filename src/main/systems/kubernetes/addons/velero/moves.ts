import type { Problem } from "../../../../../shared/resource.ts";
import { text } from "../../../../../shared/text.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { Gatherer, Mirrored, MovePart } from "../../kinds/kind.ts";
import { attachedTo, numberAt, problem, timeAt, timeOf, wordAt } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { everything, labels, veleroIds } from "./names.ts";
import { moveOf } from "./states.ts";

/** Velero itself gives a mover half an hour to be prepared, and four hours to move what there is, unless told otherwise. */
const prepares = 30 * 60_000;
const moves = 4 * 3_600_000;

/** A DataUpload or PodVolumeBackup. Source: velero.io/v2alpha1 DataUpload, velero.io/v1 PodVolumeBackup. */
export function movePart({ metadata, object }: Item): MovePart | null {
  const backup = metadata.labels[labels.backup];
  const application = wordAt(object, "spec", "sourceNamespace") ?? wordAt(object, "spec", "pod", "namespace");
  if (metadata.namespace === null || backup === undefined || application === null) return null;
  return {
    is: "move",
    namespace: metadata.namespace,
    backup,
    application,
    volume: wordAt(object, "spec", "sourcePVC") ?? wordAt(object, "spec", "volume") ?? metadata.name,
    state: moveOf(object),
    bytes: numberAt(object, "status", "progress", "totalBytes") ?? 0,
    since: timeAt(object, "status", "startTimestamp") ?? timeOf(metadata.creationTimestamp),
  };
}

/** The sizes of backups, and what of their data is stuck or failed, told of their restore points. */
export class MoveGatherer implements Gatherer {
  readonly #access: ClusterAccess;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const { system } = this.#access;
    const sums = new Map<string, { bytes: number; problems: Problem[] }>();
    for (const { part } of objects) {
      if (part?.is !== "move") continue;
      const backup = { namespace: part.namespace, name: part.backup };
      // A backup of everything has one restore point for all namespaces.
      for (const application of [part.application, everything]) {
        const id = veleroIds.point(system, backup, application);
        const sum = sums.get(id) ?? { bytes: 0, problems: [] };
        sums.set(id, sum);
        sum.bytes += part.bytes;
        sum.problems.push(...this.#problems(part));
      }
    }
    return new Map(
      [...sums].map(([id, { bytes, problems }]) => [
        id,
        { seen: null, attached: attachedTo(id, { facts: { "backup.size": bytes }, problems }), part: null },
      ]),
    );
  }

  /** What goes on may be stuck by now, though nothing of it changed. */
  async complete(objects: Iterable<Mirrored>): Promise<boolean> {
    for (const { part } of objects) {
      if (part?.is === "move" && (part.state === "waiting" || part.state === "moving")) return true;
    }
    return false;
  }

  #problems({ state, volume, since }: MovePart): Problem[] {
    if (state === "failed" || state === "cancelled") {
      return [
        problem(
          `velero-data-failed.${volume}`,
          "critical",
          text(
            `The data of the volume ${volume} is not in this backup: its upload failed or was cancelled.`,
            `Les données du volume ${volume} manquent dans cette sauvegarde : leur envoi a échoué ou a été annulé.`,
          ),
        ),
      ];
    }
    const age = since === null ? 0 : this.#access.now() - since;
    if (state === "done" || age < (state === "waiting" ? prepares : moves)) return [];
    const minutes = Math.round(age / 60_000);
    return [
      problem(
        `velero-data-stuck.${volume}`,
        "warning",
        text(
          `The upload of the volume ${volume} has been under way for ${minutes} minutes and is probably stuck.`,
          `L'envoi du volume ${volume} dure depuis ${minutes} minutes et est probablement bloqué.`,
        ),
      ),
    ];
  }
}
