import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { XmlElement } from "../../xml.ts";
import { child } from "./values.ts";

interface Meaning {
  code: string;
  why: LocalText;
  hint: LocalText;
}

const look = text(
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
};

/** A fault that vCenter itself has named; `fault` is the type in its API, such as `InvalidPowerState`. */
export class VimFault extends OpsError {
  readonly fault: string;

  constructor(fault: string, name: string) {
    const meaning = known[aliases[fault] ?? fault];
    super({
      code: `vsphere.${meaning?.code ?? "refused"}`,
      system: "vsphere",
      message: meaning
        ? text(`${name} refused it: ${meaning.why.en}.`, `${name} a refusé : ${meaning.why.fr}.`)
        : text(`${name} refused it as ${fault}.`, `${name} a refusé avec le motif ${fault}.`),
      hint: meaning?.hint ?? look,
    });
    this.fault = fault;
  }
}

/** Reads the type of a fault of `<detail>` or of a task's `error.fault`; its own words are left aside. */
export function faultType(element: XmlElement | undefined): string {
  const stated = element?.attributes.get("type") ?? element?.name.replace(/Fault$/, "") ?? "";
  return /([A-Za-z]{1,80})$/.exec(stated)?.[1] ?? "?";
}

/** The fault in a SOAP body (SOAP 1.1, section 4.4); null when there is none. */
export function soapFault(body: XmlElement, name: string): VimFault | null {
  const fault = child(body, "Fault");
  return fault ? new VimFault(faultType(child(fault, "detail")?.children[0]), name) : null;
}

/** Whether something thrown is a fault of one of these types. */
export function isFault(thrown: unknown, ...types: string[]): thrown is VimFault {
  return thrown instanceof VimFault && types.includes(thrown.fault);
}
