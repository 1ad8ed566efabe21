import { randomUUID } from "node:crypto";
import { randomFor } from "../../../world/random.ts";
import type { Budget, Pod } from "../store/kinds.ts";
import { claimsOf } from "./claims.ts";
import type { Cluster } from "./cluster.ts";
import { replicaSetOf } from "./deployment-parts.ts";
import { meta, workloadOf } from "./drawing.ts";
import { placeJobs, placeNightly } from "./job-drawing.ts";
import { drawNode } from "./node-drawing.ts";
import { placeOpenshift } from "./openshift.ts";
import { budgets, logFlood, namespaces, quotas, type WorkloadPlan, workloads } from "./plan.ts";
import { podOf } from "./pod-state.ts";
import type { RegionPlan } from "./region-plan.ts";
import { placeReleases } from "./releases.ts";
import { templateHash } from "./replicas.ts";
import { schedule } from "./scheduler.ts";
import { suffix } from "./suffix.ts";

const day = 86_400_000;
const extraPerDeployment = 50;
const extraPerNode = 100;

/** Puts a pod that has been running for days where the scheduler wants it. */
function settle(cluster: Cluster, pod: Pod, plan?: WorkloadPlan): void {
  const placed = pod.spec.nodeName ? { node: pod.spec.nodeName } : schedule(pod, cluster);
  if (!("node" in placed)) {
    cluster.pods.put(pod);
    return;
  }
  const bound = { ...pod, spec: { ...pod.spec, nodeName: placed.node } };
  const isUp = cluster.machines.isUp(placed.node);
  cluster.pods.put(isUp ? withHistory(cluster.life.found(bound, false), plan) : bound);
}

/** The pod with what it went through before anybody looked. */
function withHistory(pod: Pod, plan: WorkloadPlan | undefined): Pod {
  const startedAt = pod.metadata.creationTimestamp;
  const { restarts } = plan ?? {};
  if (restarts === undefined && plan?.name !== logFlood) return pod;
  const containerStatuses = pod.status.containerStatuses?.map((status) => ({
    ...status,
    restartCount: restarts ?? status.restartCount,
    ...(plan?.name === logFlood ? { state: { running: { startedAt } } } : {}),
  }));
  return { ...pod, status: { ...pod.status, ...(containerStatuses ? { containerStatuses } : {}) } };
}

/** Puts a workload as it has been running for days: with its pods, its claims and its service. */
export function place(cluster: Cluster, plan: WorkloadPlan): void {
  const workload = workloadOf(cluster, plan);
  const bornAt = cluster.now() - 5 * day;
  const replicas = plan.replicas ?? 1;
  const revision = templateHash(workload);
  if (plan.kind === "Deployment") {
    const set = replicaSetOf(workload, revision, 1, bornAt);
    const put = cluster.replicaSets.put({ ...set, spec: { ...set.spec, replicas } });
    cluster.deployments.put(workload);
    for (let index = 0; index < replicas; index += 1) {
      const pod = podOf(put, `${put.metadata.name}-${suffix()}`, {}, bornAt);
      if (plan.onNode) pod.spec.nodeName = plan.onNode(index);
      settle(cluster, pod, plan);
    }
  } else if (plan.kind === "StatefulSet") {
    cluster.statefulSets.put(workload);
    for (let index = 0; index < replicas; index += 1) {
      for (const claim of claimsOf(workload, index, bornAt)) cluster.claims.put(claim);
      const labels = {
        "controller-revision-hash": `${plan.name}-${revision}`,
        "statefulset.kubernetes.io/pod-name": `${plan.name}-${index}`,
      };
      const pod = podOf(workload, `${plan.name}-${index}`, labels, bornAt);
      const volume = { name: "data", persistentVolumeClaim: { claimName: `data-${plan.name}-${index}` } };
      if (plan.storage) pod.spec.volumes = [...(pod.spec.volumes ?? []), volume];
      settle(cluster, pod);
    }
  } else {
    cluster.daemonSets.put(workload);
    for (const node of cluster.nodes.all()) {
      const pod = podOf(
        workload,
        `${plan.name}-${suffix()}`,
        { "controller-revision-hash": revision },
        bornAt,
      );
      pod.spec.nodeName = node.metadata.name;
      settle(cluster, pod);
    }
  }
  if (plan.port) {
    cluster.collection("services").put({
      apiVersion: "v1",
      kind: "Service",
      metadata: meta(cluster, plan.name, plan.namespace, { app: plan.name }),
      spec: {
        type: "ClusterIP",
        clusterIP: `2001:db8:0:2::${(cluster.collection("services").size + 16).toString(16)}`,
        selector: { app: plan.name },
        ports: [{ name: "http", port: plan.port, targetPort: plan.port, protocol: "TCP" }],
        sessionAffinity: "None",
      },
      status: { loadBalancer: {} },
    });
  }
}

/** Fills a region's cluster with its applications. */
function furnishRegion(cluster: Cluster, { applications }: RegionPlan): void {
  for (const name of ["default", "kube-node-lease", "kube-system"]) placeNamespace(cluster, name);
  for (const { name: namespace, environment, workloads: own, nightly } of applications) {
    placeNamespace(cluster, namespace, { environment });
    for (const plan of own) place(cluster, { ...plan, namespace });
    if (nightly) placeNightly(cluster, namespace, nightly);
  }
  if (cluster.flavour === "openshift") placeOpenshift(cluster);
}

/** Further pods, fifty to a deployment and a hundred to a node, for measurements. */
function enlarge(cluster: Cluster, pods: number): void {
  const random = randomFor(cluster.world.seed, "further nodes");
  const nodes = Math.ceil(pods / extraPerNode);
  for (let index = 1; index <= nodes; index += 1) {
    const name = `node-${String(index).padStart(3, "0")}`;
    const info = {
      bootID: random.uuid(),
      machineID: random.hexadecimal(32),
      kernelVersion: "6.1.0-27-amd64",
      osImage: "Debian GNU/Linux 12 (bookworm)",
    };
    const drawing = {
      name,
      version: cluster.version,
      zone: "further",
      environment: "non-production",
      processors: 16,
      kibibytes: 67_108_864,
    };
    const bornAt = cluster.now() - 90 * day;
    cluster.nodes.put(
      drawNode({ ...drawing, address: `2001:db8:0:3::${index.toString(16)}`, bornAt, info }, cluster.now()),
    );
  }
  for (let first = 0, index = 1; first < pods; first += extraPerDeployment, index += 1) {
    const start = first;
    place(cluster, {
      kind: "Deployment",
      namespace: "load",
      name: `service-${String(index).padStart(3, "0")}`,
      image: "registry.atelier.example/load/service:1.0.0",
      replicas: Math.min(extraPerDeployment, pods - first),
      // Evenly over the nodes: a deployment's own pods are seldom together.
      onNode: (replica) => `node-${String(((start + replica) % nodes) + 1).padStart(3, "0")}`,
    });
  }
}

/** Puts a namespace with what every one has. */
export function placeNamespace(cluster: Cluster, name: string, labels: Record<string, string> = {}): void {
  cluster.collection("namespaces").put({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: meta(cluster, name, undefined, { "kubernetes.io/metadata.name": name, ...labels }),
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  });
  cluster.collection("serviceaccounts").put({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: meta(cluster, "default", name),
  });
}

/** Fills a new cluster with what has been running in it for a while, and `extraPods` besides. */
export function furnish(cluster: Cluster, extraPods: number): void {
  const { region } = cluster;
  if (region) {
    furnishRegion(cluster, region);
    return;
  }
  const all = extraPods > 0 ? [...namespaces, "load"] : namespaces;
  for (const name of all) placeNamespace(cluster, name);
  for (const plan of workloads) place(cluster, plan);
  // There a budget that never gives way would hold the roll-out of machines up for ever.
  const held = budgets.filter(({ name }) => cluster.flavour !== "openshift" || name !== "license-server");
  for (const plan of held) {
    const budget: Budget = {
      apiVersion: cluster.flavour === "old" ? "policy/v1beta1" : "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: meta(cluster, plan.name, plan.namespace),
      spec: { ...plan.limit, selector: { matchLabels: { app: plan.name } } },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    };
    cluster.budgets.put(budget);
  }
  placeTheRest(cluster);
  if (cluster.flavour === "openshift") placeOpenshift(cluster);
  if (extraPods > 0) enlarge(cluster, extraPods);
}

/** What is one of a kind: a pod nobody looks after, an ingress, a quota and settings. */
function placeTheRest(cluster: Cluster): void {
  settle(cluster, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta(cluster, "import-once", "shop", { app: "import-once" }),
    spec: {
      containers: [{ name: "import", image: "registry.atelier.example/shop/import:1.9.0" }],
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 30,
      nodeName: "web-1",
    },
    status: { phase: "Pending", qosClass: "BestEffort" },
  });
  const backend = { service: { name: "storefront", port: { number: 8080 } } };
  cluster.collection("ingresses.networking.k8s.io").put({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: meta(cluster, "storefront", "shop"),
    spec: {
      ingressClassName: "edge",
      rules: [
        { host: "shop.atelier.example", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } },
      ],
    },
    status: { loadBalancer: {} },
  });
  for (const { namespace, hard } of quotas) {
    cluster.collection("resourcequotas").put({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: meta(cluster, namespace, namespace),
      spec: { hard },
      status: {},
    });
  }
  placeJobs(cluster);
  placeReleases(cluster);
  const settings = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: meta(cluster, "storefront", "shop"),
    data: { currency: "EUR", banner: "" },
  };
  cluster.collection("configmaps").put(settings);
  const hidden = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: meta(cluster, "ledger", "shop"),
    type: "Opaque",
    data: { password: Buffer.from(randomUUID()).toString("base64") },
  };
  cluster.collection("secrets").put(hidden);
}
