import type { ActionContext } from "../../../../actions/action.ts";
import { type Move, type Moved, moveGuests } from "../../../guest-moves.ts";
import type { ProxmoxActionParts } from "../task.ts";
import type { MoveWish } from "./bounds.ts";
import { type ClusterNow, serviceOf } from "./cluster-now.ts";
import { moveGuest } from "./move-guest.ts";

/**
 * Moves guests to their nodes, so many at a time, and goes on with the others when one cannot be moved. Once `ending` is
 * aborted none is begun, and VMs that are on their way are stopped, which leaves them where they were.
 */
export function moveAll(
  parts: ProxmoxActionParts,
  context: ActionContext,
  cluster: ClusterNow,
  moves: readonly Move[],
  { limit, wish, ending }: { limit: number; wish: MoveWish; ending: AbortSignal },
): Promise<Moved> {
  return moveGuests(context, moves, {
    limit,
    stopped: () => ending.aborted,
    async move({ vm, to }, tell) {
      const guest = cluster.guests.find(({ id }) => String(id) === vm);
      if (!guest) return { state: "gone" };
      const { id, kind, node } = guest;
      const service = serviceOf(cluster, id)?.sid ?? null;
      return moveGuest(parts, context, { id, kind, node, service }, to, { wish, tell, ending });
    },
  });
}
