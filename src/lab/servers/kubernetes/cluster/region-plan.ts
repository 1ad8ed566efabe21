import type { WorkloadPlan } from "./plan.ts";

/** What runs in one namespace of a region's cluster. */
export interface ApplicationPlan {
  /** The namespace, which has the application's name. */
  name: string;
  environment: string;
  workloads: readonly Omit<WorkloadPlan, "namespace">[];
  /** A CronJob of it, by its name and schedule. */
  nightly?: { name: string; schedule: string };
}

/** A cluster of a region: nodes that stand for no machine of the site, and the applications that live there. */
export interface RegionPlan {
  /** The region's identifier, which the names of nodes begin with. */
  id: string;
  /** How many there are, or each by itself. */
  nodes: number | readonly { name: string; processors: number; memoryBytes: number }[];
  /** What runs there from the start. Other applications may come by a restore. */
  applications: readonly ApplicationPlan[];
  /** Whether the region's hosts run, and the nodes on them. */
  runs(): boolean;
  /** Calls the listener whenever that may have changed, until the function that is returned is called. */
  onChange(listener: () => void): () => void;
}

const registry = "registry.shop.example";
const image = (application: string, name: string, version: string) =>
  `${registry}/${application}/${name}:${version}`;

/**
 * The production applications of the lab's regions, and the trials that a region for recovery gives room to meanwhile. Beside
 * these its nodes have memory for some of the applications, and not for all.
 */
export const regionApplications = {
  identity: {
    name: "identity",
    environment: "production",
    workloads: [
      {
        kind: "Deployment",
        name: "login",
        memory: "4Gi",
        image: image("identity", "login", "4.2.0"),
        replicas: 2,
        port: 8080,
      },
      {
        kind: "StatefulSet",
        name: "directory",
        memory: "4Gi",
        image: image("identity", "directory", "2.6.8"),
        port: 389,
        storage: "10Gi",
      },
    ],
  },
  billing: {
    name: "billing",
    environment: "production",
    workloads: [
      {
        kind: "Deployment",
        name: "invoices",
        memory: "8Gi",
        image: image("billing", "invoices", "3.8.2"),
        replicas: 2,
        port: 8080,
      },
      {
        kind: "StatefulSet",
        name: "billing-store",
        memory: "12Gi",
        image: image("billing", "store", "15.8.0"),
        port: 5432,
        storage: "40Gi",
      },
    ],
    nightly: { name: "nightly-close", schedule: "0 2 * * *" },
  },
  portal: {
    name: "portal",
    environment: "production",
    workloads: [
      {
        kind: "Deployment",
        name: "front",
        memory: "8Gi",
        image: image("portal", "front", "7.1.3"),
        replicas: 3,
        port: 8080,
      },
      {
        kind: "Deployment",
        name: "cache",
        memory: "4Gi",
        image: image("portal", "cache", "7.4.0"),
        port: 6379,
        scratch: true,
      },
    ],
  },
  archive: {
    name: "archive",
    environment: "production",
    workloads: [
      {
        kind: "StatefulSet",
        name: "vault",
        memory: "8Gi",
        image: image("archive", "vault", "1.9.0"),
        port: 9000,
        storage: "200Gi",
      },
    ],
  },
  "build-farm": {
    name: "build-farm",
    environment: "non-production",
    workloads: [
      {
        kind: "Deployment",
        name: "builder",
        memory: "32Gi",
        image: image("build", "builder", "12.0.1"),
        replicas: 3,
      },
    ],
    nightly: { name: "sweep", schedule: "30 3 * * *" },
  },
  sandbox: {
    name: "sandbox",
    environment: "non-production",
    workloads: [
      {
        kind: "Deployment",
        name: "trial",
        memory: "16Gi",
        image: image("sandbox", "trial", "0.3.0"),
        replicas: 2,
        port: 8080,
      },
      {
        kind: "StatefulSet",
        name: "trial-store",
        memory: "16Gi",
        image: image("sandbox", "store", "15.8.0"),
        storage: "5Gi",
      },
    ],
  },
} as const satisfies Record<string, ApplicationPlan>;
