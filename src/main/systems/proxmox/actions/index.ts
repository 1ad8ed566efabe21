import type { Action } from "../../../actions/action.ts";
import type { CloneParts } from "./clone.ts";
import type { EvacuationParts } from "./evacuation/standing.ts";
import { guestActions } from "./guest-actions.ts";
import { nodeActions } from "./node-actions.ts";

/** Everything that can be done to what is in a cluster. */
export function proxmoxActions(parts: CloneParts & EvacuationParts): Action[] {
  return [...guestActions(parts), ...nodeActions(parts)] as unknown as Action[];
}
