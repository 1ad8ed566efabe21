import type { Collection } from "../store/collection.ts";
import type { Node, Pod } from "../store/kinds.ts";
import { items, read, words } from "../store/object.ts";
import { amount } from "./quantity.ts";

/** What nodes have to give and pods ask for, by its name in the API. */
const nodeResources = ["cpu", "memory"] as const;
type Room = Record<(typeof nodeResources)[number], number>;

/** What a pod asks its node to keep for it: the requests of its containers. Cores and bytes. */
function requestsOf(pod: Pod): Room {
  const containers = items(pod, "spec", "containers");
  const sum = (what: string) =>
    containers.reduce<number>((all, each) => all + amount(words(each, "resources", "requests", what)), 0);
  return { cpu: sum("cpu"), memory: sum("memory") };
}

/** What is kept on each node for the pods there that have not ended, without looking at all of them each time. */
export class NodeRoom {
  private readonly kept = new Map<string, Room>();

  constructor(pods: Collection<Pod>) {
    pods.onChange((after, before) => {
      if (before) this.add(before, -1);
      if (after) this.add(after, 1);
    });
  }

  /** What a pod asks for beyond what a node has left of it, as the scheduler counts reasons; none when it fits. */
  lacking(pod: Pod, node: Node): string[] {
    const kept = this.kept.get(node.metadata.name) ?? { cpu: 0, memory: 0 };
    const asked = requestsOf(pod);
    return nodeResources
      .filter((what) => {
        const whole = amount(String(read(node, "status", "allocatable", what) ?? ""));
        return asked[what] > 0 && kept[what] + asked[what] > whole + tolerance;
      })
      .map((what) => `Insufficient ${what}`);
  }

  private add(pod: Pod, times: 1 | -1): void {
    const { nodeName } = pod.spec;
    if (!nodeName || hasEnded(pod)) return;
    const kept = this.kept.get(nodeName) ?? { cpu: 0, memory: 0 };
    const asked = requestsOf(pod);
    for (const what of nodeResources) kept[what] += times * asked[what];
    this.kept.set(nodeName, kept);
  }
}

/** Whether its containers are over; one that is still to end keeps its room until then. */
export function hasEnded({ status }: Pod): boolean {
  return status.phase === "Succeeded" || status.phase === "Failed";
}

/** What adding up fractions of cores may be off by. */
const tolerance = 1e-6;
