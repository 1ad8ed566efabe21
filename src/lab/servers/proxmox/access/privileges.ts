/** Privileges of Proxmox VE that something in the lab asks for (pveum(1), "Privileges"). */
const guestPrivileges = [
  "VM.Allocate",
  "VM.Audit",
  "VM.Backup",
  "VM.Clone",
  "VM.Config.CDROM",
  "VM.Config.CPU",
  "VM.Config.Cloudinit",
  "VM.Config.Disk",
  "VM.Config.HWType",
  "VM.Config.Memory",
  "VM.Config.Network",
  "VM.Config.Options",
  "VM.Console",
  "VM.GuestAgent.Audit",
  "VM.GuestAgent.FileRead",
  "VM.GuestAgent.Unrestricted",
  "VM.Migrate",
  "VM.Monitor",
  "VM.PowerMgmt",
  "VM.Snapshot",
  "VM.Snapshot.Rollback",
] as const;
const storagePrivileges = [
  "Datastore.Allocate",
  "Datastore.AllocateSpace",
  "Datastore.AllocateTemplate",
  "Datastore.Audit",
] as const;
const nodePrivileges = [
  "Sys.AccessNetwork",
  "Sys.Audit",
  "Sys.Console",
  "Sys.Incoming",
  "Sys.PowerMgmt",
  "Sys.Syslog",
] as const;
const otherPrivileges = [
  "Permissions.Modify",
  "Pool.Allocate",
  "Pool.Audit",
  "SDN.Audit",
  "SDN.Use",
  "Sys.Modify",
  "User.Modify",
] as const;

export type Privilege =
  | (typeof guestPrivileges)[number]
  | (typeof storagePrivileges)[number]
  | (typeof nodePrivileges)[number]
  | (typeof otherPrivileges)[number];

/** Roles by name; the first two are built in, the third is what an operations console is given. */
export const roles = {
  Administrator: [...guestPrivileges, ...storagePrivileges, ...nodePrivileges, ...otherPrivileges],
  PVEAuditor: ["VM.Audit", "Datastore.Audit", "Sys.Audit", "Pool.Audit", "SDN.Audit"],
  Operations: [
    ...guestPrivileges,
    "Datastore.Audit",
    "Datastore.AllocateSpace",
    ...nodePrivileges,
    "Pool.Audit",
    "SDN.Audit",
    "SDN.Use",
  ],
  NoAccess: [],
} as const satisfies Record<string, readonly Privilege[]>;

/** The privileges as `GET /access/permissions` and a log-in tell them: 1 for each, at each path that grants any. */
export function permissionsOf(privileges: ReadonlySet<Privilege>): Record<string, Record<string, 1>> {
  const granted = Object.fromEntries([...privileges].sort().map((name) => [name, 1 as const]));
  const paths = ["/", "/access", "/nodes", "/storage", "/vms"];
  return privileges.size === 0 ? {} : Object.fromEntries(paths.map((path) => [path, granted]));
}
