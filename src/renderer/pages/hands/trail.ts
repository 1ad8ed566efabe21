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

/** From when on, in epoch milliseconds, a picture is one after the change of power. */
export interface PictureSince {
  /** For the first picture of a session that was opened for it. */
  opened: number;
  /** For a change of the picture in a session that stood open. */
  changed: number;
}

/** When the screen showed its first picture after a change of power, by main's clock; null while it has not. */
export type FirstPicture = (task: string, since: PictureSince) => number | null;

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
  const since = signs.includes("first-pixels") ? picturesSince(task, seen) : null;
  const pixels = since && firstPicture(task.id, since);
  if (pixels !== null) seen.set("first-pixels", pixels);
  const lastSeen = signs.findLastIndex((sign) => seen.has(sign));
  const steps = signs.map((sign, place): TrailStep => {
    const at = seen.get(sign);
    if (at !== undefined) return { sign, at, state: "seen" };
    const over = place < lastSeen || isOver(task, sign, watching);
    return { sign, at: null, state: over ? "not-seen" : "awaited" };
  });
  return { task, from, steps };
}

/**
 * A picture before the machine was seen off is the one that was there already. A restart too quick to be seen off is
 * known by being seen on: a screen that was opened since it was accepted shows the new start, and one that stood open
 * does from then on. A machine that is switched on shows nothing before.
 */
function picturesSince(task: Task, seen: ReadonlyMap<TrailSign, number>): PictureSince | null {
  const accepted = seen.get("accepted");
  const off = seen.get("seen-off");
  const on = seen.get("seen-on");
  if (verbOf(task) === "power-on")
    return accepted === undefined ? null : { opened: accepted, changed: accepted };
  if (off !== undefined) return { opened: off, changed: off };
  return on === undefined ? null : { opened: accepted ?? on, changed: on };
}

function verbOf({ action }: Task): string {
  return action.slice(action.indexOf(".") + 1);
}

function signsOf(task: Task, seen: ReadonlyMap<TrailSign, number>): readonly TrailSign[] {
  const verb = verbOf(task);
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
