import { at, cleaned, numberAt, wordAt } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";

/** How a Backup or a Restore stands by its own words. `partial`: it ended, and some of it failed. */
export type PhaseState = "running" | "good" | "partial" | "failed";

/**
 * The state of a Backup or Restore by `status.phase`. New, Queued, ReadyToStart, InProgress, the WaitingForPluginOperations
 * and Finalizing phases go on, those named PartiallyFailed among them too: their data is still being moved. A phase that is
 * not known goes on, since nothing says that it ended.
 */
export function phaseOf(object: Item["object"]): PhaseState {
  switch (wordAt(object, "status", "phase")) {
    case "Completed":
      return "good";
    case "PartiallyFailed":
      return "partial";
    case "Failed":
    case "FailedValidation":
    case "Deleting":
      return "failed";
    default:
      return "running";
  }
}

/** What went wrong, in Velero's words; "" where it says nothing: the particulars are in its log, not in the object. */
export function whyOf(object: Item["object"]): string {
  const invalid = at(object, "status", "validationErrors");
  const said = Array.isArray(invalid) ? invalid.filter((each) => typeof each === "string").join("; ") : "";
  const reason = said || (wordAt(object, "status", "failureReason") ?? "");
  const errors = numberAt(object, "status", "errors") ?? 0;
  if (reason !== "") return cleaned(reason);
  return errors > 0 ? `errors: ${errors}` : "";
}

/** How the movement of one volume's data stands. */
export type MoveState = "waiting" | "moving" | "done" | "cancelled" | "failed";

/**
 * The state of a DataUpload, DataDownload, PodVolumeBackup or PodVolumeRestore by `status.phase`. One whose cancelling was
 * asked for may call itself completed all the same and has not brought its data.
 */
export function moveOf(object: Item["object"]): MoveState {
  const phase = wordAt(object, "status", "phase");
  if (phase === "Failed") return "failed";
  if (phase === "Canceled" || at(object, "spec", "cancel") === true) return "cancelled";
  if (phase === "Completed") return "done";
  return phase === "InProgress" ? "moving" : "waiting";
}
