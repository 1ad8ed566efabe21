import { text } from "../../../../shared/text.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { type GuestSnapshots, readSnapshots } from "../guest-details.ts";
import { type GuestNow, readGuest } from "./guest.ts";
import type { ProxmoxActionParts } from "./task.ts";
import type { TaskWish } from "./tasks-since.ts";

export const notThere = text("That snapshot is not there.", "Cet instantané n'existe pas.");
export const followTask = text("Follow its task to its end.", "Suivre sa tâche jusqu'à sa fin.");

/** A guest and its snapshots as they are now. Throws OpsErrors. */
export async function readTree(
  parts: ProxmoxActionParts,
  context: ActionContext,
): Promise<{ guest: GuestNow; tree: GuestSnapshots }> {
  const guest = await readGuest(parts, context);
  const { at } = guest;
  const data = await parts.client.call({ request: "guestSnapshots", at, signal: context.signal });
  return { guest, tree: readSnapshots(data) };
}

/** The tasks that a change of its snapshots leaves behind. */
export function snapshotTasks(
  { id, node }: Pick<GuestNow, "id" | "node">,
  types: readonly string[],
): TaskWish {
  return { nodes: [node], types, subject: String(id) };
}

/** The same of the guest that a probe has seen. */
export function snapshotTasksOf(
  { resource }: Pick<ActionContext, "resource">,
  { node }: Readonly<Record<string, unknown>>,
  types: readonly string[],
): TaskWish {
  const subject = resource.id.slice(resource.id.lastIndexOf("/") + 1);
  return { nodes: typeof node === "string" ? [node] : [], types, subject };
}
