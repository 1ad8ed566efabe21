import { text } from "../../../../shared/text.ts";
import type { ActionContext, Verification } from "../../../actions/action.ts";
import { garbage } from "../client/faults.ts";
import type { GuestKind } from "../client/requests.ts";
import { type Fields, fieldsOf, flagAt, numberAt, wordsAt } from "../client/values.ts";
import { readGuestConfig } from "../guest-details.ts";
import { readInventory } from "../records.ts";
import type { GuestNow, GuestPlace } from "./guest.ts";
import { lockIn } from "./guest.ts";
import { whereIs } from "./migrate-call.ts";
import { begin, failureOf, type ProxmoxActionParts } from "./task.ts";
import { markTasks, type TaskMark, type TaskWish, taskSince } from "./tasks-since.ts";

/** A guest that an action makes: its number and name were settled by its probe. */
export interface MadeGuest {
  id: number;
  kind: GuestKind;
  node: string;
  /** Null where it is the backup's own and that is not known. */
  name: string | null;
}

/** A name that Proxmox VE takes for a guest: a DNS name. */
export const guestName =
  /^(?=.{1,63}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** A number that no guest has (GET /cluster/nextid). Throws OpsErrors. */
export async function freeNumber({ client }: ProxmoxActionParts, signal: AbortSignal): Promise<number> {
  const id = numberAt({ id: await client.call({ request: "nextId", signal }) }, "id");
  if (id === null) throw garbage(client.name);
  return id;
}

/** The guest that has a number, wherever; null when it is free. Throws OpsErrors. */
export async function holderOf(
  { client }: ProxmoxActionParts,
  id: number,
  signal: AbortSignal,
): Promise<{ node: string; kind: GuestKind; name: string } | null> {
  const { guests } = readInventory(await client.call({ request: "clusterResources", signal }));
  return guests.find((guest) => guest.id === id) ?? null;
}

/** What is compared of a guest: its name, and the disks that it has. */
export interface GuestShape {
  name: string | null;
  disks: string[];
  protected: boolean;
  fields: Fields | null;
}

/** Reads a guest's config. Throws OpsErrors. */
export async function readShape(
  { client }: ProxmoxActionParts,
  at: GuestPlace,
  signal: AbortSignal,
): Promise<GuestShape> {
  return shapeOf(await client.call({ request: "guestConfig", at, signal }));
}

/** The shape that a config has, in the form of the API. */
export function shapeOf(config: unknown): GuestShape {
  const fields = fieldsOf(config);
  return {
    name: wordsAt(fields, "name") ?? wordsAt(fields, "hostname"),
    disks: readGuestConfig(config).disks,
    protected: flagAt(fields, "protection") === true,
    fields,
  };
}

/** What a probe notes of the guest that will be made, with what was destroyed under its number before; for `madeIn`. */
export async function noteMade(
  parts: ProxmoxActionParts,
  { id, kind, node, name }: MadeGuest,
  signal: AbortSignal,
): Promise<{
  madeId: number;
  madeKind: GuestKind;
  madeNode: string;
  madeName: string | null;
  destroyed: TaskMark;
}> {
  const destroyed = await markTasks(parts, destroyTasks(id, [node]), signal);
  return { madeId: id, madeKind: kind, madeNode: node, madeName: name, destroyed };
}

function destroyTasks(id: number, nodes: readonly string[]): TaskWish {
  return { nodes: [...new Set(nodes)], types: ["qmdestroy", "vzdestroy"], subject: String(id) };
}

/** What the probe of an action noted of the guest that it makes; null when it noted none. */
export function madeIn(observed: Readonly<Record<string, unknown>>): MadeGuest | null {
  const { madeId, madeKind, madeNode, madeName } = observed;
  if (typeof madeId !== "number" || typeof madeNode !== "string") return null;
  const kind = madeKind === "lxc" ? "lxc" : "qemu";
  return { id: madeId, kind, node: madeNode, name: typeof madeName === "string" ? madeName : null };
}

/**
 * Deletes a guest that an action had made, with its disks, only while it is that very one: off, of that name, not deleted
 * and made anew since. Proven when it is gone.
 */
export async function deleteMade(
  parts: ProxmoxActionParts,
  context: ActionContext,
  made: MadeGuest,
  { destroyed }: Readonly<Record<string, unknown>>,
): Promise<Verification> {
  const { signal } = context;
  const guest = await whereIs(parts, made, signal);
  if (!guest) return { proven: true, text: isGone, data: { id: made.id } };
  const why = await objectionTo(parts, guest, made, destroyed, signal);
  if (why) return { proven: false, disproven: true, text: why, data: { id: made.id } };
  const parameters = { purge: true, "destroy-unreferenced-disks": false };
  const applied = await begin(parts, context, (options) =>
    parts.client.call({ request: "guestDelete", at: guest.at, parameters, ...options }),
  );
  const failure = await failureOf(parts, context, applied);
  if (failure) return failure;
  const left = await whereIs(parts, made, signal);
  return { proven: left === null, text: left ? isLeft : isGone, data: { id: made.id } };
}

const isGone = text("It is gone, with its disks.", "Elle n'existe plus, ni ses disques.");
const isLeft = text("It is still there.", "Elle est toujours là.");

async function objectionTo(
  parts: ProxmoxActionParts,
  guest: GuestNow,
  made: MadeGuest,
  destroyed: unknown,
  signal: AbortSignal,
) {
  if (guest.power !== "off") {
    return text(
      "It runs: shut it down first, so that nothing is deleted that is used.",
      "Elle est en marche : arrêtez-la d'abord, pour ne rien supprimer qui serve.",
    );
  }
  const lock = lockIn(guest);
  if (lock) return lock;
  const shape = await readShape(parts, guest.at, signal);
  if (shape.protected) {
    return text("It is protected against deletion.", "Elle est protégée contre la suppression.");
  }
  const { own, others } = await taskSince(parts, destroyTasks(made.id, [made.node]), destroyed, signal);
  if (own || others || (made.name !== null && shape.name !== made.name)) {
    return text(
      "Another one has its number now; it is left alone.",
      "Une autre porte désormais son numéro ; elle n'est pas touchée.",
    );
  }
  return null;
}
