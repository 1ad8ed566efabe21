/** API group, labels and identifiers of CloudNativePG. Source: cloudnative-pg.io/documentation, "API Reference". */
export const group = "postgresql.cnpg.io";

/** The path of its resources before the namespace. */
export const prefix = `/apis/${group}/v1`;
/** `apiVersion` of the objects that are created. */
export const version = `${group}/v1`;

export const labels = { cluster: "cnpg.io/cluster", schedule: "cnpg.io/scheduled-backup" } as const;
/** On a Cluster: which of its instances are fenced, as a list in JSON; `*` stands for all. */
export const fencedAnnotation = "cnpg.io/fencedInstances";
export const everyInstance = "*";
/** On a Cluster: `on` shuts all of its instances down and keeps their volumes ("Declarative hibernation"). */
export const hibernationAnnotation = "cnpg.io/hibernation";

export const folders = {
  databases: "databases",
  schedules: "database-schedules",
  points: "database-restore-points",
  replications: "database-replications",
} as const;

export interface Place {
  namespace: string;
  name: string;
}

const idIn = (folder: string) => (system: string, namespace: string, name: string) =>
  `${system}/${folder}/${namespace}/${name}`;

/** Identifiers of its resources, below that of the system in the estate file. */
export const cnpgIds = {
  database: idIn(folders.databases),
  schedule: idIn(folders.schedules),
  point: idIn(folders.points),
  replication: idIn(folders.replications),
};

export function clusterPath({ namespace, name }: Place): string {
  return `${prefix}/namespaces/${namespace}/clusters/${name}`;
}
