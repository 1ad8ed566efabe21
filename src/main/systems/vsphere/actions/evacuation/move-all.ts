import type { ActionContext } from "../../../../actions/action.ts";
import { type Move, type Moved, type MoveOptions, moveGuests } from "../../../guest-moves.ts";
import { moveVm } from "../migrate-call.ts";
import type { VsphereActionParts } from "../task.ts";

/** Moves VMs to their hosts, so many at a time, and goes on with the others when one cannot be moved. */
export function moveAll(
  parts: VsphereActionParts,
  context: ActionContext,
  moves: readonly Move[],
  options: Omit<MoveOptions, "move">,
): Promise<Moved> {
  return moveGuests(context, moves, {
    ...options,
    move: ({ vm, to }, tell) => moveVm(parts, context, { type: "VirtualMachine", id: vm }, to, tell),
  });
}
