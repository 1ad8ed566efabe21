import type { Action } from "../../actions/action.ts";
import type { HostAccess } from "../host-access.ts";
import type { HostActionParts } from "./actions/parts.ts";
import { patchAction } from "./actions/patch.ts";
import { rebootAction } from "./actions/reboot.ts";
import { runCommandAction } from "./actions/run-command.ts";

/** The actions of Linux hosts. Their identifiers are the same for every system of this type. */
export function hostActions(access: HostAccess, parts: HostActionParts): Action[] {
  return [rebootAction(access, parts), runCommandAction(access, parts), patchAction(access, parts)];
}
