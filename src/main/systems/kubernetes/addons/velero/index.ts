import type { Action } from "../../../../actions/action.ts";
import type { Addon } from "../addon.ts";
import { backupNowAction } from "./backup-now.ts";
import { veleroKinds } from "./kinds.ts";
import { restoreAction } from "./restore.ts";
import { testRestoreAction } from "./test-restore.ts";

/** Velero: its schedules, locations and backups, and what is asked of it. */
export const veleroAddon: Addon = {
  kinds: veleroKinds,
  actions: (parts) => [
    backupNowAction(parts),
    restoreAction(parts) as Action,
    testRestoreAction(parts) as Action,
  ],
};
