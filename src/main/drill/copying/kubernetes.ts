import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { KubernetesSystemConfig } from "../../../shared/systems/kubernetes.ts";
import { factOf, listOf, numberOf, present, type SystemKnown, wordsOf } from "./known.ts";

type KubernetesCopy = SystemCopyOf<"kubernetes">;
type Kasten = NonNullable<KubernetesCopy["kasten"]>;
type Workload = KubernetesCopy["namespaces"][number]["workloads"][number];

const usualKept = 14;
const usualProcessors = 4;
const usualMemory = 16 * 2 ** 30;
/** Namespaces that a cluster has of itself, besides those whose name begins with `openshift`. */
const ownNamespaces = new Set(["default", "kube-node-lease", "kube-public", "kube-system", "kasten-io"]);

/** What stands in a cluster: its nodes, the workloads of its namespaces, and its Kasten with policies and restore points. */
export function kubernetesCopy(config: KubernetesSystemConfig, known: SystemKnown): KubernetesCopy {
  const cluster = known.get("cluster");
  return {
    type: "kubernetes",
    ...present({
      name: config.name,
      site: config.site,
      environment: config.environment,
      every: config.every,
      importsFrom: config.importsFrom,
    }),
    only: config.namespaces,
    openshift: wordsOf(cluster, "openshift.version") !== null,
    nodes: known.below("nodes/").map(({ rest, resource }) => ({
      name: rest,
      processors: Math.max(1, Math.round(numberOf(resource, "cpu.count") ?? usualProcessors)),
      memory: numberOf(resource, "memory.total") ?? usualMemory,
    })),
    namespaces: namespacesOf(known),
    kasten: kastenOf(known),
  };
}

function namespacesOf(known: SystemKnown): KubernetesCopy["namespaces"] {
  const workloads = known.below("workloads/");
  const volumes = known.below("volumes/");
  return known
    .below("namespaces/")
    .filter(({ rest }) => !ownNamespaces.has(rest) && !rest.startsWith("openshift"))
    .map(({ rest: name }) => ({
      name,
      workloads: workloads.flatMap(({ rest, resource }): Workload[] => {
        const [kind, namespace, called = ""] = rest.split("/");
        if ((kind !== "Deployment" && kind !== "StatefulSet") || namespace !== name) return [];
        const replicas = Math.max(0, Math.round(numberOf(resource, "kubernetes.replicas") ?? 0));
        const volume = volumes.find(
          (each) => each.rest.startsWith(`${name}/`) && each.rest.endsWith(`-${called}-0`),
        );
        const storage = volume && numberOf(volume.resource, "kubernetes.capacity");
        return [{ kind, name: called, replicas, ...(storage ? { storage } : {}) }];
      }),
    }));
}

function kastenOf(known: SystemKnown): Kasten | null {
  const policies = known.below("kasten-policies/kasten-io/");
  const profiles = known.below("kasten-profiles/kasten-io/");
  if (policies.length === 0 && profiles.length === 0) return null;
  const points = known.below("kasten-restore-points/").flatMap(({ rest, resource }) => {
    const madeAt = numberOf(resource, "backup.madeAt");
    const application = wordsOf(resource, "kasten.application");
    if (madeAt === null || application === null || wordsOf(resource, "backup.state") !== "good") return [];
    return [
      {
        name: rest,
        application,
        madeAt,
        exported: wordsOf(resource, "backup.location") !== null,
        imported: factOf(resource, "kasten.imported") === true,
        policy: wordsOf(resource, "backup.policy")?.split("/").at(-1) ?? null,
      },
    ];
  });
  return {
    profile: profiles[0]?.rest ?? "exports",
    policies: policies.flatMap(({ rest, resource }) => policyOf(rest, resource, points)),
    points,
  };
}

function policyOf(name: string, resource: Resource, points: Kasten["points"]): Kasten["policies"] {
  const does = wordsOf(resource, "kasten.does");
  if (does !== "backup" && does !== "import") return [];
  const [, kept] = /^(\d+)/.exec(wordsOf(resource, "backup.keep") ?? "") ?? [];
  const protects = listOf(resource, "backup.protects").map((id) => id.split("/").at(-1) ?? id);
  return [
    {
      name,
      does,
      of: does === "backup" ? protects : importedBy(name, points),
      schedule: cronIn(wordsOf(resource, "backup.schedule")),
      paused: factOf(resource, "backup.paused") === true,
      keeps: Math.min(1000, Math.max(1, Number(kept ?? usualKept))),
      exports: does === "backup" && wordsOf(resource, "backup.location") !== null,
    },
  ];
}

/** What a policy imports: what has come by it, else what its name says. */
function importedBy(name: string, points: Kasten["points"]): string[] {
  const came = points.filter(({ policy, imported }) => imported && policy === name);
  const applications = [...new Set(came.map(({ application }) => application))].sort();
  return applications.length > 0 ? applications : [name.replace(/^import-/, "")];
}

function cronIn(schedule: string | null): string | null {
  return schedule !== null && /^\S+( \S+){4}$/.test(schedule) ? schedule : null;
}
