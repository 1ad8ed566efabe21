/** A workload that the lab's cluster has from the start. */
export interface WorkloadPlan {
  kind: "Deployment" | "StatefulSet" | "DaemonSet";
  namespace: string;
  name: string;
  image: string;
  replicas?: number;
  /** The port of its service, where it has one. */
  port?: number;
  /** The size of each replica's volume. */
  storage?: string;
  /** The memory that each of its pods asks its node to keep for it; little when left out. */
  memory?: string;
  /** Whether its pods keep data on their node (emptyDir), which a drain destroys. */
  scratch?: boolean;
  nodeSelector?: Record<string, string>;
  /** What its container runs; what serves for ever when left out. */
  command?: string[];
  /** How often a container that crashes has been started again by now. */
  restarts?: number;
  /** The node of a replica, where the scheduler is not asked. */
  onNode?: (replica: number) => string;
}

export const namespaces: readonly string[] = [
  "billing",
  "default",
  "kube-node-lease",
  "kube-system",
  "mail",
  "monitoring",
  "shop",
  "staging",
  "wiki",
];

const registry = "registry.atelier.example";
const production = { environment: "production" };
const trials = { environment: "non-production" };
/** The workload whose log is as long as a node keeps it from the start. */
export const logFlood = "log-flood";

/** The workloads of the site: what its machines are there for. */
export const workloads: readonly WorkloadPlan[] = [
  {
    kind: "DaemonSet",
    namespace: "kube-system",
    name: "network-agent",
    image: `${registry}/system/network-agent:3.1.0`,
  },
  {
    kind: "Deployment",
    namespace: "kube-system",
    name: "name-service",
    image: `${registry}/system/name-service:1.11.4`,
    replicas: 2,
    port: 53,
  },
  {
    kind: "DaemonSet",
    namespace: "monitoring",
    name: "node-metrics",
    image: `${registry}/monitoring/node-metrics:1.8.2`,
  },
  {
    kind: "Deployment",
    namespace: "monitoring",
    name: "dashboard",
    image: `${registry}/monitoring/dashboard:11.2.0`,
    port: 3000,
    scratch: true,
  },
  {
    kind: "Deployment",
    namespace: "shop",
    name: "storefront",
    image: `${registry}/shop/storefront:2.4.1`,
    replicas: 4,
    port: 8080,
    nodeSelector: production,
  },
  {
    kind: "Deployment",
    namespace: "shop",
    name: "orders",
    image: `${registry}/shop/orders:5.0.3`,
    replicas: 3,
    port: 8080,
    nodeSelector: production,
  },
  {
    kind: "Deployment",
    namespace: "shop",
    name: "cache",
    image: `${registry}/shop/cache:7.4.0`,
    port: 6379,
    scratch: true,
    nodeSelector: production,
  },
  {
    kind: "StatefulSet",
    namespace: "shop",
    name: "ledger",
    image: `${registry}/shop/ledger:15.8.0`,
    replicas: 3,
    port: 5432,
    storage: "20Gi",
    nodeSelector: production,
  },
  {
    kind: "StatefulSet",
    namespace: "mail",
    name: "mailbox",
    image: `${registry}/mail/mailbox:2.3.21`,
    replicas: 2,
    port: 143,
    storage: "50Gi",
    nodeSelector: production,
  },
  {
    kind: "Deployment",
    namespace: "staging",
    name: "storefront",
    image: `${registry}/shop/storefront:2.5.0-rc1`,
    replicas: 2,
    port: 8080,
    nodeSelector: trials,
  },
  {
    kind: "Deployment",
    namespace: "billing",
    name: "invoices",
    image: `${registry}/billing/invoices:3.8.2`,
    replicas: 2,
    port: 8080,
    nodeSelector: production,
  },
  {
    kind: "Deployment",
    namespace: "billing",
    name: "reminders",
    image: `${registry}/billing/reminders:1.2.0`,
    nodeSelector: production,
  },
  {
    kind: "Deployment",
    namespace: "wiki",
    name: "wiki",
    image: `${registry}/wiki/wiki:2.5.303`,
    replicas: 2,
    port: 3000,
    nodeSelector: production,
  },
  {
    kind: "StatefulSet",
    namespace: "wiki",
    name: "wiki-store",
    image: `${registry}/wiki/store:15.8.0`,
    port: 5432,
    storage: "8Gi",
    nodeSelector: production,
  },
  // Not everything is well where things are tried out.
  {
    kind: "Deployment",
    namespace: "staging",
    name: "recommendations",
    image: `${registry}/shop/recommendations:missing`,
    replicas: 2,
    port: 8080,
    nodeSelector: trials,
  },
  {
    kind: "Deployment",
    namespace: "staging",
    name: "importer",
    image: `${registry}/shop/importer:0.9.0`,
    nodeSelector: trials,
    command: ["false"],
    restarts: 41,
  },
  {
    kind: "Deployment",
    namespace: "staging",
    name: logFlood,
    image: `${registry}/shop/log-flood:1.0.0`,
    nodeSelector: trials,
  },
  {
    kind: "Deployment",
    namespace: "staging",
    name: "license-server",
    image: `${registry}/system/license-server:4.1.0`,
    port: 8080,
    nodeSelector: { "kubernetes.io/hostname": "build-1" },
  },
];

/** A Job that is over, and a CronJob that makes one every so often. */
export const jobs = {
  over: { namespace: "shop", name: "catalogue-rebuild", image: `${registry}/shop/catalogue:2.4.1` },
  regular: {
    namespace: "billing",
    name: "nightly-close",
    image: `${registry}/billing/close:3.8.2`,
    schedule: "0 2 * * *",
  },
} as const;

/** What each namespace may use at most. */
export const quotas: readonly { namespace: string; hard: Record<string, string> }[] = [
  { namespace: "staging", hard: { pods: "8", "requests.cpu": "2", "requests.memory": "2Gi" } },
  { namespace: "billing", hard: { pods: "20", "requests.cpu": "4", "limits.memory": "8Gi" } },
];

/** The disruption budgets, each of the workload of its name. */
export const budgets: readonly {
  namespace: string;
  name: string;
  limit: { minAvailable: number | string } | { maxUnavailable: number | string };
}[] = [
  { namespace: "kube-system", name: "name-service", limit: { minAvailable: 1 } },
  { namespace: "shop", name: "storefront", limit: { maxUnavailable: 1 } },
  { namespace: "shop", name: "orders", limit: { minAvailable: "50%" } },
  { namespace: "shop", name: "ledger", limit: { minAvailable: 2 } },
  { namespace: "mail", name: "mailbox", limit: { maxUnavailable: 1 } },
  { namespace: "billing", name: "invoices", limit: { minAvailable: 1 } },
  // As tight as budgets are made by mistake: with its one pod on `build-1`, that node can never be drained.
  { namespace: "staging", name: "license-server", limit: { minAvailable: 1 } },
];
