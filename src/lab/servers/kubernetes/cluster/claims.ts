import { randomUUID } from "node:crypto";
import type { Pod, Workload } from "../store/kinds.ts";
import { type JsonObject, type KubeObject, read, stamp } from "../store/object.ts";

/** The claims of one replica of a StatefulSet, bound: the lab's storage always has room. */
export function claimsOf(set: Workload, index: number, now: number): KubeObject[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => {
    const uid = randomUUID();
    const size = read(template, "spec", "resources", "requests", "storage");
    const { namespace, name } = set.metadata;
    return {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {
        name: `${String(read(template, "metadata", "name"))}-${name}-${index}`,
        ...(namespace ? { namespace } : {}),
        uid,
        resourceVersion: "",
        creationTimestamp: stamp(now),
        labels: { ...set.spec.selector.matchLabels },
      },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: typeof size === "string" ? size : "1Gi" } },
        storageClassName: "towers",
        volumeName: `pvc-${uid}`,
        volumeMode: "Filesystem",
      },
      status: {
        phase: "Bound",
        accessModes: ["ReadWriteOnce"],
        capacity: { storage: typeof size === "string" ? size : "1Gi" },
      },
    };
  });
}

/** The pod of one replica of a StatefulSet, with the volumes that its claims stand for. */
export function withClaims(pod: Pod, set: Workload, index: number): Pod {
  const volumes = (set.spec.volumeClaimTemplates ?? []).map((template): JsonObject => {
    const name = String(read(template, "metadata", "name"));
    return { name, persistentVolumeClaim: { claimName: `${name}-${set.metadata.name}-${index}` } };
  });
  return volumes.length === 0
    ? pod
    : { ...pod, spec: { ...pod.spec, volumes: [...(pod.spec.volumes ?? []), ...volumes] } };
}
