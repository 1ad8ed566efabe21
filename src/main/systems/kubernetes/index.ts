import type { SecretReference } from "../../../shared/estate-access.ts";
import { parseDuration } from "../../../shared/estate-words.ts";
import { type KubernetesSystemConfig, kubernetesSystemSchema } from "../../../shared/systems/kubernetes.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { clusterActions } from "./actions.ts";
import { ClusterAccess, type ClusterAccessParts } from "./cluster-access.ts";
import { DrainDesk } from "./drain/desk.ts";
import { happeningsOf } from "./events/happenings.ts";
import { scopeOf } from "./events/scope.ts";
import { ClusterManifests } from "./manifests/index.ts";
import { ClusterObserver } from "./observe.ts";
import { Rights } from "./rights.ts";
import { ClusterLogs } from "./streams/logs.ts";
import { ClusterPorts } from "./streams/ports.ts";
import { PodShells } from "./streams/shells.ts";

/**
 * One Kubernetes cluster by its API: nodes, namespaces, workloads, pods, claims, ingresses, budgets and quotas; cordon,
 * drain, scale and restart. What is in the cluster is declared as it is found.
 */
export const kubernetesSystem: SystemDefinition<KubernetesSystemConfig> = kubernetesSystemWith({});

/** The same with other waits, for clusters whose clock runs fast. */
export function kubernetesSystemWith(
  waits: Pick<ClusterAccessParts, "wait">,
): SystemDefinition<KubernetesSystemConfig> {
  const create = (config: KubernetesSystemConfig, context: SystemContext) =>
    createKubernetesSystem(config, context, waits);
  return { type: "kubernetes", config: kubernetesSystemSchema, create };
}

function createKubernetesSystem(
  config: KubernetesSystemConfig,
  context: SystemContext,
  waits: Pick<ClusterAccessParts, "wait">,
): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 30_000;
  const access = new ClusterAccess({
    system: context.id,
    config,
    folder: () => context.estateFolder?.() ?? process.cwd(),
    reach: context.reach,
    secrets: context.secrets,
    now: () => context.now(),
    ...waits,
  });
  const rights = new Rights(access);
  const desk = new DrainDesk();
  const manifests = new ClusterManifests(access);
  const observer = new ClusterObserver({
    access,
    rights,
    namespaces: config.namespaces,
    site: config.site ?? null,
    environment: config.environment ?? null,
    every,
  });
  const logs = new ClusterLogs(access, config.namespaces);
  const ports = new ClusterPorts(access);
  const shells = new PodShells({ access, rights, seen: (resource) => observer.seen(resource) });
  const secrets = [config.token, config.clientKey].flatMap((reference: SecretReference | undefined) =>
    reference === undefined ? [] : [{ reference, usedBy: access.clusterId }],
  );
  return {
    id: context.id,
    type: "kubernetes",
    every,
    declarations: () => observer.declared,
    observe: (sink, signal, resources) => observer.observe(sink, signal, resources),
    distrust: () => observer.distrust(),
    actions: clusterActions({ access, rights, desk }),
    drains: desk,
    happenings: (resource, signal) => {
      const scope = scopeOf(access, observer, config.namespaces, resource);
      return scope && happeningsOf({ access, known: observer, scope }, signal);
    },
    consoles: (resource) => shells.consoles(resource),
    openShell: (resource, size, signal) => shells.open(resource, size, signal),
    logs: (resource) => (logs.has(resource) ? logs : null),
    ports: (resource) => (ports.has(resource) ? ports : null),
    manifests: (resource) => (manifests.has(resource) ? manifests : null),
    secrets: () => secrets,
    async close() {
      access.close();
      await observer.close();
    },
  };
}
