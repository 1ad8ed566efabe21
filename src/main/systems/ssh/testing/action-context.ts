import type { ActionContext } from "../../../actions/action.ts";
import { resource } from "./estate.ts";

/** What an action said and did while it ran. */
export interface Trail {
  committed: number;
  output: string;
  error: string;
  progress: string[];
}

/** A context for one run of an action on a host with these facts, and the trail that it leaves. */
export function actionContext(
  id: string,
  facts: Record<string, string> = {},
  signal: AbortSignal = new AbortController().signal,
): { context: ActionContext; trail: Trail } {
  const trail: Trail = { committed: 0, output: "", error: "", progress: [] };
  const context: ActionContext = {
    resource: resource(id, facts),
    signal,
    progress: (words) => trail.progress.push(words.en),
    output(stream, words) {
      trail[stream] += words;
    },
    committed() {
      trail.committed += 1;
    },
  };
  return { context, trail };
}
