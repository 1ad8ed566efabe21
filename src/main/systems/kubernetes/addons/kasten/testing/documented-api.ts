/*
 * The part of Kasten's documented API that the console writes or reads, as OpenAPI schemas of CustomResourceDefinitions.
 * Source: docs.kasten.io, "API and Command Line" (Policies, Profiles, Actions, Restore Points; each resource's "API Type").
 * In a cluster with Kasten the groups `actions` and `apps` are served by its own API servers, which publish no schema.
 */

interface Schema {
  type: "object" | "string" | "integer" | "boolean" | "array";
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
  enum?: (string | null)[];
  format?: string;
}

const words: Schema = { type: "string" };
const moment: Schema = { type: "string", format: "date-time" };
const whole: Schema = { type: "integer" };
const truth: Schema = { type: "boolean" };
const list = (items: Schema): Schema => ({ type: "array", items });
const tree = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});
const reference = tree({ name: words, namespace: words }, ["name", "namespace"]);
const object = tree({ apiVersion: words, kind: words, name: words, namespace: words }, ["name", "namespace"]);
const numbers = list(whole);
const amounts = tree({ hourly: whole, daily: whole, weekly: whole, monthly: whole, yearly: whole });
const resource = tree({ group: words, version: words, resource: words, name: words });

const actionStatus = tree({
  state: {
    ...words,
    enum: ["Pending", "Running", "AttemptFailed", "Complete", "Failed", "Cancelled", "Skipped", "Deleted"],
  },
  startTime: moment,
  endTime: moment,
  progress: whole,
  error: tree({ message: words, cause: words }),
});

const policySpec = tree({
  comment: words,
  frequency: words,
  subFrequency: tree({ minutes: numbers, hours: numbers, weekdays: numbers, days: numbers, months: numbers }),
  paused: truth,
  retention: amounts,
  selector: tree({
    matchLabels: { type: "object", additionalProperties: words },
    matchExpressions: list(tree({ key: words, operator: words, values: list(words) }, ["key", "operator"])),
  }),
  actions: list(
    tree(
      {
        action: words,
        exportParameters: tree({
          frequency: words,
          profile: reference,
          exportData: tree({ enabled: truth }),
          receiveString: words,
        }),
        importParameters: tree({ profile: reference, receiveString: words }),
      },
      ["action"],
    ),
  ),
});

const validation = tree({ validation: words, error: list(words), hash: whole, modifyHash: whole });

interface Documented {
  group: string;
  plural: string;
  kind: string;
  scope: "Namespaced" | "Cluster";
  spec: Schema | null;
  status: Schema;
}

const documented: readonly Documented[] = [
  {
    group: "config.kio.kasten.io",
    plural: "policies",
    kind: "Policy",
    scope: "Namespaced",
    spec: policySpec,
    status: validation,
  },
  {
    group: "actions.kio.kasten.io",
    plural: "runactions",
    kind: "RunAction",
    scope: "Namespaced",
    spec: tree({ subject: object }, ["subject"]),
    status: actionStatus,
  },
  ...(["BackupAction", "ExportAction"] as const).map(
    (kind): Documented => ({
      group: "actions.kio.kasten.io",
      plural: `${kind.toLowerCase()}s`,
      kind,
      scope: "Namespaced",
      spec: tree({ subject: object }, ["subject"]),
      status: actionStatus,
    }),
  ),
  {
    group: "actions.kio.kasten.io",
    plural: "restoreactions",
    kind: "RestoreAction",
    scope: "Namespaced",
    spec: tree(
      {
        subject: object,
        targetNamespace: words,
        filters: tree({ includeResources: list(resource), excludeResources: list(resource) }),
      },
      ["subject", "targetNamespace"],
    ),
    status: actionStatus,
  },
  {
    group: "apps.kio.kasten.io",
    plural: "restorepoints",
    kind: "RestorePoint",
    scope: "Namespaced",
    spec: tree({ restorePointContentRef: tree({ name: words }, ["name"]) }, ["restorePointContentRef"]),
    status: tree({ actionTime: moment, scheduledTime: moment }),
  },
  {
    group: "apps.kio.kasten.io",
    plural: "restorepointcontents",
    kind: "RestorePointContent",
    scope: "Cluster",
    spec: null,
    status: tree({
      state: words,
      actionTime: moment,
      scheduledTime: moment,
      restorePointRef: reference,
      physicalSizeBytes: whole,
      logicalSizeBytes: whole,
    }),
  },
];

function schemaOf({ spec, status }: Documented): Schema {
  return tree(
    {
      apiVersion: words,
      kind: words,
      metadata: { type: "object" },
      ...(spec && { spec }),
      status,
    },
    spec ? ["spec"] : [],
  );
}

/** The definitions that make a Kubernetes API server serve these resources: what they do not name is dropped. */
export function kastenDefinitions() {
  return documented.map((each) => {
    const { group, plural, kind, scope } = each;
    return {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope,
        names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
        versions: [
          { name: "v1alpha1", served: true, storage: true, schema: { openAPIV3Schema: schemaOf(each) } },
        ],
      },
    };
  });
}

/** The fields of an object that are documented nowhere here, as paths; empty when all are. */
export function undocumented(body: { kind?: unknown; [key: string]: unknown }): string[] {
  const found = documented.find(({ kind }) => kind === body.kind);
  if (!found) return [`kind ${String(body.kind)}`];
  const { metadata: _, ...rest } = body;
  return strangers(rest, schemaOf(found), "");
}

function strangers(value: unknown, schema: Schema, path: string): string[] {
  if (schema.type === "array") {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((each, index) => strangers(each, schema.items ?? words, `${path}[${index}]`));
  }
  if (schema.type !== "object") {
    const type = schema.type === "integer" ? "number" : schema.type;
    return typeof value === type ? [] : [`${path} is no ${schema.type}`];
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} is no object`];
  const known = schema.properties;
  if (!known) return [];
  const missing = (schema.required ?? [])
    .filter((key) => !(key in value))
    .map((key) => `${path}.${key} is missing`);
  return [
    ...missing,
    ...Object.entries(value).flatMap(([key, inner]) => {
      const of = known[key];
      return of ? strangers(inner, of, `${path}.${key}`) : [`${path}.${key}`];
    }),
  ];
}
