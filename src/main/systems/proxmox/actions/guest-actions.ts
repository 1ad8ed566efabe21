import type { Action } from "../../../actions/action.ts";
import { backupActions } from "./backup.ts";
import { type CloneParts, cloneAction } from "./clone.ts";
import { migrateAction } from "./migrate.ts";
import { powerActions } from "./power.ts";
import { restoreAction } from "./restore.ts";
import { restoreNewAction } from "./restore-new.ts";
import { snapshotActions } from "./snapshots.ts";
import { testRestoreAction } from "./test-restore.ts";

/** What can be done to VMs, containers and their backups. */
export function guestActions(parts: CloneParts): Action[] {
  return [
    ...powerActions(parts),
    ...snapshotActions(parts),
    migrateAction(parts),
    ...backupActions(parts),
    restoreAction(parts),
    restoreNewAction(parts),
    testRestoreAction(parts),
    cloneAction(parts),
  ] as unknown as Action[];
}
