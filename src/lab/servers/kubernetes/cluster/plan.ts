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
  /** Whether its pods keep data on their node (emptyDir), which a drain destroys. */
  scratch?: boolean;
  nodeSelector?: Record<string, string>;
  /** The node of a replica, where the scheduler is not asked. */
  onNode?: (replica: number) => string;
}

export const namespaces: readonly string[] = [
  "default",
  "kube-node-lease",
  "kube-system",
  "mail",
  "monitoring",
  "shop",
  "staging",
];

const registry = "registry.atelier.example";
const production = { environment: "production" };

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
    nodeSelector: { environment: "non-production" },
  },
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
];
