import type { NewJournalEvent } from "../../shared/journal.ts";
import type { Resource } from "../../shared/resource.ts";
import type { Action } from "./action.ts";
import { asData, bounded } from "./action-events.ts";
import { earlierTasks } from "./earlier.ts";
import { within } from "./patience.ts";
import { quietContext } from "./quiet-context.ts";
import type { RecoveryJournal } from "./recovery.ts";
import { parseInput } from "./request.ts";
import type { FoldedTask } from "./task-fold.ts";
import type { TaskList } from "./task-list.ts";

/** What settling needs of the runner. */
export interface SettlementParts {
  tasks: Pick<TaskList, "folded">;
  /** Inputs of the tasks of this process; those of earlier ones are read from the journal. */
  inputs: ReadonlyMap<string, Record<string, unknown>>;
  /** Tasks that are being asked about right now. */
  settling: Set<string>;
  /** Milliseconds that a verb gets to stop once it was told to. */
  grace: number;
  find(task: FoldedTask): { resource: Resource; action: Action } | null;
  keep(event: NewJournalEvent): Promise<void>;
  /** For what actions were about to do before. */
  journal: Pick<RecoveryJournal, "bookmark" | "ofTypes">;
}

const settleDeadline = 30_000;

/**
 * Asks once, by reading only, whether a task's effect happened. True when that is known now, or nothing will ever tell; never
 * throws.
 */
export async function settleTask(parts: SettlementParts, id: string, closing: AbortSignal): Promise<boolean> {
  const { tasks, settling } = parts;
  const folded = tasks.folded(id);
  if (folded?.state !== "unknown-effect") return true;
  const found = parts.find(folded);
  if (folded.intent === null || found === null || settling.has(id)) return false;
  const { intent, resource: subject } = folded;
  const { action, resource } = found;
  settling.add(id);
  try {
    const input = parts.inputs.get(id) ?? parseInput(action, intent.input);
    const signal = AbortSignal.any([closing, AbortSignal.timeout(settleDeadline)]);
    const settled = await within(signal, parts.grace, () =>
      action.settle(
        quietContext(resource, signal, (actions) => earlierTasks(parts.journal, resource.id, actions)),
        input,
        intent.probe,
      ),
    );
    // An answer that is as unknown as the one before, in the same words, is not news.
    const { untellable = false, ...known } = settled;
    if (known.effect === "unknown" && known.text.en === folded.outcome?.en) return untellable;
    const data = asData({ ...known, data: bounded(known.data) });
    await parts.keep({ type: "action.settled", subject, task: id, data });
    if (untellable) return true;
  } catch {
    // It could not be asked: nothing more is known than before, and it will be asked again.
    return false;
  } finally {
    settling.delete(id);
  }
  return tasks.folded(id)?.state !== "unknown-effect";
}

/** Whether the resource of a task was read well since then (epoch milliseconds). */
export function seenSince(parts: SettlementParts, id: string, since: number): boolean {
  const folded = parts.tasks.folded(id);
  const resource = folded && parts.find(folded)?.resource;
  return resource != null && !resource.stale && (resource.seenAt ?? 0) > since;
}
