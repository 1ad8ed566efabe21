import { openshiftVersion } from "../api/flavour.ts";
import { type JsonObject, type KubeObject, stamp } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import { meta } from "./drawing.ts";
import { configured, renderedName, roleLabel } from "./machine-pools.ts";

const day = 86_400_000;
const config = "config.openshift.io";
const machines = "machineconfiguration.openshift.io";
const earlier = "4.16.17";

const operators = [
  "authentication",
  "console",
  "dns",
  "etcd",
  "image-registry",
  "ingress",
  "kube-apiserver",
  "machine-config",
  "monitoring",
  "network",
  "storage",
] as const;

/** The pools, and the environment whose nodes are in each. */
const pools = [
  { name: "worker", environment: "production", paused: false },
  { name: "trials", environment: "non-production", paused: true },
] as const;

function condition(type: string, isMet: boolean, at: string, message = ""): JsonObject {
  const status = isMet ? "True" : "False";
  return { type, status, reason: "AsExpected", message, lastTransitionTime: at };
}

/**
 * Puts what makes a cluster one of OpenShift: its version and operators, one of which is degraded, pools of machines, of
 * which one is paused with a configuration waiting, and a route.
 */
export function placeOpenshift(cluster: Cluster): void {
  const at = stamp(cluster.now() - 12 * day);
  const put = (name: string, object: KubeObject) => cluster.collection(name).put(object);
  put(`clusterversions.${config}`, {
    apiVersion: `${config}/v1`,
    kind: "ClusterVersion",
    metadata: meta(cluster, "version"),
    spec: { channel: "stable-4.16", clusterID: meta(cluster, "version").uid },
    status: {
      desired: { version: openshiftVersion, channels: ["stable-4.16", "eus-4.16"] },
      history: [
        {
          state: "Completed",
          version: openshiftVersion,
          startedTime: at,
          completionTime: at,
          verified: true,
        },
        { state: "Completed", version: earlier, startedTime: at, completionTime: at, verified: true },
      ],
      availableUpdates: [{ version: "4.16.23" }, { version: "4.16.24" }],
      observedGeneration: 1,
      conditions: [
        condition("Available", true, at, `Done applying ${openshiftVersion}`),
        condition("Progressing", false, at, `Cluster version is ${openshiftVersion}`),
        condition("Failing", false, at),
        condition("Upgradeable", true, at),
      ],
    },
  });
  for (const name of operators) {
    const isDegraded = name === "image-registry" && cluster.region === null;
    const words = isDegraded ? "ImagePrunerDegraded: Job has reached the specified backoff limit" : "";
    put(`clusteroperators.${config}`, {
      apiVersion: `${config}/v1`,
      kind: "ClusterOperator",
      metadata: meta(cluster, name),
      spec: {},
      status: {
        versions: [{ name: "operator", version: openshiftVersion }],
        conditions: [
          condition("Available", true, at),
          condition("Progressing", false, at),
          condition("Degraded", isDegraded, at, words),
          condition("Upgradeable", true, at),
        ],
      },
    });
  }
  if (cluster.region) {
    placePool(cluster, pools[0]);
    return;
  }
  for (const pool of pools) placePool(cluster, pool);
  put("routes.route.openshift.io", {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: meta(cluster, "storefront", "shop"),
    spec: {
      host: "storefront.apps.atelier.example",
      to: { kind: "Service", name: "storefront", weight: 100 },
      port: { targetPort: 8080 },
      tls: { termination: "edge" },
    },
    status: {
      ingress: [
        {
          host: "storefront.apps.atelier.example",
          routerName: "default",
          conditions: [{ type: "Admitted", status: "True", lastTransitionTime: at }],
        },
      ],
    },
  });
}

function placePool(cluster: Cluster, { name, environment, paused }: (typeof pools)[number]): void {
  const machineConfig = (number: string, spec: JsonObject) =>
    cluster.collection(`machineconfigs.${machines}`).put({
      apiVersion: `${machines}/v1`,
      kind: "MachineConfig",
      metadata: meta(cluster, `${number}-${name}`, undefined, { [roleLabel]: name }),
      spec,
    });
  machineConfig("00", { config: { ignition: { version: "3.4.0" } }, kernelArguments: [] });
  const configuration = renderedName(cluster, name);
  for (const node of cluster.nodes.all()) {
    if (node.metadata.labels?.environment !== environment) continue;
    const annotations = { ...node.metadata.annotations, ...configured(configuration) };
    cluster.nodes.put({ ...node, metadata: { ...node.metadata, annotations } });
  }
  // What came after the pool was paused waits.
  if (paused) machineConfig("99", { kernelArguments: ["audit=1"] });
  cluster.collection(`machineconfigpools.${machines}`).put({
    apiVersion: `${machines}/v1`,
    kind: "MachineConfigPool",
    metadata: meta(cluster, name),
    spec: {
      paused,
      maxUnavailable: 1,
      nodeSelector: { matchLabels: { environment } },
      machineConfigSelector: { matchLabels: { [roleLabel]: name } },
    },
    status: {},
  });
}
