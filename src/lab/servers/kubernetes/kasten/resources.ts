import { type Resource, resource } from "../api/catalogue.ts";

const version = "v1alpha1";
const reading = ["get"];
/** Veeam Kasten's own namespace, where policies and profiles are. */
export const kastenNamespace = "kasten-io";

export const groups = {
  config: "config.kio.kasten.io",
  actions: "actions.kio.kasten.io",
  apps: "apps.kio.kasten.io",
} as const;

/** The kinds of action that the lab's Kasten does. */
export const actionKinds = [
  "RunAction",
  "BackupAction",
  "ExportAction",
  "ImportAction",
  "RestoreAction",
] as const;
export type ActionKind = (typeof actionKinds)[number];

/** The name that the store knows the actions of a kind by. */
export function actionsNamed(kind: ActionKind): string {
  return `${kind.toLowerCase()}s.${groups.actions}`;
}

export const kastenNames = {
  policies: `policies.${groups.config}`,
  profiles: `profiles.${groups.config}`,
  points: `restorepoints.${groups.apps}`,
  contents: `restorepointcontents.${groups.apps}`,
} as const;

/** The custom resources of Veeam Kasten that the lab serves. Source: docs.kasten.io, "API and Command Line". */
export const kastenResources: readonly Resource[] = [
  resource(groups.config, "policies", "Policy", { version }),
  resource(groups.config, "profiles", "Profile", { version }),
  ...actionKinds.map((kind) =>
    resource(groups.actions, `${kind.toLowerCase()}s`, kind, {
      version,
      subresources: [{ name: "details", kind, verbs: reading }],
    }),
  ),
  resource(groups.apps, "restorepoints", "RestorePoint", {
    version,
    subresources: [{ name: "details", kind: "RestorePoint", verbs: reading }],
  }),
  resource(groups.apps, "restorepointcontents", "RestorePointContent", {
    version,
    namespaced: false,
    subresources: [{ name: "details", kind: "RestorePointContent", verbs: reading }],
  }),
];
