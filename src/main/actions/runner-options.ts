import type { Resource } from "../../shared/resource.ts";
import type { Guard } from "./action.ts";
import type { JournalQueue } from "./journal-queue.ts";
import type { RunnerJournal } from "./recovery.ts";
import type { ActionRegistry } from "./registry.ts";
import type { SettleTiming } from "./settler.ts";

/** What the runner of actions is given. */
export interface RunnerOptions {
  registry: ActionRegistry;
  journal: RunnerJournal;
  /** The resource as it is known now, null when the estate does not declare it. */
  resource(id: string): Resource | null;
  guards: readonly Guard[];
  /** Epoch milliseconds. */
  now(): number;
  actor: string;
  /** Shared with the runs of procedures, so that one flush takes the events of both; its own when left out. */
  queue?: JournalQueue;
  /** Withholds the secrets in use from words that go into the journal. */
  redact?(words: string): string;
  timing?: Partial<SettleTiming & { grace: number }>;
}
