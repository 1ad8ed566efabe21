import type { Collection } from "../store/collection.ts";
import type { Pod } from "../store/kinds.ts";
import { type KubeObject, keyOf } from "../store/object.ts";

/** Groups of pods by one thing they have in common. */
class Groups {
  private readonly members = new Map<string, Set<string>>();

  move(key: string, before: string | undefined, after: string | undefined): void {
    if (before === after) return;
    if (before !== undefined) {
      const left = this.members.get(before);
      left?.delete(key);
      if (left?.size === 0) this.members.delete(before);
    }
    if (after === undefined) return;
    const joined = this.members.get(after) ?? new Set();
    this.members.set(after, joined.add(key));
  }

  of(group: string): ReadonlySet<string> {
    return this.members.get(group) ?? new Set();
  }
}

/** Finds pods by node, by owner and by namespace without looking at all of them. */
export class PodIndex {
  private readonly pods: Collection<Pod>;
  private readonly nodes = new Groups();
  private readonly owners = new Groups();
  private readonly namespaces = new Groups();

  constructor(pods: Collection<Pod>) {
    this.pods = pods;
    pods.onChange((after, before) => {
      const { namespace, name } = (after ?? before)?.metadata ?? { name: "" };
      const key = keyOf(namespace, name);
      this.nodes.move(key, before?.spec.nodeName, after?.spec.nodeName);
      this.owners.move(
        key,
        before ? ownerOf(before)?.uid : undefined,
        after ? ownerOf(after)?.uid : undefined,
      );
      this.namespaces.move(key, before?.metadata.namespace, after?.metadata.namespace);
    });
  }

  onNode(node: string): Pod[] {
    return this.list(this.nodes.of(node));
  }

  countOnNode(node: string): number {
    return this.nodes.of(node).size;
  }

  /** The pods of the controller with that uid. */
  ownedBy(uid: string): Pod[] {
    return this.list(this.owners.of(uid));
  }

  inNamespace(namespace: string): Pod[] {
    return this.list(this.namespaces.of(namespace));
  }

  private list(keys: ReadonlySet<string>): Pod[] {
    return [...keys].flatMap((key) => {
      const [namespace, name = ""] = key.split("/");
      return this.pods.get(namespace, name) ?? [];
    });
  }
}

/** The controller that an object belongs to. */
export function ownerOf({ metadata }: Pick<KubeObject, "metadata">) {
  return metadata.ownerReferences?.find((reference) => reference.controller === true);
}
