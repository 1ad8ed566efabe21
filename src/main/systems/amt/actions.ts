import type { Action } from "../../actions/action.ts";
import { bootOnceAction } from "./actions/boot-once.ts";
import { stateChangeActions } from "./actions/change-state.ts";
import { makeReachableAction } from "./actions/make-reachable.ts";
import { defaultPowerTimes, type MachineActionParts, type PowerTimes } from "./actions/parts.ts";
import { restartActions } from "./actions/restart.ts";
import type { MachineAccess } from "./machine-access.ts";

/** The actions of machines with AMT, in the order of their buttons. */
export function machineActions(
  access: MachineAccess,
  parts: MachineActionParts,
  times: PowerTimes = defaultPowerTimes,
): Action[] {
  return [
    ...stateChangeActions(access, parts, times),
    ...restartActions(access, parts, times),
    bootOnceAction(access, parts, times) as Action,
    makeReachableAction(access, parts),
  ];
}
