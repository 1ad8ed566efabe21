import type { ClusterAddon, RunningAddon } from "../cluster/addon.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { placeNamespace } from "../cluster/furnishing.ts";
import { type KubeObject, read, words } from "../store/object.ts";
import { ActionWork } from "./action-work.ts";
import { placeEarlier, placeSettings } from "./drawing.ts";
import type { KastenOptions } from "./options.ts";
import { Points } from "./points.ts";
import { PolicyRuns } from "./policy-runs.ts";
import { actionsNamed, kastenNames, kastenNamespace, kastenResources } from "./resources.ts";
import { Restores } from "./restores.ts";

/** Veeam Kasten in one of the lab's clusters: its policies run by the World's clock, and what clients ask for is done. */
export function kastenAddon(options: KastenOptions): ClusterAddon {
  return { resources: kastenResources, start: (cluster) => startKasten(cluster, options) };
}

function startKasten(cluster: Cluster, options: KastenOptions): RunningAddon {
  const work = new ActionWork(cluster);
  const points = new Points(cluster);
  const parts = { cluster, work, points, options };
  placeNamespace(cluster, kastenNamespace);
  placeSettings(cluster, options);
  placeEarlier(cluster, points, options);
  new PolicyRuns(parts).start();
  new Restores(parts).start();
  cluster.collection(kastenNames.points).onChange((after, before) => {
    if (after && !before && !after.status) points.bind(after);
    if (!after && before) points.dropped(before);
  });
  cluster.collection(kastenNames.contents).onChange((after, before) => {
    if (!after && before) points.dropped(before);
  });
  return {
    objectionTo: (name, object) => objectionTo(cluster, name, object),
    detailsOf: (name, object) => detailsOf(points, name, object),
    close: () => work.close(),
  };
}

/** What Kasten's own API servers refuse at once. */
function objectionTo(
  cluster: Cluster,
  name: string,
  { spec, metadata }: KubeObject,
): { field: string; message: string } | null {
  const subject = read(spec, "subject");
  const find = (kind: string) =>
    cluster.collection(kind).get(words(subject, "namespace"), words(subject, "name"));
  if (name === actionsNamed("RunAction") && !find(kastenNames.policies)) {
    return { field: "spec.subject", message: "Invalid value: no such policy" };
  }
  if (name === actionsNamed("RestoreAction")) {
    if (words(spec, "targetNamespace") !== metadata.namespace) {
      return { field: "spec.targetNamespace", message: "Invalid value: must be the namespace of the action" };
    }
    if (!find(kastenNames.points)) {
      return { field: "spec.subject", message: "Invalid value: no such restore point" };
    }
  }
  if (name === kastenNames.points) {
    const content = words(spec, "restorePointContentRef", "name");
    if (!cluster.collection(kastenNames.contents).get(undefined, content)) {
      return { field: "spec.restorePointContentRef", message: "Invalid value: no such content" };
    }
  }
  return null;
}

function detailsOf(points: Points, name: string, object: KubeObject): KubeObject | null {
  const isPoint = name === kastenNames.points;
  if (!isPoint && name !== kastenNames.contents) return null;
  const content = isPoint ? points.behind(object) : points.get(object.metadata.name);
  const policy = object.metadata.labels?.["k10.kasten.io/policyName"];
  const details = {
    artifacts: content ? points.artifacts(content) : [],
    originatingPolicies: policy ? [{ name: policy, namespace: kastenNamespace }] : [],
  };
  const key = isPoint ? "restorePointDetails" : "restorePointContentDetails";
  return { ...object, status: { ...object.status, [key]: details } };
}
