import type { Action } from "../../../../actions/action.ts";
import type { Addon } from "../addon.ts";
import { backupNowAction } from "./backup-now.ts";
import { fenceActions } from "./fence.ts";
import { cnpgKinds } from "./kinds.ts";
import { promoteAction } from "./promote.ts";
import { switchoverAction } from "./switchover.ts";

/** CloudNativePG: its databases, backups and schedules, and what is asked of it. */
export const cnpgAddon: Addon = {
  kinds: cnpgKinds,
  actions: (parts) => [
    backupNowAction(parts),
    switchoverAction(parts) as Action,
    ...fenceActions(parts),
    promoteAction(parts) as Action,
  ],
};
