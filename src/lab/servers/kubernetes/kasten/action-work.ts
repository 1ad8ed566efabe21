import { randomUUID } from "node:crypto";
import type { Cluster } from "../cluster/cluster.ts";
import { suffix } from "../cluster/suffix.ts";
import { count, type JsonObject, type KubeObject, stamp, words } from "../store/object.ts";
import { type ActionKind, actionsNamed, groups } from "./resources.ts";

/** World milliseconds between two steps of an action that waits for something. */
const look = 2_000;
const steps = 5;

export interface ActionWish {
  /** Its own name, or what its generated name begins with. */
  name: string;
  generated?: boolean;
  namespace: string;
  labels: Record<string, string>;
  spec: JsonObject;
}

/** How long an action takes in world milliseconds, and whether it is held up right now. */
export interface Pace {
  takes(): number;
  stalls(): boolean;
}

/** Follows Kasten's actions: each is begun, gets on while nothing holds it up, and ends with what its work says. */
export class ActionWork {
  readonly cluster: Cluster;
  private readonly planned = new Map<string, () => void>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Keeps a new action as a client would have created it. */
  create(kind: ActionKind, { name, generated, namespace, labels, spec }: ActionWish): KubeObject {
    return this.cluster.collection(actionsNamed(kind)).put({
      apiVersion: `${groups.actions}/v1alpha1`,
      kind,
      metadata: {
        name: generated ? `${name}-${suffix()}` : name,
        namespace,
        uid: randomUUID(),
        resourceVersion: "",
        creationTimestamp: stamp(this.cluster.now()),
        labels,
      },
      spec,
      status: { state: "Pending" },
    });
  }

  /** An action that only waits for others runs from now on. */
  begun(kind: ActionKind, action: KubeObject): void {
    this.set(kind, action, { state: "Running", startTime: stamp(this.cluster.now()) });
  }

  /** Lets an action run at that pace; `done` does its work at the end, and says why it failed or null. */
  run(kind: ActionKind, action: KubeObject, pace: Pace, done: (action: KubeObject) => string | null): void {
    const { namespace, name, uid } = action.metadata;
    const collection = this.cluster.collection(actionsNamed(kind));
    this.set(kind, action, {
      state: "Running",
      startTime: words(action.status, "startTime") || stamp(this.cluster.now()),
      progress: 0,
    });
    const step = () => {
      this.planned.delete(uid);
      const now = collection.get(namespace, name);
      if (!now || now.metadata.uid !== uid) return;
      if (pace.stalls()) {
        this.plan(uid, look, step);
        return;
      }
      const progress = count(now.status, ["progress"]) + 100 / steps;
      const after = this.set(kind, now, { progress: Math.min(100, progress) });
      if (progress < 100) this.plan(uid, pace.takes() / steps, step);
      else this.end(kind, after, done(after));
    };
    this.plan(uid, pace.takes() / steps, step);
  }

  /** Ends an action; `why` is null where it is complete. */
  end(
    kind: ActionKind,
    action: KubeObject,
    why: string | null,
    state = why === null ? "Complete" : "Failed",
  ): void {
    const { namespace, name } = action.metadata;
    const now = this.cluster.collection(actionsNamed(kind)).get(namespace, name);
    if (!now) return;
    this.set(kind, now, {
      state,
      endTime: stamp(this.cluster.now()),
      ...(why === null
        ? {}
        : { error: { message: "Job failed to be executed", cause: JSON.stringify({ message: why }) } }),
    });
  }

  /** Calls `work` once, after so many world milliseconds. */
  plan(key: string, milliseconds: number, work: () => void): void {
    this.planned.get(key)?.();
    this.planned.set(key, this.cluster.clock.after(milliseconds, work));
  }

  close(): void {
    for (const cancel of this.planned.values()) cancel();
    this.planned.clear();
  }

  private set(kind: ActionKind, action: KubeObject, status: JsonObject): KubeObject {
    return this.cluster
      .collection(actionsNamed(kind))
      .put({ ...action, status: { ...action.status, ...status } });
  }
}
