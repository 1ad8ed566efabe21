import type { RunState } from "../../shared/run.ts";
import type { ConsoleParts } from "../console.ts";
import { followRun, sayRun } from "./procedure-words.ts";
import { sayJson } from "./terminal-words.ts";

/**
 * Follows a run until it has ended or needs a person, and gives the exit code: 0 when it is completed (or rolled back as
 * wished), 1 when it failed or a person has to decide, 2 when an effect is unknown. An interruption pauses it.
 */
export async function followToEnd(
  { procedures: { engine } }: Pick<ConsoleParts, "procedures">,
  id: string,
  { json = false, rollBackWished = false }: { json?: boolean | undefined; rollBackWished?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const stopFollowing = json ? () => {} : followRun(engine, id);
  try {
    let state = await engine.settled(id, signal);
    if (signal.aborted && state.endedAt === null) {
      await engine.pause(id, "interrupted");
      state = engine.run(id);
    }
    if (json) sayJson(state);
    else sayRun(state);
    return exitCode(state, rollBackWished);
  } finally {
    stopFollowing();
  }
}

function exitCode({ status }: RunState, rollBackWished: boolean): number {
  if (status === "completed" || status === "completed-with-skips") return 0;
  if (status === "rolled-back" && rollBackWished) return 0;
  return status === "unknown-effect" ? 2 : 1;
}
