import type { OpsError, WireError } from "../../../../shared/errors.ts";
import type { Problem } from "../../../../shared/resource.ts";
import type { VsphereSystemConfig } from "../../../../shared/systems/vsphere.ts";
import { text } from "../../../../shared/text.ts";
import type { Tag, TagReading } from "./reading.ts";

export interface TagBookParts {
  /** Which tags name the environment of what they are on; undefined: none do. */
  environments: VsphereSystemConfig["environments"];
  now(): number;
}

const mostNamed = 5;
const none: readonly Tag[] = [];

/** What is known of the tags of one vCenter's objects, and why not more. */
export class TagBook {
  readonly #parts: TagBookParts;
  #tags: ReadonlyMap<string, readonly Tag[]> | null = null;
  #readAt: number | null = null;
  #cut = false;
  #error: WireError | null = null;
  /** Tags of the category of environments that stand for none, by name. */
  #unmapped: string[] = [];

  constructor(parts: TagBookParts) {
    this.#parts = parts;
  }

  /** Takes in a reading; gives the identifiers of the objects whose tags are others than before, null at the first: all. */
  take({ tags, cut }: TagReading): Set<string> | null {
    const before = this.#tags;
    this.#tags = tags;
    this.#readAt = this.#parts.now();
    this.#cut = cut;
    this.#error = null;
    this.#unmapped = this.#unmappedIn(tags);
    if (!before) return null;
    const changed = new Set<string>();
    for (const id of new Set([...tags.keys(), ...before.keys()])) {
      const [now, then] = [tags.get(id) ?? none, before.get(id) ?? none];
      if (!isSame(now, then)) changed.add(id);
    }
    return changed;
  }

  /** A reading has failed; what was read before is kept with its age. True when that is another error than before. */
  fail(error: OpsError): boolean {
    const isOther = this.#error?.code !== error.code;
    this.#error = error.toWire();
    return isOther;
  }

  /** When the tags were read; null while they never were. */
  get readAt(): number | null {
    return this.#readAt;
  }

  /** `Environment: Production`, of each tag of an object; null while none were read. */
  wordsOf(id: string): string[] | null {
    if (!this.#tags) return null;
    return (this.#tags.get(id) ?? none).map(({ category, name }) => `${category}: ${name}`);
  }

  /** The environment that the tags of an object name; of several the one that the estate file names first. */
  environmentOf(id: string): string | null {
    const { environments } = this.#parts;
    const tags = this.#tags?.get(id);
    if (!environments || !tags) return null;
    const names = new Set(tags.flatMap((tag) => (tag.category === environments.category ? tag.name : [])));
    return Object.entries(environments.tags).find(([name]) => names.has(name))?.[1] ?? null;
  }

  /** What vCenter is told to be wrong for. That it offers no tags is nothing wrong, unless environments are named by them. */
  problems(): Problem[] {
    const { environments } = this.#parts;
    const problems: Problem[] = [];
    const isNeeded = this.#error?.code !== "vsphere.rest-not-offered" || environments !== undefined;
    if (this.#error && isNeeded) {
      const { en, fr } = this.#error.message;
      problems.push({
        code: "vsphere.tags-unread",
        health: "warning",
        text: text(`Its tags are not read. ${en}`, `Ses étiquettes ne sont pas lues. ${fr}`),
      });
    }
    if (this.#cut) {
      problems.push({
        code: "vsphere.tags-cut",
        health: "warning",
        text: text(
          "It has more tags than are read: some are not shown.",
          "Il a plus d'étiquettes qu'il n'en est lu : certaines ne sont pas affichées.",
        ),
      });
    }
    if (environments && this.#unmapped.length > 0) {
      const { category } = environments;
      const some = this.#unmapped.slice(0, mostNamed).join(", ");
      const more = this.#unmapped.length > mostNamed ? "…" : "";
      problems.push({
        code: "vsphere.tags-unmapped",
        health: "warning",
        text: text(
          `Tags of the category ${category} stand for no environment of the estate file: ${some}${more}.`,
          `Des étiquettes de la catégorie ${category} ne correspondent à aucun environnement du fichier de parc : ${some}${more}.`,
        ),
      });
    }
    return problems;
  }

  #unmappedIn(tags: ReadonlyMap<string, readonly Tag[]>): string[] {
    const { environments } = this.#parts;
    if (!environments) return [];
    const names = new Set<string>();
    for (const each of tags.values()) {
      for (const { category, name } of each) {
        if (category === environments.category && !Object.hasOwn(environments.tags, name)) names.add(name);
      }
    }
    return [...names].sort();
  }
}

function isSame(some: readonly Tag[], others: readonly Tag[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ category, name }, at) => category === others[at]?.category && name === others[at]?.name)
  );
}
