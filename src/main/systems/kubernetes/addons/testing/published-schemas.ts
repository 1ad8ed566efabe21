/*
 * The parts of published CustomResourceDefinitions that the console writes or reads.
 * Source: vmware-tanzu/velero, config/crd/v1/bases and config/crd/v2alpha1/bases (velero.io_schedules, _backups, _restores,
 * _backupstoragelocations, _datauploads, _datadownloads); cloudnative-pg/cloudnative-pg, config/crd/bases
 * (postgresql.cnpg.io_clusters, _backups, _scheduledbackups). Names, types, enumerations, what is required and what has a
 * status of its own are as published; what is left out is never written.
 */

interface Schema {
  type: "object" | "string" | "integer" | "boolean" | "array";
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
  enum?: string[];
  format?: string;
  nullable?: boolean;
  default?: string;
}

const words: Schema = { type: "string" };
const moment: Schema = { type: "string", format: "date-time", nullable: true };
const whole: Schema = { type: "integer" };
const large: Schema = { type: "integer", format: "int64" };
const truth: Schema = { type: "boolean" };
const list = (items: Schema): Schema => ({ type: "array", items });
const names: Schema = { ...list(words), nullable: true };
const map: Schema = { type: "object", additionalProperties: words };
const oneOf = (...values: string[]): Schema => ({ type: "string", enum: values });
const tree = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});

const backupSpec = tree({
  includedNamespaces: names,
  excludedNamespaces: names,
  includedResources: names,
  excludedResources: names,
  snapshotMoveData: { ...truth, nullable: true },
  defaultVolumesToFsBackup: { ...truth, nullable: true },
  storageLocation: words,
  ttl: words,
});
const ended = { startTimestamp: moment, completionTimestamp: moment, errors: whole, failureReason: words };
const phases = [
  "New",
  "FailedValidation",
  "InProgress",
  "WaitingForPluginOperations",
  "WaitingForPluginOperationsPartiallyFailed",
  "Completed",
  "PartiallyFailed",
  "Failed",
];
const moverStatus = tree({
  phase: oneOf("New", "Accepted", "Prepared", "InProgress", "Canceling", "Canceled", "Completed", "Failed"),
  progress: tree({ bytesDone: large, totalBytes: large }),
  message: words,
  startTimestamp: moment,
  completionTimestamp: moment,
});
const moverSpec = {
  backupStorageLocation: words,
  operationTimeout: words,
  sourceNamespace: words,
  cancel: truth,
};

interface Published {
  group: string;
  version: string;
  plural: string;
  kind: string;
  /** Whether the status changes through its subresource alone. */
  hasStatus: boolean;
  spec: Schema;
  status: Schema;
}

const velero = { group: "velero.io", version: "v1", hasStatus: false };
const movers = { ...velero, version: "v2alpha1" };

const ofVelero: readonly Published[] = [
  {
    ...velero,
    plural: "schedules",
    kind: "Schedule",
    spec: tree({ schedule: words, template: backupSpec, paused: truth }, ["schedule", "template"]),
    status: tree({ phase: oneOf("New", "Enabled", "FailedValidation"), validationErrors: list(words) }),
  },
  {
    ...velero,
    plural: "backupstoragelocations",
    kind: "BackupStorageLocation",
    spec: tree(
      {
        provider: words,
        default: truth,
        accessMode: oneOf("ReadOnly", "ReadWrite"),
        objectStorage: tree({ bucket: words, prefix: words }, ["bucket"]),
        config: map,
      },
      ["provider", "objectStorage"],
    ),
    status: tree({ phase: oneOf("Available", "Unavailable"), message: words }),
  },
  {
    ...velero,
    plural: "backups",
    kind: "Backup",
    spec: backupSpec,
    status: tree({
      ...ended,
      phase: oneOf(...phases, "Finalizing", "FinalizingPartiallyFailed", "Deleting"),
      expiration: moment,
      validationErrors: names,
      progress: { ...tree({ totalItems: whole, itemsBackedUp: whole }), nullable: true },
      csiVolumeSnapshotsAttempted: whole,
      volumeSnapshotsAttempted: whole,
    }),
  },
  {
    ...velero,
    plural: "restores",
    kind: "Restore",
    spec: tree(
      {
        backupName: words,
        includedNamespaces: names,
        excludedResources: names,
        namespaceMapping: map,
        existingResourcePolicy: { ...words, nullable: true },
      },
      ["backupName"],
    ),
    status: tree({
      ...ended,
      phase: oneOf(...phases),
      validationErrors: names,
      progress: { ...tree({ totalItems: whole, itemsRestored: whole }), nullable: true },
    }),
  },
  {
    ...movers,
    plural: "datauploads",
    kind: "DataUpload",
    spec: tree({ ...moverSpec, snapshotType: words, sourcePVC: words }, [
      "backupStorageLocation",
      "operationTimeout",
      "snapshotType",
      "sourceNamespace",
      "sourcePVC",
    ]),
    status: moverStatus,
  },
  {
    ...movers,
    plural: "datadownloads",
    kind: "DataDownload",
    spec: tree(
      {
        ...moverSpec,
        snapshotID: words,
        targetVolume: tree({ namespace: words, pv: words, pvc: words }, ["namespace", "pv", "pvc"]),
      },
      ["backupStorageLocation", "operationTimeout", "snapshotID", "sourceNamespace", "targetVolume"],
    ),
    status: moverStatus,
  },
];

const cnpg = { group: "postgresql.cnpg.io", version: "v1", hasStatus: true };
const clusterName = tree({ name: words }, ["name"]);
const way = {
  cluster: clusterName,
  method: { ...oneOf("barmanObjectStore", "volumeSnapshot", "plugin"), default: "barmanObjectStore" },
  target: oneOf("primary", "prefer-standby"),
  online: truth,
  pluginConfiguration: tree({ name: words, parameters: map }, ["name"]),
};
const conditions = list(tree({ type: words, status: words, reason: words, message: words }));

const ofCnpg: readonly Published[] = [
  {
    ...cnpg,
    plural: "clusters",
    kind: "Cluster",
    spec: tree(
      {
        instances: whole,
        backup: tree({ barmanObjectStore: tree({ destinationPath: words }, ["destinationPath"]) }),
        plugins: list(tree({ name: words, enabled: truth, isWALArchiver: truth }, ["name"])),
        replica: tree({ enabled: truth, source: words, self: words, primary: words, promotionToken: words }, [
          "source",
        ]),
      },
      ["instances"],
    ),
    status: tree({
      instances: whole,
      readyInstances: whole,
      instanceNames: list(words),
      instancesStatus: { type: "object", additionalProperties: list(words) },
      currentPrimary: words,
      targetPrimary: words,
      targetPrimaryTimestamp: words,
      phase: words,
      phaseReason: words,
      conditions,
    }),
  },
  {
    ...cnpg,
    plural: "backups",
    kind: "Backup",
    spec: tree(way, ["cluster"]),
    status: tree({
      phase: words,
      error: words,
      backupId: words,
      destinationPath: words,
      startedAt: moment,
      stoppedAt: moment,
    }),
  },
  {
    ...cnpg,
    plural: "scheduledbackups",
    kind: "ScheduledBackup",
    spec: tree({ ...way, schedule: words, suspend: truth }, ["cluster", "schedule"]),
    status: tree({ lastScheduleTime: moment, nextScheduleTime: moment }),
  },
];

/** The definitions that make a Kubernetes API server serve what is written of both: what they do not name is refused. */
export function publishedDefinitions() {
  return [...ofVelero, ...ofCnpg].map(({ group, version, plural, kind, hasStatus, spec, status }) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...(hasStatus && { subresources: { status: {} } }),
          schema: {
            openAPIV3Schema: tree({
              apiVersion: words,
              kind: words,
              metadata: { type: "object" },
              spec,
              status,
            }),
          },
        },
      ],
    },
  }));
}
