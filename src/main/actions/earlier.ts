import type { EarlierTask } from "./action.ts";
import { intentSchema } from "./action-events.ts";
import { firstListed, type RecoveryJournal } from "./recovery.ts";

const mostTasks = 50;

/**
 * What some actions were about to do on one resource in the last days, the newest first, as the journal has it. What
 * cannot be read is left out: it proves nothing.
 */
export function earlierTasks(
  journal: Pick<RecoveryJournal, "bookmark" | "ofTypes">,
  resource: string,
  actions: readonly string[],
): EarlierTask[] {
  const found: EarlierTask[] = [];
  for (const { subject, task, at, data } of journal.ofTypes(["action.intent"], firstListed(journal))) {
    if (subject !== resource || task === null) continue;
    const intent = intentSchema.safeParse(data);
    if (!intent.success || !actions.includes(intent.data.action)) continue;
    const { action, verb, probe } = intent.data;
    found.push({ task, action, verb, at, observed: probe.observed });
  }
  return found.slice(-mostTasks).reverse();
}
