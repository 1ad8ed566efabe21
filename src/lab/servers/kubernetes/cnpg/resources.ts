import { type Resource, resource } from "../api/catalogue.ts";

const group = "postgresql.cnpg.io";
export const cnpgApi = `${group}/v1`;

export const cnpgNames = {
  clusters: `clusters.${group}`,
  backups: `backups.${group}`,
  schedules: `scheduledbackups.${group}`,
} as const;

const status = (kind: string) => [{ name: "status", kind, verbs: ["get", "patch", "update"] }];

/** The custom resources of CloudNativePG that the lab serves. Source: cloudnative-pg.io/documentation, "API Reference". */
export const cnpgResources: readonly Resource[] = [
  resource(group, "clusters", "Cluster", { subresources: status("Cluster") }),
  resource(group, "backups", "Backup", { subresources: status("Backup") }),
  resource(group, "scheduledbackups", "ScheduledBackup", { subresources: status("ScheduledBackup") }),
];
