import type { Action } from "../../actions/action.ts";
import { bootOnceAction } from "./actions/boot-once.ts";
import { stateChangeActions } from "./actions/change-state.ts";
import { makeReachableAction } from "./actions/make-reachable.ts";
import type { MachineActionParts } from "./actions/parts.ts";
import { restartActions } from "./actions/restart.ts";
import type { MachineAccess } from "./machine-access.ts";

/** The actions of machines with AMT, in the order of their buttons. */
export function machineActions(access: MachineAccess, parts: MachineActionParts): Action[] {
  return [
    ...stateChangeActions(access, parts),
    ...restartActions(access, parts),
    bootOnceAction(access, parts) as Action,
    makeReachableAction(access, parts),
  ];
}
