import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { guestGone } from "../client/faults.ts";
import { ProxmoxRefusal } from "../client/refusal.ts";
import type { GuestKind } from "../client/requests.ts";
import { type Fields, fieldsOf, flagAt, numberAt, wordsAt } from "../client/values.ts";
import type { KnownGuest } from "../known.ts";
import { readInventory } from "../records.ts";
import { powerWord } from "../seen-guest.ts";
import type { ProxmoxActionParts } from "./task.ts";

/** Where a guest is in the API. */
export interface GuestPlace {
  node: string;
  guest: GuestKind;
  vmid: number;
}

/** A VM or container as its node says it is now. */
export interface GuestNow {
  id: number;
  kind: GuestKind;
  node: string;
  at: GuestPlace;
  name: string;
  power: "on" | "off" | "suspended" | null;
  /** As Proxmox VE has it, such as `running`. */
  status: string;
  lock: string | null;
  /** Seconds; null while it does not run. */
  uptime: number | null;
  /** The process that it runs in. */
  pid: number | null;
  template: boolean;
  /** Whether HA looks after it, and how it stands with HA. */
  managed: boolean;
  ha: string | null;
}

/** What is known of the guest of a resource. Throws `proxmox.gone`. */
export function knownGuest({ known, client }: ProxmoxActionParts, resource: { id: string }): KnownGuest {
  const guest = known.guest(resource.id);
  if (!guest) throw guestGone(client.name);
  return guest;
}

/**
 * Reads a guest where it is: on the node where it was seen last, else where the cluster has it now. Throws `proxmox.gone`
 * when it is nowhere, and what reading throws.
 */
export async function readGuest(
  parts: ProxmoxActionParts,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
): Promise<GuestNow> {
  const { id, kind, node } = knownGuest(parts, resource);
  return readGuestNumbered(parts, { id, kind, node }, signal);
}

/** The same of a guest of that number, looked for on that node first. */
export async function readGuestNumbered(
  parts: ProxmoxActionParts,
  { id, kind, node }: { id: number; kind: GuestKind; node: string },
  signal: AbortSignal,
): Promise<GuestNow> {
  const { client } = parts;
  const first = await statusAt(parts, { node, guest: kind, vmid: id }, signal);
  if (first) return first;
  const now = readInventory(await client.call({ request: "clusterResources", signal }));
  const found = now.guests.find((guest) => guest.id === id && guest.kind === kind);
  const at = found && found.node !== node && { node: found.node, guest: kind, vmid: id };
  const second = at ? await statusAt(parts, at, signal) : null;
  if (!second) throw guestGone(client.name);
  return second;
}

/** Null when that node does not have it. */
async function statusAt(
  { client }: ProxmoxActionParts,
  at: GuestPlace,
  signal: AbortSignal,
): Promise<GuestNow | null> {
  try {
    return guestNow(at, fieldsOf(await client.call({ request: "guestStatus", at, signal })));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Whether an error says that the node does not have the guest. */
export function isGone(error: unknown): boolean {
  return error instanceof ProxmoxRefusal && error.code === "proxmox.gone";
}

function guestNow(at: GuestPlace, fields: Fields | null): GuestNow {
  const status = wordsAt(fields, "qmpstatus") ?? wordsAt(fields, "status") ?? "unknown";
  const lock = wordsAt(fields, "lock");
  const uptime = numberAt(fields, "uptime");
  const word = powerWord({ status, lock });
  return {
    id: at.vmid,
    kind: at.guest,
    node: at.node,
    at,
    name: wordsAt(fields, "name") ?? String(at.vmid),
    power: word === "on" || word === "off" || word === "suspended" ? word : null,
    status,
    lock,
    uptime: uptime !== null && uptime > 0 ? uptime : null,
    pid: numberAt(fields, "pid"),
    template: flagAt(fields, "template") === true,
    managed: flagAt(fieldsOf(fields?.ha), "managed") === true,
    ha: wordsAt(fieldsOf(fields?.ha), "state"),
  };
}

export const isTemplate = text("It is a template.", "C'est un modèle.");
export const noQuorum = text(
  "The cluster has lost its quorum and accepts no change.",
  "La grappe a perdu son quorum et n'accepte aucun changement.",
);
const nodeAway = text("Its node does not answer.", "Son nœud ne répond pas.");

/** That a task works on it, or that one left its lock behind. */
export function lockedBy(lock: string): LocalText {
  return text(
    `It is locked (${lock}): another task works on it.`,
    `Elle est verrouillée (${lock}) : une autre tâche travaille dessus.`,
  );
}

/** A lock that stands against a change; one that only says that it was suspended to its disk does not. */
export function lockIn({ lock }: Pick<GuestNow, "lock">): LocalText | null {
  return lock === null || lock === "suspended" ? null : lockedBy(lock);
}

/** That HA does nothing for it any more; null where it does, or has nothing to do with it. */
export function givenUpByHa({ managed, ha }: Pick<GuestNow, "managed" | "ha">): LocalText | null {
  return managed && ha === "error" ? givenUp : null;
}

const givenUp = text(
  "HA has given it up (state error) and does nothing it is asked for: disable it in HA, mend it, enable it again.",
  "La HA l'a abandonnée (état error) et n'exécute plus rien : désactivez-la dans la HA, réparez-la, réactivez-la.",
);

export interface GuestNeeds {
  /** Privileges on the guest, any of which is enough. */
  rights: readonly string[];
  kinds?: readonly GuestKind[];
  /** Whether it is written into the cluster's file system, which takes the quorum. */
  quorum?: boolean;
  templates?: "too" | "not";
}

/** What all actions on guests have in common. */
export function guestCommon(parts: ProxmoxActionParts, needs: GuestNeeds) {
  const { system, known } = parts;
  const { rights, kinds = ["qemu", "lxc"], quorum = true, templates = "not" } = needs;
  const rightsOf = (resource: Pick<Resource, "id">) => {
    const guest = known.guest(resource.id);
    return guest ? rightsOn(parts, `/vms/${guest.id}`, rights) : null;
  };
  return {
    effect: "once" as const,
    kinds: ["vm"] as const,
    appliesTo(resource: Resource): boolean {
      if (!resource.id.startsWith(`${system}/vms/`)) return false;
      const kind = resource.facts["vm.kind"]?.value === "container" ? "lxc" : "qemu";
      return kinds.includes(kind);
    },
    unavailable(resource: Resource): LocalText | null {
      const error = resource.sources[system]?.error?.message;
      if (error) return error;
      const guest = known.guest(resource.id);
      if (!guest) return null;
      if (guest.template && templates === "not") return isTemplate;
      if (known.nodeNamed(guest.node)?.online === false) return nodeAway;
      if (quorum && known.quorum?.kept === false) return noQuorum;
      return lockIn(guest) ?? missing(rightsOf(resource));
    },
    rights: rightsOf,
  };
}

/** What a right that is missing says on a button; null when it is there or not known. */
export function missing(right: ReturnType<typeof rightsOn>): LocalText | null {
  return right?.allowed === false ? right.text : null;
}

/** That the log-in may write nothing into a storage; null where it may, or none is named. */
export function spaceOn(
  parts: Pick<ProxmoxActionParts, "known" | "user">,
  storage: string,
): LocalText | null {
  const path = `/storage/${storage}`;
  return storage === "" ? null : missing(rightsOn(parts, path, ["Datastore.AllocateSpace"]));
}

/** Whether the log-in has one of these privileges on a path, in words; null when its rights were not read. */
export function rightsOn(
  { known, user }: Pick<ProxmoxActionParts, "known" | "user">,
  path: string,
  anyOf: readonly string[],
): { allowed: boolean; text: LocalText } | null {
  const allowed = known.may(path, anyOf);
  if (allowed === null) return null;
  const [en, fr] = [anyOf.join(" or "), anyOf.join(" ou ")];
  return {
    allowed,
    text: allowed
      ? text(`${user} has the privilege ${en} on ${path}.`, `${user} a le privilège ${fr} sur ${path}.`)
      : text(
          `${user} does not have the privilege ${en} on ${path}.`,
          `${user} n'a pas le privilège ${fr} sur ${path}.`,
        ),
  };
}
