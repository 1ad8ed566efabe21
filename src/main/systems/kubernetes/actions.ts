import { text } from "../../../shared/text.ts";
import type { Action } from "../../actions/action.ts";
import { applicationActions } from "./actions/applications.ts";
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
import { addonActions } from "./addons/index.ts";

/** The actions of a cluster's nodes, workloads, pods and machine pools, in the order of their buttons. */
export function clusterActions(parts: ClusterActionParts): Action[] {
  const actions = [
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
    ...applicationActions(parts),
    ...addonActions(parts),
  ];
  return actions.map(withRights);
}

/** What keeps an action of a cluster from working beforehand is a right that is missing: the guard says so too. */
function withRights(action: Action): Action {
  return {
    ...action,
    rights: (resource) => {
      const missing = action.unavailable?.(resource) ?? null;
      if (missing !== null) return { allowed: false, text: missing };
      return {
        allowed: true,
        text: text(
          "The cluster names no right for this that your log-in lacks.",
          "La grappe n'indique aucun droit qui manquerait à votre compte.",
        ),
      };
    },
  };
}
