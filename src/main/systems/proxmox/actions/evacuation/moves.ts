import type { ActionContext } from "../../../../actions/action.ts";
import { type Move, type Moved, type MoveOptions, moveGuests } from "../../../guest-moves.ts";
import type { ProxmoxActionParts } from "../task.ts";
import type { MoveWish } from "./bounds.ts";
import { type ClusterNow, serviceOf } from "./cluster-now.ts";
import { moveGuest } from "./move-guest.ts";

/** Moves guests to their nodes, so many at a time, and goes on with the others when one cannot be moved. */
export function moveAll(
  parts: ProxmoxActionParts,
  context: ActionContext,
  cluster: ClusterNow,
  moves: readonly Move[],
  { wish, ...options }: Omit<MoveOptions, "move"> & { wish: MoveWish },
): Promise<Moved> {
  return moveGuests(context, moves, {
    ...options,
    async move({ vm, to }, tell) {
      const guest = cluster.guests.find(({ id }) => String(id) === vm);
      if (!guest) return { state: "gone" };
      const { id, kind, node } = guest;
      const service = serviceOf(cluster, id)?.sid ?? null;
      return moveGuest(parts, context, { id, kind, node, service }, to, wish, tell);
    },
  });
}
