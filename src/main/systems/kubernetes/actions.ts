import type { Action } from "../../actions/action.ts";
import { cordonAction, uncordonAction } from "./actions/cordon.ts";
import { drainAction } from "./actions/drain.ts";
import { editAction } from "./actions/edit.ts";
import type { ClusterActionParts } from "./actions/parts.ts";
import { restartAction } from "./actions/restart.ts";
import { scaleAction } from "./actions/scale.ts";

/** The actions of a cluster's nodes and workloads, in the order of their buttons. */
export function clusterActions(parts: ClusterActionParts): Action[] {
  return [
    cordonAction(parts),
    drainAction(parts) as Action,
    uncordonAction(parts),
    scaleAction(parts) as Action,
    restartAction(parts),
    editAction(parts) as Action,
  ];
}
