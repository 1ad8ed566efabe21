import type { Risk } from "../../../../shared/action.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { CallOptions, ProxmoxClient } from "../client/session.ts";
import type { GuestPlace } from "./guest.ts";

/** What can be asked of a running or resting guest, by how the API has it (PVE::API2::Qemu, PVE::API2::LXC). */
export interface PowerChange {
  id: string;
  title: LocalText;
  verb: LocalText;
  risk: Risk;
  /** The states that it must have been in, and the one that it ends in. */
  from: readonly PowerState[];
  wanted: PowerState;
  containers: boolean;
  quorum: boolean;
  /** Whether the guest has its time to obey. */
  patient: boolean;
  /** The types of the tasks that it may become, for VMs, containers, and those that HA looks after. */
  types: readonly string[];
  does: LocalText;
  send(client: ProxmoxClient, at: GuestPlace, wish: PowerWish, options: CallOptions): Promise<unknown>;
}

export type PowerState = "on" | "off" | "suspended";

/** What may be said with it. */
export interface PowerWish {
  /** Shutting down: seconds that the guest is given, and whether its power is taken after that. */
  seconds: number;
  force: boolean;
  /** Suspending: whether its memory is written to the disk. */
  toDisk: boolean;
}

export const powerChanges: readonly PowerChange[] = [
  {
    id: "proxmox.start",
    title: text("Start", "Démarrer"),
    verb: text("Start", "Démarrer"),
    risk: "safe",
    from: ["off"],
    wanted: "on",
    containers: true,
    quorum: true,
    patient: false,
    types: ["qmstart", "vzstart", "hastart"],
    does: text("Have its node start it.", "La faire démarrer par son nœud."),
    send: (client, at, _wish, options) => client.call({ request: "guestStart", at, ...options }),
  },
  {
    id: "proxmox.shutdown",
    title: text("Shut down the guest", "Arrêter le système invité"),
    verb: text("Shut down", "Arrêter"),
    risk: "disruptive",
    from: ["on"],
    wanted: "off",
    containers: true,
    quorum: false,
    patient: true,
    types: ["qmshutdown", "vzshutdown", "hastop"],
    does: text(
      "Ask the guest's operating system to shut down (by its agent, or by ACPI).",
      "Demander au système invité de s'arrêter (par son agent, ou par ACPI).",
    ),
    send: (client, at, { seconds, force }, options) =>
      client.call({
        request: "guestShutdown",
        at,
        parameters: { timeout: seconds, forceStop: force },
        ...options,
      }),
  },
  {
    id: "proxmox.reboot",
    title: text("Reboot the guest", "Redémarrer le système invité"),
    verb: text("Reboot", "Redémarrer"),
    risk: "disruptive",
    from: ["on"],
    wanted: "on",
    containers: true,
    // It is started again by its node, which takes the quorum: without one it would stay off.
    quorum: true,
    patient: true,
    types: ["qmreboot", "vzreboot"],
    does: text(
      "Have the guest shut down and started again, with the changes to its hardware that wait for that.",
      "Faire arrêter puis redémarrer l'invité, avec les modifications de matériel en attente.",
    ),
    send: (client, at, { seconds }, options) =>
      client.call({ request: "guestReboot", at, parameters: { timeout: seconds }, ...options }),
  },
  {
    id: "proxmox.suspend",
    title: text("Suspend", "Suspendre"),
    verb: text("Suspend", "Suspendre"),
    risk: "disruptive",
    from: ["on"],
    wanted: "suspended",
    containers: false,
    quorum: false,
    patient: false,
    types: ["qmpause", "qmsuspend"],
    does: text(
      "Hold the VM where it is; to the disk: write its memory there and switch it off.",
      "Figer la VM où elle en est ; sur disque : y écrire sa mémoire puis l'éteindre.",
    ),
    send: (client, { node, vmid }, { toDisk }, options) =>
      client.call({
        request: "machineSuspend",
        at: { node, vmid },
        parameters: { todisk: toDisk },
        ...options,
      }),
  },
  {
    id: "proxmox.resume",
    title: text("Resume", "Reprendre"),
    verb: text("Resume", "Reprendre"),
    risk: "safe",
    from: ["suspended"],
    wanted: "on",
    containers: false,
    quorum: true,
    patient: false,
    types: ["qmresume", "qmstart"],
    does: text("Let the VM go on where it was held.", "Laisser la VM repartir d'où elle a été figée."),
    send: (client, { node, vmid }, _wish, options) =>
      client.call({ request: "machineResume", at: { node, vmid }, ...options }),
  },
  {
    id: "proxmox.stop",
    title: text("Stop hard", "Éteindre de force"),
    verb: text("Stop", "Éteindre"),
    risk: "destructive",
    from: ["on", "suspended"],
    wanted: "off",
    containers: true,
    quorum: false,
    patient: false,
    types: ["qmstop", "vzstop", "hastop"],
    does: text(
      "End it at once; its operating system is not shut down and unwritten data is lost.",
      "L'éteindre immédiatement ; son système n'est pas arrêté et les données non écrites sont perdues.",
    ),
    send: (client, at, _wish, options) => client.call({ request: "guestStop", at, ...options }),
  },
  {
    id: "proxmox.reset",
    title: text("Reset hard", "Réinitialiser de force"),
    verb: text("Reset", "Réinitialiser"),
    risk: "destructive",
    from: ["on"],
    wanted: "on",
    containers: false,
    quorum: false,
    patient: false,
    types: ["qmreset"],
    does: text(
      "Start the VM again at once; its operating system is not shut down and unwritten data is lost.",
      "Redémarrer la VM immédiatement ; son système n'est pas arrêté et les données non écrites sont perdues.",
    ),
    send: (client, { node, vmid }, _wish, options) =>
      client.call({ request: "machineReset", at: { node, vmid }, ...options }),
  },
];
