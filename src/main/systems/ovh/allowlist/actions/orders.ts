import type { z } from "zod";
import { OpsError } from "../../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ActionContext, Applied } from "../../../../actions/action.ts";
import { pause } from "../../../../reach/abort.ts";
import { taskFailed, taskSlow } from "../../faults.ts";
import type { ListApi, ProviderTask, Sending } from "../list-api.ts";

/** Milliseconds between two looks at a task of the provider, and how many looks are taken. */
export interface Patience {
  every: number;
  most: number;
}
export const usualPatience: Patience = { every: 2000, most: 300 };

/** Looks that may fail one after the other: the order itself has arrived, and the next look may get through. */
const mostFailures = 5;
/** What says that an order was not taken, so that nothing has begun. */
const refusals = /^ovh\.(refused|not-allowed|login-refused|not-found|too-many-calls|plain-login|moved)$/;
const failedStates: ReadonlySet<string> = new Set(["error", "canceled"]);

/**
 * Sends an order once and follows its task to the end. Gives what `refusalIn` finds when the provider refused it or its task
 * failed: then nothing is left to find out. Throws `ovh.task-slow` and what the client throws, when nobody can tell.
 */
export async function carryOut(
  api: ListApi,
  { signal, committed, progress }: ActionContext,
  patience: Patience,
  send: (sending: Sending) => Promise<ProviderTask | null>,
): Promise<Applied> {
  let task: ProviderTask | null;
  try {
    task = await send({ signal, onSent: committed });
  } catch (error) {
    if (!(error instanceof OpsError) || !refusals.test(error.code)) throw error;
    return { data: { refusal: { ...error.text } } };
  }
  if (task === null) return { data: { task: null } };
  const ended = await follow(api, task, signal, patience, ({ taskId, progress: percent }) =>
    progress(
      text(`The provider is at it (task ${taskId}).`, `Le fournisseur s'en occupe (tâche ${taskId}).`),
      typeof percent === "number" ? Math.min(1, Math.max(0, percent / 100)) : null,
    ),
  );
  const { taskId, state } = ended;
  if (!failedStates.has(state)) return { data: { task: taskId } };
  return { data: { task: taskId, refusal: { ...taskFailed(api.name, taskId, state).text } } };
}

/** Why an order is known to have come to nothing; null where that is not known. */
export function refusalIn({ data }: Applied): LocalText | null {
  const { refusal } = data;
  if (typeof refusal !== "object" || refusal === null || Array.isArray(refusal)) return null;
  const { en, fr }: Record<string, z.core.util.JSONType | undefined> = refusal;
  return typeof en === "string" && typeof fr === "string" ? text(en, fr) : null;
}

async function follow(
  api: ListApi,
  begun: ProviderTask,
  signal: AbortSignal,
  { every, most }: Patience,
  tell: (task: ProviderTask) => void,
): Promise<ProviderTask> {
  let task = begun;
  let failures = 0;
  for (let looked = 0; looked < most; looked += 1) {
    if (task.state === "done" || failedStates.has(task.state)) return task;
    tell(task);
    await pause(every, signal);
    try {
      task = await api.task(begun.taskId, signal);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (signal.aborted || failures >= mostFailures) throw error;
    }
  }
  throw taskSlow(api.name, begun.taskId, Math.max(1, Math.round((every * most) / 60_000)));
}
