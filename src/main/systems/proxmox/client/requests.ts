/**
 * A request of the Proxmox VE API: `{name}` in its path is filled in, `{guest}` with `qemu` or `lxc`. `required` are in
 * the order of the published schema; `word[n]` is a parameter that is numbered. `since` and `until` are the major
 * versions that have it, where not both of 8 and 9 do.
 */
export interface RequestShape {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  readonly since?: number;
  readonly until?: number;
}

/** Every request that is made. */
export const requests = {
  version: { method: "GET", path: "/version" },
  login: {
    method: "POST",
    path: "/access/ticket",
    required: ["password", "username"],
    optional: ["tfa-challenge"],
  },
  permissions: { method: "GET", path: "/access/permissions" },

  clusterResources: { method: "GET", path: "/cluster/resources" },
  clusterStatus: { method: "GET", path: "/cluster/status" },
  clusterTasks: { method: "GET", path: "/cluster/tasks" },
  clusterLog: { method: "GET", path: "/cluster/log", optional: ["max"] },
  haStatus: { method: "GET", path: "/cluster/ha/status/current" },
  haResources: { method: "GET", path: "/cluster/ha/resources" },
  haGroups: { method: "GET", path: "/cluster/ha/groups", until: 8 },
  haRules: { method: "GET", path: "/cluster/ha/rules", since: 9 },
  replicationJobs: { method: "GET", path: "/cluster/replication" },
  backupJobs: { method: "GET", path: "/cluster/backup" },
  nextId: { method: "GET", path: "/cluster/nextid", optional: ["vmid"] },

  configNodes: { method: "GET", path: "/cluster/config/nodes" },
  quorumDevice: { method: "GET", path: "/cluster/config/qdevice" },
  haMigrate: { method: "POST", path: "/cluster/ha/resources/{sid}/migrate", required: ["node"] },

  nodeStatus: { method: "GET", path: "/nodes/{node}/status" },
  nodeCommand: { method: "POST", path: "/nodes/{node}/status", required: ["command"] },
  nodeTime: { method: "GET", path: "/nodes/{node}/time" },
  nodeVersion: { method: "GET", path: "/nodes/{node}/version" },
  nodeReplication: { method: "GET", path: "/nodes/{node}/replication", optional: ["guest"] },
  nodeStorages: {
    method: "GET",
    path: "/nodes/{node}/storage",
    optional: ["content", "enabled", "storage", "target"],
  },
  storageContent: {
    method: "GET",
    path: "/nodes/{node}/storage/{storage}/content",
    optional: ["content", "vmid"],
  },
  nodeTasks: {
    method: "GET",
    path: "/nodes/{node}/tasks",
    optional: ["errors", "limit", "since", "source", "start", "statusfilter", "typefilter", "until", "vmid"],
  },
  taskStatus: { method: "GET", path: "/nodes/{node}/tasks/{upid}/status" },
  taskLog: { method: "GET", path: "/nodes/{node}/tasks/{upid}/log", optional: ["limit", "start"] },
  taskStop: { method: "DELETE", path: "/nodes/{node}/tasks/{upid}" },

  guestStatus: { method: "GET", path: "/nodes/{node}/{guest}/{vmid}/status/current" },
  guestConfig: {
    method: "GET",
    path: "/nodes/{node}/{guest}/{vmid}/config",
    optional: ["current", "snapshot"],
  },
  guestSnapshots: { method: "GET", path: "/nodes/{node}/{guest}/{vmid}/snapshot" },
  guestAgentNetwork: { method: "GET", path: "/nodes/{node}/qemu/{vmid}/agent/network-get-interfaces" },
  guestAgentFilesystems: { method: "GET", path: "/nodes/{node}/qemu/{vmid}/agent/get-fsinfo" },
  guestAgentFile: {
    method: "GET",
    path: "/nodes/{node}/qemu/{vmid}/agent/file-read",
    required: ["file"],
  },
  containerNetwork: { method: "GET", path: "/nodes/{node}/lxc/{vmid}/interfaces" },

  guestStart: { method: "POST", path: "/nodes/{node}/{guest}/{vmid}/status/start" },
  guestShutdown: {
    method: "POST",
    path: "/nodes/{node}/{guest}/{vmid}/status/shutdown",
    optional: ["forceStop", "timeout"],
  },
  guestStop: { method: "POST", path: "/nodes/{node}/{guest}/{vmid}/status/stop" },
  guestReboot: { method: "POST", path: "/nodes/{node}/{guest}/{vmid}/status/reboot", optional: ["timeout"] },
  machineReset: { method: "POST", path: "/nodes/{node}/qemu/{vmid}/status/reset" },
  machineSuspend: { method: "POST", path: "/nodes/{node}/qemu/{vmid}/status/suspend", optional: ["todisk"] },
  machineResume: { method: "POST", path: "/nodes/{node}/qemu/{vmid}/status/resume" },

  snapshotCreate: {
    method: "POST",
    path: "/nodes/{node}/{guest}/{vmid}/snapshot",
    required: ["snapname"],
    optional: ["description", "vmstate"],
  },
  snapshotDelete: { method: "DELETE", path: "/nodes/{node}/{guest}/{vmid}/snapshot/{snapname}" },
  snapshotRollback: {
    method: "POST",
    path: "/nodes/{node}/{guest}/{vmid}/snapshot/{snapname}/rollback",
    optional: ["start"],
  },

  migrateConditions: {
    method: "GET",
    path: "/nodes/{node}/{guest}/{vmid}/migrate",
    optional: ["target"],
  },
  machineMigrate: {
    method: "POST",
    path: "/nodes/{node}/qemu/{vmid}/migrate",
    required: ["target"],
    optional: ["online", "targetstorage", "with-local-disks"],
  },
  containerMigrate: {
    method: "POST",
    path: "/nodes/{node}/lxc/{vmid}/migrate",
    required: ["target"],
    optional: ["restart", "target-storage", "timeout"],
  },

  backup: {
    method: "POST",
    path: "/nodes/{node}/vzdump",
    optional: ["compress", "mode", "notes-template", "protected", "remove", "storage", "vmid"],
  },
  backupConfig: { method: "GET", path: "/nodes/{node}/vzdump/extractconfig", required: ["volume"] },
  machineRestore: {
    method: "POST",
    path: "/nodes/{node}/qemu",
    required: ["vmid"],
    optional: ["archive", "force", "name", "storage", "unique"],
  },
  containerRestore: {
    method: "POST",
    path: "/nodes/{node}/lxc",
    required: ["ostemplate", "vmid"],
    optional: ["force", "hostname", "restore", "storage", "unique"],
  },

  machineClone: {
    method: "POST",
    path: "/nodes/{node}/qemu/{vmid}/clone",
    required: ["newid"],
    optional: ["full", "name", "storage", "target"],
  },
  machineConfigure: {
    method: "POST",
    path: "/nodes/{node}/qemu/{vmid}/config",
    optional: [
      "cipassword",
      "ciuser",
      "cores",
      "delete",
      "digest",
      "ipconfig[n]",
      "memory",
      "nameserver",
      "searchdomain",
      "sshkeys",
    ],
  },
  guestDelete: {
    method: "DELETE",
    path: "/nodes/{node}/{guest}/{vmid}",
    optional: ["destroy-unreferenced-disks", "purge"],
  },

  vmScreen: {
    method: "POST",
    path: "/nodes/{node}/qemu/{vmid}/vncproxy",
    optional: ["generate-password", "websocket"],
  },
  guestTerminal: { method: "POST", path: "/nodes/{node}/{guest}/{vmid}/termproxy", optional: ["serial"] },
  nodeTerminal: { method: "POST", path: "/nodes/{node}/termproxy", optional: ["cmd", "cmd-opts"] },
  guestConsole: {
    method: "GET",
    path: "/nodes/{node}/{guest}/{vmid}/vncwebsocket",
    required: ["port", "vncticket"],
  },
  nodeConsole: { method: "GET", path: "/nodes/{node}/vncwebsocket", required: ["port", "vncticket"] },
} as const satisfies Record<string, RequestShape>;

export type RequestName = keyof typeof requests;

type ShapeOf<Name extends RequestName> = (typeof requests)[Name];
type Placeholders<Path extends string> = Path extends `${string}{${infer Found}}${infer Rest}`
  ? Found | Placeholders<Rest>
  : never;
type Words<List> = List extends readonly (infer Word extends string)[] ? Word : never;
type Numbered<Word extends string> = Word extends `${infer Stem}[n]` ? `${Stem}${number}` : Word;
type Required<Shape> = Shape extends { required: infer List } ? Numbered<Words<List>> : never;
type Optional<Shape> = Shape extends { optional: infer List } ? Numbered<Words<List>> : never;

export type ParameterValue = string | number | boolean;
export type GuestKind = "qemu" | "lxc";

/** What is filled into the path of a request. */
export type PathOf<Name extends RequestName> = {
  [Place in Placeholders<ShapeOf<Name>["path"]>]: Place extends "guest" ? GuestKind : string | number;
};

/** The parameters of a request; switches are sent as 1 and 0, what is undefined is left out. */
export type ParametersOf<Name extends RequestName> = {
  [Parameter in Required<ShapeOf<Name>>]: ParameterValue;
} & { [Parameter in Optional<ShapeOf<Name>>]?: ParameterValue | undefined };

/** The path of a request from `/api2/json` on, filled in and escaped. */
export function pathOf(name: RequestName, at: Readonly<Record<string, string | number>>): string {
  const filled = requests[name].path.replace(/\{(\w+)\}/g, (_whole, place: string) => {
    const value = Object.hasOwn(at, place) ? String(at[place]) : "";
    // An empty part, or one that climbs, would make it another request.
    if (value === "" || value === "." || value === "..")
      throw new RangeError(`nothing to fill in for ${place}`);
    return encodeURIComponent(value);
  });
  return `/api2/json${filled}`;
}

/** Parameters as a form or query, in the order in which they are given. */
export function formOf(parameters: Readonly<Record<string, ParameterValue | undefined>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    form.append(name, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  }
  return form.toString();
}
