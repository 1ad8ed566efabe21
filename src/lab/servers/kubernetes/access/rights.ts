import type { User } from "./authentication.ts";

/** A rule as RBAC writes it (`rbac.authorization.k8s.io/v1` PolicyRule). */
export interface Rule {
  verbs: readonly string[];
  apiGroups: readonly string[];
  resources: readonly string[];
}

/** What somebody wants to do; a subresource is named with its resource: `pods/exec`. */
export interface Attempt {
  verb: string;
  group: string;
  resource: string;
}

const everything: Rule = { verbs: ["*"], apiGroups: ["*"], resources: ["*"] };
const look = ["get", "list", "watch"];
const core = [
  "namespaces",
  "nodes",
  "pods",
  "pods/log",
  "services",
  "configmaps",
  "serviceaccounts",
  "persistentvolumeclaims",
  "resourcequotas",
  "limitranges",
  "events",
];
const viewing: readonly Rule[] = [
  { verbs: look, apiGroups: [""], resources: core },
  {
    verbs: look,
    apiGroups: [
      ...["apps", "batch", "policy", "networking.k8s.io", "coordination.k8s.io", "metrics.k8s.io"],
      ...["config.openshift.io", "machineconfiguration.openshift.io", "route.openshift.io"],
      ...["config.kio.kasten.io", "actions.kio.kasten.io", "apps.kio.kasten.io"],
      ...["velero.io", "postgresql.cnpg.io", "cert-manager.io", "acme.cert-manager.io"],
    ],
    resources: ["*"],
  },
];
const operating: readonly Rule[] = [
  // What a restore needs, and a test restore leaves nothing of.
  { verbs: ["create", "delete"], apiGroups: [""], resources: ["namespaces"] },
  {
    verbs: ["create"],
    apiGroups: ["actions.kio.kasten.io"],
    resources: ["runactions", "restoreactions", "importactions"],
  },
  { verbs: ["create", "delete"], apiGroups: ["apps.kio.kasten.io"], resources: ["restorepoints"] },
  { verbs: ["create"], apiGroups: ["velero.io"], resources: ["backups", "restores"] },
  { verbs: ["create"], apiGroups: ["postgresql.cnpg.io"], resources: ["backups"] },
  {
    verbs: ["patch", "update"],
    apiGroups: ["postgresql.cnpg.io"],
    resources: ["clusters", "clusters/status"],
  },
  { verbs: ["patch", "update"], apiGroups: [""], resources: ["nodes"] },
  { verbs: ["create"], apiGroups: [""], resources: ["pods/eviction"] },
  { verbs: ["create", "get"], apiGroups: [""], resources: ["pods/exec", "pods/attach", "pods/portforward"] },
  { verbs: ["delete", "patch", "update"], apiGroups: [""], resources: ["pods", "configmaps"] },
  { verbs: ["create"], apiGroups: [""], resources: ["configmaps"] },
  // Databases tell their figures there.
  { verbs: ["get"], apiGroups: [""], resources: ["pods/proxy"] },
  // Helm keeps its releases there, and certificates have their keys there.
  { verbs: [...look, "create", "patch"], apiGroups: [""], resources: ["secrets"] },
  { verbs: ["patch", "update"], apiGroups: ["cert-manager.io"], resources: ["certificates/status"] },
  { verbs: ["create", "delete", "patch", "update"], apiGroups: ["batch"], resources: ["jobs", "cronjobs"] },
  {
    verbs: ["patch", "update"],
    apiGroups: ["machineconfiguration.openshift.io"],
    resources: ["machineconfigpools"],
  },
  {
    verbs: ["create", "delete", "patch", "update"],
    apiGroups: ["apps"],
    resources: ["deployments", "deployments/scale", "statefulsets", "statefulsets/scale", "daemonsets"],
  },
];
/** Everybody may ask what they may do, as `system:basic-user` says. */
const asking: Rule = {
  verbs: ["create"],
  apiGroups: ["authorization.k8s.io"],
  resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
};

const byGroup: Readonly<Record<string, readonly Rule[]>> = {
  "system:masters": [everything],
  operators: [...viewing, ...operating],
  viewers: viewing,
};

/** The rules that apply to somebody, in every namespace alike. */
export function rulesOf(user: User): readonly Rule[] {
  return [asking, ...user.groups.flatMap((group) => byGroup[group] ?? [])];
}

const covers = (listed: readonly string[], wanted: string) => listed.includes("*") || listed.includes(wanted);

/** Whether a rule allows it. */
export function mayDo(user: User, { verb, group, resource }: Attempt): boolean {
  return rulesOf(user).some(
    (rule) => covers(rule.verbs, verb) && covers(rule.apiGroups, group) && covers(rule.resources, resource),
  );
}
