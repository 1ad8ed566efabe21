import { randomUUID } from "node:crypto";
import type { Cluster } from "../cluster/cluster.ts";
import { type JsonObject, type KubeObject, stamp } from "../store/object.ts";
import { bytesIn, type Captured } from "./capture.ts";
import { groups, kastenNames, kastenNamespace } from "./resources.ts";

/** What is kept of a restore point beside its objects of the API. */
export interface Content {
  application: string;
  /** Epoch milliseconds, world time. */
  takenAt: number;
  objects: readonly Captured[];
  /** Whether its data lies at the location, so that it outlives the cluster. */
  isExported: boolean;
}

export interface PointWish extends Content {
  /** The name of its RestorePointContent. */
  name: string;
  policy: string | null;
  run: string | null;
  profile: string | null;
  /** The namespace and name of its RestorePoint; null while it is bound to none. */
  point: { namespace: string; name: string } | null;
}

const api = `${groups.apps}/v1alpha1`;

/** The restore points of one cluster, and what each holds. */
export class Points {
  private readonly cluster: Cluster;
  private readonly contents = new Map<string, Content>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Keeps a restore point: its content, and the RestorePoint that it is bound to. */
  add(wish: PointWish): void {
    const { name, application, takenAt, objects, policy, run, profile, point, isExported } = wish;
    this.contents.set(name, { application, takenAt, objects, isExported });
    const at = stamp(takenAt);
    const labels = {
      "k10.kasten.io/appName": application,
      "k10.kasten.io/appNamespace": application,
      "k10.kasten.io/appType": "namespace",
      ...(policy
        ? { "k10.kasten.io/policyName": policy, "k10.kasten.io/policyNamespace": kastenNamespace }
        : {}),
      ...(run ? { "k10.kasten.io/runActionName": run } : {}),
      ...(profile
        ? { "k10.kasten.io/exportProfile": profile, "k10.kasten.io/exportType": "portableAppData" }
        : {}),
    };
    const bytes = bytesIn(objects);
    this.cluster.collection(kastenNames.contents).put({
      apiVersion: api,
      kind: "RestorePointContent",
      metadata: { name, uid: randomUUID(), resourceVersion: "", creationTimestamp: at, labels },
      status: {
        state: point ? "Bound" : "Unbound",
        actionTime: at,
        scheduledTime: at,
        ...(point ? { restorePointRef: point } : {}),
        ...(isExported
          ? { physicalSizeBytes: bytes }
          : { logicalSizeBytes: bytes, physicalSizeBytes: bytes }),
      },
    });
    if (point) this.putPoint({ ...point, content: name, labels, at });
  }

  get(content: string): Content | null {
    return this.contents.get(content) ?? null;
  }

  /** The content that a RestorePoint of the API stands for; null where it leads nowhere. */
  behind(point: KubeObject): (Content & { name: string }) | null {
    const reference = point.spec?.restorePointContentRef;
    const name =
      reference && typeof reference === "object" && "name" in reference ? String(reference.name) : "";
    const found = this.contents.get(name);
    return found ? { ...found, name } : null;
  }

  /** A client has made a RestorePoint for a content that was bound to none. */
  bind(point: KubeObject): void {
    const behind = this.behind(point);
    const content = behind && this.cluster.collection(kastenNames.contents).get(undefined, behind.name);
    const { namespace, name } = point.metadata;
    if (!behind || !content || !namespace) return;
    const reference = { namespace, name };
    this.cluster
      .collection(kastenNames.contents)
      .put({ ...content, status: { ...content.status, state: "Bound", restorePointRef: reference } });
    const at = stamp(behind.takenAt);
    const labels = { ...content.metadata.labels, ...point.metadata.labels };
    const status = { actionTime: at, scheduledTime: at };
    this.cluster
      .collection(kastenNames.points)
      .put({ ...point, metadata: { ...point.metadata, labels }, status });
  }

  /** A RestorePoint is gone, or a content with all that it holds. */
  dropped(gone: KubeObject): void {
    if (gone.kind === "RestorePointContent") {
      this.contents.delete(gone.metadata.name);
      return;
    }
    const behind = this.behind(gone);
    const content = behind && this.cluster.collection(kastenNames.contents).get(undefined, behind.name);
    if (!content) return;
    const { restorePointRef: _, ...status } = content.status ?? {};
    this.cluster
      .collection(kastenNames.contents)
      .put({ ...content, status: { ...status, state: "Unbound" } });
  }

  /** Retires a restore point. */
  retire(name: string): void {
    const content = this.cluster.collection(kastenNames.contents).get(undefined, name);
    const reference = content?.status?.restorePointRef as { namespace: string; name: string } | undefined;
    if (reference) this.cluster.collection(kastenNames.points).remove(reference.namespace, reference.name);
    this.cluster.collection(kastenNames.contents).remove(undefined, name);
  }

  /** The artifacts of a content, as the subresource `details` tells them. */
  artifacts(content: Content): JsonObject[] {
    return content.objects.map(({ resource, object }) => {
      const [plural = "", ...group] = resource.split(".");
      const { name } = object.metadata;
      return {
        meta: {
          spec: {
            group: group.join("."),
            version: object.apiVersion.split("/").at(-1),
            resource: plural,
            name,
          },
        },
      };
    });
  }

  private putPoint(wish: {
    namespace: string;
    name: string;
    content: string;
    labels: Record<string, string>;
    at: string;
  }): void {
    const { namespace, name, content, labels, at } = wish;
    this.cluster.collection(kastenNames.points).put({
      apiVersion: api,
      kind: "RestorePoint",
      metadata: { name, namespace, uid: randomUUID(), resourceVersion: "", creationTimestamp: at, labels },
      spec: { restorePointContentRef: { name: content } },
      status: { actionTime: at, scheduledTime: at },
    });
  }
}
