import type { Action } from "../../../actions/action.ts";
import type { ClusterActionParts } from "../actions/parts.ts";
import type { ObservedKind } from "../kinds/kind.ts";

/**
 * A family of custom resources: what is read of it, and what can be done with it. A cluster whose API does not name its
 * groups is asked for nothing of it, and has nothing that an action of it would apply to.
 */
export interface Addon {
  readonly kinds: readonly ObservedKind[];
  actions(parts: ClusterActionParts): Action[];
}
