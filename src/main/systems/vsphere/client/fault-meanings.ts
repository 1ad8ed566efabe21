import { type LocalText, text } from "../../../../shared/text.ts";

/** What a fault means: the last part of its code, why, and what can be done. */
export interface Meaning {
  code: string;
  why: LocalText;
  hint: LocalText;
}

/** For a fault that is not known here. */
export const look = text(
  "Look at the task and its events in the vSphere Client, then try again.",
  "Consultez la tâche et ses événements dans le client vSphere, puis réessayez.",
);
const wait = text("Wait until it has ended, then try again.", "Attendez qu'elle se termine, puis réessayez.");
const readAgain = text(
  "Have it read again and look at its state before another attempt.",
  "Faites-la relire et vérifiez son état avant un nouvel essai.",
);

/** What the faults of the vSphere Web Services API mean, by the names of their types. */
const known: Readonly<Record<string, Meaning>> = {
  NotAuthenticated: {
    code: "not-authenticated",
    why: text("the session has ended", "la session est terminée"),
    hint: text("Try again; the console logs in anew.", "Réessayez ; la console se reconnecte."),
  },
  NoPermission: {
    code: "no-permission",
    why: text("the user lacks the privilege for it", "l'utilisateur n'en a pas le privilège"),
    hint: text(
      "Give the user's role the privilege that docs/systems/vsphere.md names for it.",
      "Accordez au rôle de l'utilisateur le privilège indiqué dans docs/systems/vsphere.md.",
    ),
  },
  ManagedObjectNotFound: {
    code: "object-gone",
    why: text("the object is not there any more", "l'objet n'existe plus"),
    hint: readAgain,
  },
  InvalidPowerState: {
    code: "invalid-power-state",
    why: text("its power state does not allow it", "son état d'alimentation ne le permet pas"),
    hint: readAgain,
  },
  InvalidState: {
    code: "invalid-state",
    why: text("its present state does not allow it", "son état actuel ne le permet pas"),
    hint: readAgain,
  },
  TaskInProgress: {
    code: "task-in-progress",
    why: text("another task works on it", "une autre tâche est en cours sur elle"),
    hint: wait,
  },
  ToolsUnavailable: {
    code: "tools-unavailable",
    why: text("VMware Tools do not run in the guest", "VMware Tools ne s'exécute pas dans l'invité"),
    hint: text(
      "Start VMware Tools in the guest, or use the hard way.",
      "Démarrez VMware Tools dans l'invité, ou employez l'arrêt forcé.",
    ),
  },
  InsufficientResourcesFault: {
    code: "insufficient-resources",
    why: text(
      "the cluster has not enough resources, or admission control keeps them back",
      "la grappe n'a pas assez de ressources, ou le contrôle d'admission les réserve",
    ),
    hint: text(
      "Free resources in the cluster, or look at its admission control.",
      "Libérez des ressources dans la grappe, ou examinez son contrôle d'admission.",
    ),
  },
  NoDiskSpace: {
    code: "no-disk-space",
    why: text("the datastore is full", "la banque de données est pleine"),
    hint: text(
      "Free space on the datastore, by deleting old snapshots for example.",
      "Libérez de l'espace sur la banque de données, par exemple en supprimant d'anciens instantanés.",
    ),
  },
  RequestCanceled: {
    code: "task-cancelled",
    why: text("the task was cancelled there", "la tâche y a été annulée"),
    hint: look,
  },
  RestrictedVersion: {
    code: "licence",
    why: text(
      "its licence does not include changes by the API",
      "sa licence n'inclut pas les modifications par l'API",
    ),
    hint: text(
      "Use vCenter, or an ESXi host with a full licence.",
      "Passez par vCenter, ou par un hôte ESXi doté d'une licence complète.",
    ),
  },
  MethodNotFound: {
    code: "not-offered",
    why: text("it does not know this request", "il ne connaît pas cette requête"),
    hint: text("Look at the version of vCenter.", "Vérifiez la version de vCenter."),
  },
  RuleViolation: {
    code: "rule-violated",
    why: text(
      "an affinity rule of the cluster does not allow it there",
      "une règle d'affinité de la grappe ne le permet pas à cet endroit",
    ),
    hint: text(
      "Choose another host, or look at the VM/host rules of the cluster in the vSphere Client.",
      "Choisissez un autre hôte, ou examinez les règles VM/hôte de la grappe dans le client vSphere.",
    ),
  },
  DisallowedMigrationDeviceAttached: {
    code: "device-attached",
    why: text(
      "a device of its host is attached to it, such as a CD-ROM, a USB or a passthrough device",
      "un périphérique de son hôte y est raccordé : lecteur de CD-ROM, USB ou accès direct (passthrough)",
    ),
    hint: text(
      "Detach the device from the VM, or move the VM while it is off.",
      "Détachez le périphérique de la VM, ou déplacez la VM une fois éteinte.",
    ),
  },
  CannotAccessLocalSource: {
    code: "storage-not-reached",
    why: text(
      "the target host does not reach its disks: they are on storage of one host alone",
      "l'hôte cible n'atteint pas ses disques : ils sont sur un stockage propre à un seul hôte",
    ),
    hint: text(
      "Migrate it with its disks to a shared datastore first.",
      "Migrez-la d'abord avec ses disques vers une banque de données partagée.",
    ),
  },
  CannotAccessNetwork: {
    code: "network-missing",
    why: text(
      "the target host does not have one of its networks",
      "l'hôte cible ne dispose pas de l'un de ses réseaux",
    ),
    hint: text(
      "Choose another host, or give the target host that port group.",
      "Choisissez un autre hôte, ou ajoutez ce groupe de ports à l'hôte cible.",
    ),
  },
  VMotionInterfaceIssue: {
    code: "vmotion-not-ready",
    why: text(
      "vMotion is not set up between the two hosts",
      "vMotion n'est pas configuré entre les deux hôtes",
    ),
    hint: text(
      "Look at the VMkernel adapters for vMotion on both hosts.",
      "Vérifiez les adaptateurs VMkernel pour vMotion sur les deux hôtes.",
    ),
  },
  MigrationNotReady: {
    code: "migration-not-ready",
    why: text("it is not ready to be migrated now", "elle n'est pas prête à être migrée actuellement"),
    hint: wait,
  },
  NotSupportedHost: {
    code: "host-incompatible",
    why: text(
      "the target host cannot run it: its version or its processors do not fit",
      "l'hôte cible ne peut pas l'exécuter : sa version ou ses processeurs ne conviennent pas",
    ),
    hint: text(
      "Choose another host, or move it while it is off.",
      "Choisissez un autre hôte, ou déplacez-la une fois éteinte.",
    ),
  },
  HostNotConnected: {
    code: "host-not-connected",
    why: text("the host does not answer vCenter", "l'hôte ne répond pas à vCenter"),
    hint: text(
      "Look at the host's connection in the vSphere Client, then try again.",
      "Vérifiez la connexion de l'hôte dans le client vSphere, puis réessayez.",
    ),
  },
  Timedout: {
    code: "task-timed-out",
    why: text("it did not end in the time that it had", "elle ne s'est pas terminée dans le temps imparti"),
    hint: look,
  },
  HostPowerOpFailed: {
    code: "host-power-failed",
    why: text(
      "the host did not do it, or it is not configured for it",
      "l'hôte ne l'a pas exécuté, ou n'est pas configuré pour cela",
    ),
    hint: text(
      "Look at the host's events; for standby look at its IPMI or Wake-on-LAN settings.",
      "Consultez les événements de l'hôte ; pour la veille, vérifiez ses réglages IPMI ou Wake-on-LAN.",
    ),
  },
};

const aliases: Readonly<Record<string, string>> = {
  InvalidSnapshotState: "InvalidState",
  NotEnoughCpus: "InsufficientResourcesFault",
  InsufficientCpuResourcesFault: "InsufficientResourcesFault",
  InsufficientMemoryResourcesFault: "InsufficientResourcesFault",
  InsufficientFailoverResourcesFault: "InsufficientResourcesFault",
  NotSupported: "MethodNotFound",
  LicenseRestricted: "RestrictedVersion",
  VmToolsUpgradeFault: "ToolsUnavailable",
  InsufficientHostCapacityFault: "InsufficientResourcesFault",
  InsufficientHostCpuCapacityFault: "InsufficientResourcesFault",
  InsufficientHostMemoryCapacityFault: "InsufficientResourcesFault",
  InsufficientGraphicsResourcesFault: "InsufficientResourcesFault",
  NoCompatibleHost: "InsufficientResourcesFault",
  NoActiveHostInCluster: "InsufficientResourcesFault",
  VmHostAffinityRuleViolation: "RuleViolation",
  VmVmAffinityRuleViolation: "RuleViolation",
  AffinityConfigured: "RuleViolation",
  DeviceNotSupported: "DisallowedMigrationDeviceAttached",
  DeviceBackingNotSupported: "DisallowedMigrationDeviceAttached",
  RemoteDeviceNotSupported: "DisallowedMigrationDeviceAttached",
  CannotAccessVmDevice: "DisallowedMigrationDeviceAttached",
  CannotAccessVmDisk: "CannotAccessLocalSource",
  CannotAccessVmConfig: "CannotAccessLocalSource",
  CannotAccessFile: "CannotAccessLocalSource",
  DiskNotSupported: "CannotAccessLocalSource",
  InaccessibleDatastore: "CannotAccessLocalSource",
  DatastoreNotWritableOnHost: "CannotAccessLocalSource",
  MismatchedVMotionNetworkNames: "CannotAccessNetwork",
  VMotionNotConfigured: "VMotionInterfaceIssue",
  VMotionNotLicensed: "VMotionInterfaceIssue",
  VMotionNotSupported: "VMotionInterfaceIssue",
  VMotionLinkDown: "VMotionInterfaceIssue",
  VMotionProtocolIncompatible: "VMotionInterfaceIssue",
  MigrationDisabled: "MigrationNotReady",
  MigrationFeatureNotSupported: "NotSupportedHost",
  ToolsInstallationInProgress: "MigrationNotReady",
  CpuIncompatible: "NotSupportedHost",
  CpuIncompatible1ECX: "NotSupportedHost",
  CpuIncompatible81EDX: "NotSupportedHost",
  FeatureRequirementsNotMet: "NotSupportedHost",
  VirtualHardwareVersionNotSupported: "NotSupportedHost",
  HostNotReachable: "HostNotConnected",
  HostCommunication: "HostNotConnected",
  HostConnectFault: "HostNotConnected",
};

/** What a fault of that type means; null for one that is not known here. */
export function meaningOf(fault: string): Meaning | null {
  const name = Object.hasOwn(aliases, fault) ? aliases[fault] : fault;
  return (name !== undefined && Object.hasOwn(known, name) ? known[name] : null) ?? null;
}
