import type { Resource } from "../../shared/resource.ts";
import type { ActionContext } from "./action.ts";

/** A context for verbs that only read: progress and output go nowhere. */
export function quietContext(
  resource: Resource,
  signal: AbortSignal,
  earlier: NonNullable<ActionContext["earlier"]>,
): ActionContext {
  return { resource, signal, progress: () => {}, output: () => {}, committed: () => {}, earlier };
}
