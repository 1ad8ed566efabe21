import type { Action } from "../../../actions/action.ts";
import { migrateAction } from "./migrate.ts";
import { powerActions } from "./power.ts";
import { snapshotActions } from "./snapshots.ts";
import type { ProxmoxActionParts } from "./task.ts";

/** Everything that can be done to what is in a cluster. */
export function proxmoxActions(parts: ProxmoxActionParts): Action[] {
  return [...powerActions(parts), ...snapshotActions(parts), migrateAction(parts)] as unknown as Action[];
}
