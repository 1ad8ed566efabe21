import type { Action } from "../../actions/action.ts";
import { cordonAction, uncordonAction } from "./actions/cordon.ts";
import { drainAction } from "./actions/drain.ts";
import { editAction } from "./actions/edit.ts";
import { evictAction } from "./actions/evict.ts";
import type { ClusterActionParts } from "./actions/parts.ts";
import { pauseActions } from "./actions/pause.ts";
import { poolActions } from "./actions/pool.ts";
import { restartAction } from "./actions/restart.ts";
import { rollBackAction } from "./actions/roll-back.ts";
import { scaleAction } from "./actions/scale.ts";

/** The actions of a cluster's nodes, workloads, pods and machine pools, in the order of their buttons. */
export function clusterActions(parts: ClusterActionParts): Action[] {
  return [
    cordonAction(parts),
    drainAction(parts) as Action,
    uncordonAction(parts),
    scaleAction(parts) as Action,
    restartAction(parts),
    rollBackAction(parts) as Action,
    ...pauseActions(parts),
    ...poolActions(parts),
    evictAction(parts) as Action,
    editAction(parts) as Action,
  ];
}
