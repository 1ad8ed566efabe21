import type { Action } from "../../../../actions/action.ts";
import type { Addon } from "../addon.ts";
import { kastenKinds } from "./kinds.ts";
import { restoreAction } from "./restore.ts";
import { runActions } from "./run-policy.ts";
import { testRestoreAction } from "./test-restore.ts";

/** Veeam Kasten (K10): its policies, runs and restore points, and what is asked of it. */
export const kastenAddon: Addon = {
  kinds: kastenKinds,
  actions: (parts) => [
    ...runActions(parts),
    restoreAction(parts) as Action,
    testRestoreAction(parts) as Action,
  ],
};
