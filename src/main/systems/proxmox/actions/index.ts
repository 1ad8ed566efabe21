import type { Action } from "../../../actions/action.ts";
import type { EvacuationParts } from "./evacuation/standing.ts";
import { migrateAction } from "./migrate.ts";
import { nodeActions } from "./node-actions.ts";
import { powerActions } from "./power.ts";
import { snapshotActions } from "./snapshots.ts";
import type { ProxmoxActionParts } from "./task.ts";

/** Everything that can be done to what is in a cluster. */
export function proxmoxActions(parts: ProxmoxActionParts & EvacuationParts): Action[] {
  return [
    ...powerActions(parts),
    ...snapshotActions(parts),
    migrateAction(parts),
    ...nodeActions(parts),
  ] as unknown as Action[];
}
