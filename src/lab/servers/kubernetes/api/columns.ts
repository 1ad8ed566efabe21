import { count, items, type Json, type KubeObject, read, words } from "../store/object.ts";

/** A column of a table (`meta.k8s.io/v1` Table). Those of priority 1 are shown in wide tables only. */
export interface Column {
  name: string;
  type: "string" | "integer" | "date";
  priority: 0 | 1;
  /** `now` in epoch milliseconds, world time. */
  cell(object: KubeObject, now: number): Json;
}

const column = (
  name: string,
  cell: Column["cell"],
  type: Column["type"] = "string",
  priority: 0 | 1 = 0,
): Column => ({ name, type, priority, cell });
const wide = (name: string, cell: Column["cell"]): Column => column(name, cell, "string", 1);

/** How long something lasted, as kubectl writes it: `45s`, `5m12s`, `3h4m`, `12d`. */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (Number.isNaN(seconds)) return "<unknown>";
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`;
  return days < 730 ? `${days}d` : `${Math.floor(days / 365)}y${days % 365}d`;
}

const named = column("Name", ({ metadata }) => metadata.name);
const age = column("Age", ({ metadata }, now) => duration(now - Date.parse(metadata.creationTimestamp)));
const or = (text: string, otherwise = "<none>") => text || otherwise;
const text = (name: string, ...path: string[]) => column(name, (object) => or(words(object, ...path)));
const figure = (name: string, ...path: string[]) => column(name, (object) => count(object, path), "integer");
const images = wide("Images", (object) =>
  items(object, "spec", "template", "spec", "containers")
    .map((container) => words(container, "image"))
    .join(","),
);
const selector = wide("Selector", (object) => pairs(read(object, "spec", "selector", "matchLabels")));
const containers = wide("Containers", (object) =>
  items(object, "spec", "template", "spec", "containers")
    .map((container) => words(container, "name"))
    .join(","),
);

function pairs(value: unknown): string {
  if (typeof value !== "object" || value === null) return "<none>";
  const listed = Object.entries(value).map(([key, entry]) => `${key}=${String(entry)}`);
  return or(listed.join(","));
}

function conditionOf(object: KubeObject, type: string): unknown {
  return items(object, "status", "conditions").find((condition) => words(condition, "type") === type);
}

const statusOf = (object: KubeObject, type: string) =>
  or(words(conditionOf(object, type), "status"), "Unknown");

/** The word of the STATUS column: the phase, unless a container or an end has more to say. */
function podWord(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp) {
    return words(pod, "status", "reason") === "NodeLost" ? "Unknown" : "Terminating";
  }
  for (const status of items(pod, "status", "containerStatuses")) {
    const reason =
      words(status, "state", "waiting", "reason") || words(status, "state", "terminated", "reason");
    if (reason) return reason;
  }
  return or(words(pod, "status", "reason") || words(pod, "status", "phase"), "Unknown");
}

function nodeWord(node: KubeObject): string {
  const ready = conditionOf(node, "Ready");
  const word = words(ready, "status") === "True" ? "Ready" : ready ? "NotReady" : "Unknown";
  return read(node, "spec", "unschedulable") === true ? `${word},SchedulingDisabled` : word;
}

function nodeRoles({ metadata }: KubeObject): string {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return or(roles.map((role) => role.slice(prefix.length)).join(","));
}

const address = (node: KubeObject) =>
  words(
    items(node, "status", "addresses").find((entry) => words(entry, "type") === "InternalIP"),
    "address",
  );
const share = (object: KubeObject, of: string, whole: string) =>
  `${count(object, ["status", of])}/${count(object, ["spec", whole], 1)}`;

/** What is used of a quota, and how much there is; limits apart from everything else. */
function quotaShares(quota: KubeObject, limits: boolean): string {
  const hard = Object.entries(Object(read(quota, "status", "hard")));
  return hard
    .filter(([name]) => name.startsWith("limits.") === limits)
    .map(([name, most]) => `${name}: ${String(read(quota, "status", "used", name) ?? 0)}/${String(most)}`)
    .join(", ");
}

/** The columns of each resource; one that is not named here shows name and age. */
export const columnsOf: Readonly<Record<string, readonly Column[]>> = {
  pods: [
    named,
    column("Ready", (pod) => {
      const statuses = items(pod, "status", "containerStatuses");
      const ready = statuses.filter((status) => read(status, "ready") === true).length;
      return `${ready}/${items(pod, "spec", "containers").length}`;
    }),
    column("Status", podWord),
    column("Restarts", (pod) =>
      String(
        items(pod, "status", "containerStatuses").reduce<number>(
          (sum, status) => sum + count(status, ["restartCount"]),
          0,
        ),
      ),
    ),
    age,
    wide("IP", (pod) => or(words(pod, "status", "podIP"))),
    wide("Node", (pod) => or(words(pod, "spec", "nodeName"))),
    wide("Nominated Node", () => "<none>"),
    wide("Readiness Gates", () => "<none>"),
  ],
  nodes: [
    named,
    column("Status", nodeWord),
    column("Roles", nodeRoles),
    age,
    text("Version", "status", "nodeInfo", "kubeletVersion"),
    wide("Internal-IP", (node) => or(address(node))),
    wide("External-IP", () => "<none>"),
    wide("OS-Image", (node) => words(node, "status", "nodeInfo", "osImage")),
    wide("Kernel-Version", (node) => words(node, "status", "nodeInfo", "kernelVersion")),
    wide("Container-Runtime", (node) => words(node, "status", "nodeInfo", "containerRuntimeVersion")),
  ],
  namespaces: [named, text("Status", "status", "phase"), age],
  "deployments.apps": [
    named,
    column("Ready", (object) => share(object, "readyReplicas", "replicas")),
    figure("Up-to-date", "status", "updatedReplicas"),
    figure("Available", "status", "availableReplicas"),
    age,
    containers,
    images,
    selector,
  ],
  "replicasets.apps": [
    named,
    figure("Desired", "spec", "replicas"),
    figure("Current", "status", "replicas"),
    figure("Ready", "status", "readyReplicas"),
    age,
    containers,
    images,
    selector,
  ],
  "statefulsets.apps": [
    named,
    column("Ready", (object) => share(object, "readyReplicas", "replicas")),
    age,
    containers,
    images,
  ],
  "daemonsets.apps": [
    named,
    figure("Desired", "status", "desiredNumberScheduled"),
    figure("Current", "status", "currentNumberScheduled"),
    figure("Ready", "status", "numberReady"),
    figure("Up-to-date", "status", "updatedNumberScheduled"),
    figure("Available", "status", "numberAvailable"),
    column("Node Selector", (object) =>
      pairs(read(object, "spec", "template", "spec", "nodeSelector") ?? {}),
    ),
    age,
    containers,
    images,
    selector,
  ],
  "poddisruptionbudgets.policy": [
    named,
    column("Min Available", (object) => String(read(object, "spec", "minAvailable") ?? "N/A")),
    column("Max Unavailable", (object) => String(read(object, "spec", "maxUnavailable") ?? "N/A")),
    figure("Allowed Disruptions", "status", "disruptionsAllowed"),
    age,
  ],
  persistentvolumeclaims: [
    named,
    text("Status", "status", "phase"),
    text("Volume", "spec", "volumeName"),
    text("Capacity", "status", "capacity", "storage"),
    column("Access Modes", () => "RWO"),
    text("StorageClass", "spec", "storageClassName"),
    age,
  ],
  "jobs.batch": [
    named,
    column("Status", (job) =>
      or(
        words(items(job, "status", "conditions")[0], "type"),
        count(job, ["status", "active"]) > 0 ? "Running" : "Suspended",
      ),
    ),
    column(
      "Completions",
      (job) => `${count(job, ["status", "succeeded"])}/${count(job, ["spec", "completions"], 1)}`,
    ),
    column("Duration", (job, now) => {
      const end = words(job, "status", "completionTime");
      const start = Date.parse(words(job, "status", "startTime"));
      return Number.isNaN(start) ? "" : duration((end ? Date.parse(end) : now) - start);
    }),
    age,
  ],
  "cronjobs.batch": [
    named,
    text("Schedule", "spec", "schedule"),
    column("Timezone", () => "<none>"),
    column("Suspend", (cron) => (read(cron, "spec", "suspend") === true ? "True" : "False")),
    figure("Active", "status", "active"),
    column("Last Schedule", (cron, now) => {
      const last = words(cron, "status", "lastScheduleTime");
      return last ? duration(now - Date.parse(last)) : "<none>";
    }),
    age,
  ],
  "controllerrevisions.apps": [
    named,
    column("Controller", ({ metadata }) => {
      const [owner] = metadata.ownerReferences ?? [];
      return owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : "<none>";
    }),
    figure("Revision", "revision"),
    age,
  ],
  resourcequotas: [
    named,
    age,
    column("Request", (quota) => quotaShares(quota, false)),
    column("Limit", (quota) => quotaShares(quota, true)),
  ],
  "clusterversions.config.openshift.io": [
    named,
    column("Version", (object) => words(items(object, "status", "history")[0], "version")),
    column("Available", (object) => statusOf(object, "Available")),
    column("Progressing", (object) => statusOf(object, "Progressing")),
    age,
    column("Status", (object) => words(conditionOf(object, "Progressing"), "message")),
  ],
  "clusteroperators.config.openshift.io": [
    named,
    column("Version", (object) => words(items(object, "status", "versions")[0], "version")),
    column("Available", (object) => statusOf(object, "Available")),
    column("Progressing", (object) => statusOf(object, "Progressing")),
    column("Degraded", (object) => statusOf(object, "Degraded")),
    age,
  ],
  "machineconfigpools.machineconfiguration.openshift.io": [
    named,
    text("Config", "status", "configuration", "name"),
    column("Updated", (object) => statusOf(object, "Updated")),
    column("Updating", (object) => statusOf(object, "Updating")),
    column("Degraded", (object) => statusOf(object, "Degraded")),
    figure("MachineCount", "status", "machineCount"),
    figure("ReadyMachineCount", "status", "readyMachineCount"),
    figure("UpdatedMachineCount", "status", "updatedMachineCount"),
    figure("DegradedMachineCount", "status", "degradedMachineCount"),
    age,
  ],
  "routes.route.openshift.io": [
    named,
    text("Host/Port", "spec", "host"),
    text("Services", "spec", "to", "name"),
    age,
  ],
  services: [
    named,
    text("Type", "spec", "type"),
    text("Cluster-IP", "spec", "clusterIP"),
    column("External-IP", () => "<none>"),
    column("Port(s)", (object) =>
      items(object, "spec", "ports")
        .map((port) => `${count(port, ["port"])}/${or(words(port, "protocol"), "TCP")}`)
        .join(","),
    ),
    age,
  ],
  configmaps: [
    named,
    column("Data", (object) => Object.keys(Object(read(object, "data") ?? {})).length, "integer"),
    age,
  ],
  secrets: [
    named,
    text("Type", "type"),
    column("Data", (object) => Object.keys(Object(read(object, "data") ?? {})).length, "integer"),
    age,
  ],
  "ingresses.networking.k8s.io": [
    named,
    text("Class", "spec", "ingressClassName"),
    column("Hosts", (object) =>
      or(
        items(object, "spec", "rules")
          .map((rule) => words(rule, "host"))
          .join(","),
        "*",
      ),
    ),
    column("Address", () => ""),
    column("Ports", () => "80"),
    age,
  ],
  events: [
    column("Last Seen", (event, now) => duration(now - Date.parse(words(event, "lastTimestamp")))),
    text("Type", "type"),
    text("Reason", "reason"),
    column(
      "Object",
      (event) =>
        `${words(event, "involvedObject", "kind").toLowerCase()}/${words(event, "involvedObject", "name")}`,
    ),
    column("Message", (event) => words(event, "message").trim()),
  ],
};

/** What a resource shows when nothing is said of it. */
export const plainColumns: readonly Column[] = [
  named,
  column("Created At", ({ metadata }) => metadata.creationTimestamp, "date"),
];
