import type { Manifest, ManifestCheck, ManifestEdit, ManifestFault } from "../../../../shared/manifest.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Manifests } from "../../system.ts";
import { kubernetesFault } from "../client/faults.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { at } from "../kinds/seen.ts";
import { isTree } from "../list-watch/items.ts";
import { contentOf, type Tree, versionOf } from "./content.ts";
import { differences, differenceWords } from "./differences.ts";
import { stepsOf } from "./locate.ts";
import { excessOf } from "./measure.ts";
import { type ObjectPlace, objectOf } from "./place.ts";
import { readObject, type Trial, tryEdit } from "./trial.ts";
import { type WrittenObject, writeYaml } from "./yaml-text.ts";

const mostRemembered = 20;
const mostMoved = 20;

/** The objects of one cluster as YAML: to read, and to try an edit of. */
export class ClusterManifests implements Manifests {
  readonly #access: ClusterAccess;
  /** What was read lately, by version, to tell what has moved since. */
  readonly #read = new Map<string, Tree>();

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** Whether a resource has an object that can be shown. */
  has(resource: string): boolean {
    return objectOf(this.#access, resource) !== null;
  }

  async read(resource: string, signal: AbortSignal): Promise<Manifest> {
    const object = await readObject(this.#access, this.#place(resource), signal);
    const content = contentOf(object);
    const version = versionOf(object);
    this.#remember(version, content);
    return { yaml: writeYaml(content), version, locked: lockOf(object) };
  }

  async check(edit: ManifestEdit, signal: AbortSignal): Promise<ManifestCheck> {
    const trial = await tryEdit(this.#access, this.#place(edit.resource), edit, signal);
    const before = writeYaml(trial.before);
    const { warnings } = trial;
    const lock = lockOf(trial.current);
    if (lock) {
      return { outcome: "refused", before, after: before, faults: [nowhere(lock)], warnings };
    }
    switch (trial.outcome) {
      case "refused":
        return { outcome: "refused", before, after: before, faults: trial.faults, warnings };
      case "outdated":
        return {
          outcome: "outdated",
          before,
          after: writeYaml(contentOf(trial.written.object)),
          faults: this.#moved(edit.version, trial),
          warnings,
        };
      default:
        return { outcome: trial.outcome, before, after: writeYaml(trial.after), faults: [], warnings };
    }
  }

  #place(resource: string): ObjectPlace {
    const place = objectOf(this.#access, resource);
    if (place) return place;
    throw kubernetesFault(
      "no-manifest",
      text(
        "This has no object of its own in the cluster.",
        "Cette ressource n'a pas d'objet propre dans la grappe.",
      ),
      text("Open what it is made of instead.", "Ouvrez plutôt ce qui la compose."),
    );
  }

  #remember(version: string, content: Tree): void {
    this.#read.delete(version);
    this.#read.set(version, content);
    for (const old of this.#read.keys()) {
      if (this.#read.size <= mostRemembered) break;
      this.#read.delete(old);
    }
  }

  /** What has moved since an edit's version was read, at its place in the edit. */
  #moved(version: string, trial: Trial & { written: WrittenObject }): ManifestFault[] {
    const base = this.#read.get(version);
    if (!base) {
      return [
        nowhere(text("The object was changed since it was read.", "L'objet a changé depuis sa lecture.")),
      ];
    }
    return differences(base, trial.before)
      .slice(0, mostMoved)
      .map((difference) => {
        const words = differenceWords(difference);
        return {
          ...trial.written.at(stepsOf(difference.field)),
          text: text(`Changed meanwhile: ${words.en}`, `Modifié entre-temps : ${words.fr}`),
        };
      });
  }
}

function nowhere(words: LocalText): ManifestFault {
  return { line: null, column: null, text: words };
}

/** Why an object cannot be edited here; null when it can. */
export function lockOf(object: Tree): LocalText | null {
  if (at(object, "metadata", "deletionTimestamp") !== undefined) {
    return text("It is being deleted.", "Il est en cours de suppression.");
  }
  const annotations = at(object, "metadata", "annotations");
  if (isTree(annotations) && Object.hasOwn(annotations, "kubernetes.io/config.mirror")) {
    return text(
      "A node runs this pod from a file of its own: change that file.",
      "Un nœud exécute ce pod depuis son propre fichier : modifiez ce fichier.",
    );
  }
  if (excessOf(contentOf(object)) !== null) {
    return text(
      "It holds a number that cannot be kept exactly here: edit it with kubectl.",
      "Il contient un nombre qui ne peut pas être conservé exactement ici : modifiez-le avec kubectl.",
    );
  }
  return null;
}
