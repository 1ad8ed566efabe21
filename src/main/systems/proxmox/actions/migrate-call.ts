import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext, Applied, Verification } from "../../../actions/action.ts";
import { type GuestNow, isGone, readGuestNumbered } from "./guest.ts";
import { begin, failureOf, followTask, type ProxmoxActionParts, timesOf } from "./task.ts";
import { markTasks, type TaskMark, type TaskWish, taskSince } from "./tasks-since.ts";

/** The types of the tasks of a move, and that by which HA is asked for one. */
export const moveTypes = ["qmigrate", "vzmigrate", "hamigrate"] as const;
const ownMoveTypes = ["qmigrate", "vzmigrate"] as const;

/** Where a guest is to go, and how. */
export interface Destination {
  node: string;
  /** The storage that its local disks go to; empty: that of the same name. */
  storage: string;
  withLocalDisks: boolean;
  /** Containers: shut down, moved and started again. */
  restart: boolean;
}

/** What must be known of a guest that is to be moved. */
export type Movable = Pick<GuestNow, "id" | "kind" | "node" | "at" | "power" | "managed">;

/** The tasks that a move of this guest leaves behind. */
export function moveWish({ id, node }: Pick<GuestNow, "id" | "node">): TaskWish {
  return { nodes: [node], types: moveTypes, subject: String(id) };
}

/**
 * Begins to move a guest: online where it runs. Where HA looks after it, Proxmox VE itself hands the request on to HA. Throws
 * what `begin` throws.
 */
export function beginMove(
  parts: ProxmoxActionParts,
  context: Pick<ActionContext, "signal" | "committed">,
  { at, power }: Movable,
  { node: target, storage, withLocalDisks, restart }: Destination,
): Promise<Applied> {
  const { node, vmid } = at;
  const runs = power !== "off";
  const to = storage === "" ? undefined : storage;
  return begin(parts, context, (options) =>
    at.guest === "lxc"
      ? parts.client.call({
          request: "containerMigrate",
          at: { node, vmid },
          parameters: { target, restart: runs && restart, "target-storage": to },
          ...options,
        })
      : parts.client.call({
          request: "machineMigrate",
          at: { node, vmid },
          parameters: {
            target,
            online: runs,
            "with-local-disks": withLocalDisks || to !== undefined || undefined,
            targetstorage: to,
          },
          ...options,
        }),
  );
}

/**
 * Follows a move to its end, and where HA does it, its own task; says by reading where the guest is then. A move whose task
 * was lost is told by where the guest is, too.
 */
export async function awaitMove(
  parts: ProxmoxActionParts,
  context: ActionContext,
  guest: Pick<GuestNow, "id" | "kind" | "node" | "managed" | "power">,
  to: Pick<Destination, "node">,
  mark: TaskMark | null,
  applied: Applied,
): Promise<Verification> {
  const failure = await failureOf(parts, context, applied);
  if (failure) return failure;
  const { look, guestPatience } = timesOf(parts);
  const isSlow = guest.managed || guest.kind === "lxc";
  const until = parts.now() + (isSlow ? guestPatience : look * 10);
  let followed = false;
  for (;;) {
    const now = await whereIs(parts, { ...guest, node: to.node }, context.signal);
    if (now === null) return { proven: false, disproven: true, text: isNowhere, data: { node: null } };
    const data = { node: now.node, power: now.power };
    const isFree = now.lock === null || now.lock === "suspended";
    const isThere = now.node === to.node && isFree;
    const runsAgain = guest.power !== "on" || now.power === "on";
    if (isThere && runsAgain) return { proven: true, text: isOn(now.node), data };
    if (guest.managed && !followed && mark) {
      const wish = { ...moveWish(guest), types: ownMoveTypes };
      const { own, others } = await taskSince(parts, wish, mark, context.signal);
      const task = others ?? own;
      if (task) {
        followed = true;
        const words = task.upid.words;
        const end = await followTask(parts, context, words);
        const failed =
          end.state === "failed" ? await failureOf(parts, context, { data: { task: words } }) : null;
        if (failed) return failed;
        continue;
      }
    }
    if (parts.now() > until) {
      return { proven: false, text: isThere ? restsOn(now.node) : isOn(now.node), data };
    }
    await parts.wait(look, context.signal);
  }
}

/** How a move ended: by where the guest is. */
export type MoveEnd = { state: "there" } | { state: "gone" } | { state: "refused"; why: LocalText };

/**
 * Moves one guest from beginning to end. Throws what says nothing of this guest: a lost connection, an end of the log-in.
 */
export async function moveGuest(
  parts: ProxmoxActionParts,
  context: ActionContext,
  guest: Movable,
  to: Destination,
): Promise<MoveEnd> {
  const mark = guest.managed ? await markTasks(parts, moveWish(guest), context.signal) : null;
  const applied = await beginMove(parts, context, guest, to);
  const seen = await awaitMove(parts, context, guest, to, mark, applied);
  if (seen.proven) return { state: "there" };
  if (seen.data.node === null) return { state: "gone" };
  return { state: "refused", why: seen.text };
}

/** A guest as it is now, wherever; null when it is nowhere. Throws OpsErrors. */
export async function whereIs(
  parts: ProxmoxActionParts,
  guest: Pick<GuestNow, "id" | "kind" | "node">,
  signal: AbortSignal,
): Promise<GuestNow | null> {
  try {
    return await readGuestNumbered(parts, guest, signal);
  } catch (error) {
    if (isGone(error) || (error instanceof OpsError && error.code === "proxmox.gone")) return null;
    throw error;
  }
}

const isNowhere = text("It is not there any more.", "Elle n'existe plus.");

function restsOn(node: string): LocalText {
  return text(
    `It is on ${node}, but it does not run there as it did before.`,
    `Elle est sur ${node}, mais n'y est pas en marche comme avant.`,
  );
}

export function isOn(node: string): LocalText {
  return text(`It is on ${node}.`, `Elle est sur ${node}.`);
}
