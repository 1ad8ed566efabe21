import { cleaned, wordAt } from "../../kinds/seen.ts";
import { type Item, isTree } from "../../list-watch/items.ts";

/** How an action of Kasten stands. `skipped`: there was nothing for it to do. */
export type ActionState = "running" | "complete" | "failed" | "cancelled" | "skipped";

/**
 * The state of an action by its `status.state`: Pending, Running and AttemptFailed (which is tried again) go on, Complete,
 * Failed, Cancelled, Skipped and Deleted are ends. A word that is not known goes on, since nothing says that it ended.
 */
export function stateOf(object: Item["object"]): ActionState {
  switch (wordAt(object, "status", "state")) {
    case "Complete":
      return "complete";
    case "Failed":
      return "failed";
    case "Cancelled":
    case "Deleted":
      return "cancelled";
    case "Skipped":
      return "skipped";
    default:
      return "running";
  }
}

/** How many causes are gone through at the most: each may be JSON in the words of the one before. */
const deepest = 20;
const longestCause = 20_000;

/**
 * What went wrong with an action, in Kasten's words: the innermost of its causes, which is the one that says something.
 * "" where it says nothing.
 */
export function whyOf(object: Item["object"]): string {
  let here: unknown = isTree(object) && isTree(object.status) ? object.status.error : null;
  let said = "";
  for (let depth = 0; depth < deepest; depth++) {
    if (typeof here === "string") {
      const parsed = parsedOf(here);
      if (parsed === null) return cleaned(here) || said;
      here = parsed;
    }
    if (!isTree(here)) return said;
    if (typeof here.message === "string" && here.message.trim() !== "") said = cleaned(here.message);
    here = here.cause;
  }
  return said;
}

function parsedOf(words: string): unknown {
  if (words.length > longestCause) return null;
  try {
    const parsed: unknown = JSON.parse(words);
    return isTree(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
