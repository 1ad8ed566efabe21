import { type ProgressMark, powerMarks, type Task } from "../../../shared/action.ts";

/** A sign of a power change, in the order in which hands wait for them. */
export type TrailSign = ProgressMark | "first-pixels";

/** One step: seen at an epoch time, still awaited, or over without having been seen. */
export interface TrailStep {
  sign: TrailSign;
  at: number | null;
  state: "seen" | "awaited" | "not-seen";
}

export interface Trail {
  task: Task;
  /** Epoch milliseconds that the times of the steps count from. */
  from: number;
  steps: readonly TrailStep[];
}

/** Which signs a power change gives, by the last part of its action's name. */
const expected: Record<string, readonly TrailSign[]> = {
  "power-on": ["asked", "accepted", "seen-on", "first-pixels"],
  "power-off": ["asked", "accepted", "seen-off"],
  "graceful-off": ["asked", "accepted", "seen-off"],
};
const restart: readonly TrailSign[] = [...powerMarks, "first-pixels"];

/** When the screen showed its first picture at or after a moment, by main's clock; null while it has not. */
export type FirstPicture = (task: string, after: number) => number | null;

/**
 * The trail of the newest power change of a resource, or null when none is known. `watching` says whether a screen is
 * open, so that a picture may still come.
 */
export function trailOf(
  tasks: readonly Task[],
  resource: string,
  firstPicture: FirstPicture,
  watching: boolean,
): Trail | null {
  let task: Task | null = null;
  for (const each of tasks) {
    if (each.resource !== resource || !each.progress.some(({ mark }) => mark)) continue;
    if (task === null || each.startedAt > task.startedAt) task = each;
  }
  if (task === null) return null;
  const seen = new Map<TrailSign, number>();
  for (const { mark, at } of task.progress) if (mark && !seen.has(mark)) seen.set(mark, at);
  const from = seen.get("asked") ?? task.startedAt;
  const signs = signsOf(task, seen);
  // A picture before the machine was seen off is the one that was there already.
  const after = seen.get("seen-off") ?? seen.get(signs.includes("seen-off") ? "seen-on" : "accepted");
  if (after !== undefined && signs.includes("first-pixels")) {
    const pixels = firstPicture(task.id, after);
    if (pixels !== null) seen.set("first-pixels", pixels);
  }
  const lastSeen = signs.findLastIndex((sign) => seen.has(sign));
  const steps = signs.map((sign, place): TrailStep => {
    const at = seen.get(sign);
    if (at !== undefined) return { sign, at, state: "seen" };
    const over = place < lastSeen || isOver(task, sign, watching);
    return { sign, at: null, state: over ? "not-seen" : "awaited" };
  });
  return { task, from, steps };
}

function signsOf(task: Task, seen: ReadonlyMap<TrailSign, number>): readonly TrailSign[] {
  const verb = task.action.slice(task.action.indexOf(".") + 1);
  const usual = expected[verb];
  if (usual) return usual;
  // A start from another device begins from off as well: it is not seen off then.
  if (verb === "boot-once" && seen.has("seen-on") && !seen.has("seen-off")) {
    return restart.filter((sign) => sign !== "seen-off");
  }
  return restart;
}

/** Nothing more will be seen of a task that ended; after a good end the picture may still come. */
function isOver(task: Task, sign: TrailSign, watching: boolean): boolean {
  if (task.endedAt === null) return false;
  return sign !== "first-pixels" || task.state !== "verified" || !watching;
}
