import { placeIn } from "../objects.ts";

/** API groups, labels and identifiers of Veeam Kasten. Source: docs.kasten.io, "API and Command Line". */
export const groups = {
  config: "config.kio.kasten.io",
  actions: "actions.kio.kasten.io",
  apps: "apps.kio.kasten.io",
} as const;

const version = "v1alpha1";

/** The path of a group before the namespace. */
export const prefixes = {
  config: `/apis/${groups.config}/${version}`,
  actions: `/apis/${groups.actions}/${version}`,
  apps: `/apis/${groups.apps}/${version}`,
} as const;

/** `apiVersion` of the objects of a group. */
export const versions = {
  config: `${groups.config}/${version}`,
  actions: `${groups.actions}/${version}`,
  apps: `${groups.apps}/${version}`,
} as const;

export const labels = {
  application: "k10.kasten.io/appName",
  namespace: "k10.kasten.io/appNamespace",
  policy: "k10.kasten.io/policyName",
  policyNamespace: "k10.kasten.io/policyNamespace",
  run: "k10.kasten.io/runActionName",
  /** On exported restore points alone. */
  profile: "k10.kasten.io/exportProfile",
} as const;

export const folders = {
  policies: "kasten-policies",
  profiles: "kasten-profiles",
  points: "kasten-restore-points",
} as const;

/** Identifiers of its resources, below that of the system in the estate file. */
export const kastenIds = {
  policy: (system: string, namespace: string, name: string) =>
    `${system}/${folders.policies}/${namespace}/${name}`,
  profile: (system: string, namespace: string, name: string) =>
    `${system}/${folders.profiles}/${namespace}/${name}`,
  point: (system: string, name: string) => `${system}/${folders.points}/${name}`,
};

/** Namespace and name of a policy's resource; null for what is none of this system. */
export function policyPlace(system: string, id: string): { namespace: string; name: string } | null {
  return placeIn(folders.policies, system, id);
}
