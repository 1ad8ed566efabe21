import type { Task } from "../shared/action.ts";

/** Milliseconds in which the ends of a bulk's actions are gathered into one reading. */
const gatherFor = 200;

export interface ReadingAfterActionsParts {
  /** The tasks, each as it changes; gives back what ends the listening. */
  onChange(listener: (task: Task) => void): () => void;
  /** Reads the named resources now. */
  observe(resources: string[]): Promise<void>;
  onError(thrown: unknown): void;
}

/**
 * Reads a resource again as soon as an action on it has ended, or as its unknown effect was settled, so that nobody
 * looks at how it stood before until the next round. Returns what ends this.
 */
export function readAfterActions({ onChange, observe, onError }: ReadingAfterActionsParts): () => void {
  /** How each task stood that may still change something. */
  const open = new Map<string, string>();
  const due = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  const read = () => {
    timer = null;
    const resources = [...due];
    due.clear();
    observe(resources).catch(onError);
  };
  const stop = onChange((task) => {
    const before = open.get(task.id);
    // A task is in its last state a moment before it has ended, when its proof is still being written down.
    const standing = `${task.state} ${task.endedAt === null ? "going on" : "ended"}`;
    if (task.endedAt === null || task.state === "unknown-effect") open.set(task.id, standing);
    else open.delete(task.id);
    const over = task.endedAt !== null && before !== undefined && before !== standing;
    if (!over || task.resource === null) return;
    due.add(task.resource);
    timer ??= setTimeout(read, gatherFor);
  });
  return () => {
    stop();
    if (timer) clearTimeout(timer);
  };
}
