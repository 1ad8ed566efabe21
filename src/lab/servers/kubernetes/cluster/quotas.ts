import type { Pod } from "../store/kinds.ts";
import { items, type JsonObject, type KubeObject, read, words } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import { isActive } from "./pod-state.ts";
import { amount } from "./quantity.ts";

/** World milliseconds until a change of pods shows in a quota's own record. */
const settleTime = 500;

/** The quota controller: keeps what is used of every ResourceQuota. It counts, and refuses nothing. */
export class Quotas {
  private readonly cluster: Cluster;
  private settling: (() => void) | null = null;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  start(): void {
    this.cluster.pods.onChange((after, before) => {
      if (!after || !before || isActive(after) !== isActive(before)) this.settleLater();
    });
    this.cluster.collection("resourcequotas").onChange((after, before) => {
      if (after && JSON.stringify(after.spec) !== JSON.stringify(before?.spec)) this.settleLater();
    });
    this.settle();
  }

  close(): void {
    this.settling?.();
  }

  private settleLater(): void {
    this.settling ??= this.cluster.clock.after(settleTime, () => {
      this.settling = null;
      this.settle();
    });
  }

  private settle(): void {
    const quotas = this.cluster.collection("resourcequotas");
    for (const quota of quotas.all()) {
      const status = this.statusOf(quota);
      if (JSON.stringify(status) !== JSON.stringify(quota.status)) quotas.put({ ...quota, status });
    }
  }

  private statusOf(quota: KubeObject): JsonObject {
    const namespace = quota.metadata.namespace ?? "";
    const pods = this.cluster.index.inNamespace(namespace).filter(isActive);
    const hard = read(quota, "spec", "hard");
    const used: JsonObject = {};
    for (const name of Object.keys(Object(hard))) {
      const figure = this.used(name, namespace, pods);
      if (figure !== null) used[name] = figure;
    }
    return { hard: { ...Object(hard) }, used };
  }

  private used(name: string, namespace: string, pods: readonly Pod[]): string | null {
    if (name === "pods" || name === "count/pods") return String(pods.length);
    if (name === "persistentvolumeclaims" || name === "services" || name === "secrets") {
      const all = this.cluster.collection(name).all();
      return String(all.filter(({ metadata }) => metadata.namespace === namespace).length);
    }
    const [, kind = "", what = ""] = /^(requests|limits)\.(cpu|memory)$/.exec(name) ?? [];
    if (what === "") return null;
    const sum = pods
      .flatMap((pod) => items(pod, "spec", "containers"))
      .reduce<number>((total, entry) => total + amount(words(entry, "resources", kind, what)), 0);
    return what === "cpu" ? `${Math.round(sum * 1000)}m` : `${Math.round(sum / 1024 ** 2)}Mi`;
  }
}
