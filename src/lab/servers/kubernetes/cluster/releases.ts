import { gzipSync } from "node:zlib";
import { type KubeObject, stamp } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import { meta } from "./drawing.ts";

const day = 86_400_000;

/** A release that Helm has made of a chart, with the revisions that it keeps. */
interface ReleasePlan {
  namespace: string;
  name: string;
  chart: string;
  /** Chart and application versions, oldest first; the last is the one that is there. */
  versions: readonly [chart: string, app: string][];
  status: "deployed" | "failed" | "pending-upgrade";
}

const releases: readonly ReleasePlan[] = [
  {
    namespace: "monitoring",
    name: "dashboard",
    chart: "dashboard",
    versions: [
      ["8.4.0", "11.1.0"],
      ["8.5.1", "11.2.0"],
    ],
    status: "deployed",
  },
  {
    namespace: "shop",
    name: "storefront",
    chart: "storefront",
    versions: [
      ["1.3.0", "2.3.9"],
      ["1.4.0", "2.4.0"],
      ["1.4.1", "2.4.1"],
    ],
    status: "deployed",
  },
  {
    namespace: "staging",
    name: "recommendations",
    chart: "recommendations",
    versions: [
      ["0.1.0", "0.1.0"],
      ["0.2.0", "0.2.0"],
    ],
    status: "failed",
  },
];

/**
 * The Secret of one revision, as Helm 3 keeps it: the release as JSON, compressed, in base64, and that once more as the
 * data of every Secret is.
 */
function secretOf(cluster: Cluster, plan: ReleasePlan, index: number): KubeObject {
  const { namespace, name, chart } = plan;
  const [chartVersion, appVersion] = plan.versions[index] ?? ["", ""];
  const isLast = index === plan.versions.length - 1;
  const status = isLast ? plan.status : "superseded";
  const at = cluster.now() - (plan.versions.length - index) * 9 * day;
  const words: Record<string, string> = {
    deployed: index === 0 ? "Install complete" : "Upgrade complete",
    superseded: index === 0 ? "Install complete" : "Upgrade complete",
    failed: `Upgrade "${name}" failed: context deadline exceeded`,
    "pending-upgrade": "Preparing upgrade",
  };
  const release = {
    name,
    namespace,
    version: index + 1,
    info: {
      first_deployed: new Date(cluster.now() - plan.versions.length * 9 * day).toISOString(),
      last_deployed: new Date(at).toISOString(),
      deleted: "",
      description: words[status],
      status,
      notes: `${name} is there.\n`,
    },
    chart: {
      metadata: { name: chart, version: chartVersion, appVersion, apiVersion: "v2", type: "application" },
      templates: [],
      values: { replicas: 1 },
    },
    config: { replicas: 2 },
    manifest: `---\n# Source: ${chart}/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`,
  };
  const inner = gzipSync(JSON.stringify(release)).toString("base64");
  const secret: KubeObject & { type: string; data: Record<string, string> } = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      ...meta(cluster, `sh.helm.release.v1.${name}.v${index + 1}`, namespace, {
        owner: "helm",
        name,
        status,
        version: String(index + 1),
        modifiedAt: String(Math.floor(at / 1000)),
      }),
      creationTimestamp: stamp(at),
    },
    type: "helm.sh/release.v1",
    data: { release: Buffer.from(inner).toString("base64") },
  };
  return secret;
}

/** Puts the releases' Secrets into a new cluster. */
export function placeReleases(cluster: Cluster): void {
  for (const plan of releases) {
    for (const index of plan.versions.keys())
      cluster.collection("secrets").put(secretOf(cluster, plan, index));
  }
}
