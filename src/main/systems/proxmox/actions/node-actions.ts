import type { Action } from "../../../actions/action.ts";
import { evacuateAction } from "./evacuation/evacuate.ts";
import { noteGuests } from "./evacuation/note-guests.ts";
import { returnGuestsAction } from "./evacuation/return-guests.ts";
import type { EvacuationParts } from "./evacuation/standing.ts";
import { type NodePowerParts, nodePowerActions } from "./node-power.ts";

/** Everything that can be done to a node: reboot and shutdown, and what leaves it and comes back. */
export function nodeActions(parts: NodePowerParts & EvacuationParts): Action[] {
  return [
    ...nodePowerActions(parts),
    evacuateAction(parts) as unknown as Action,
    noteGuests(parts) as unknown as Action,
    returnGuestsAction(parts) as unknown as Action,
  ];
}
