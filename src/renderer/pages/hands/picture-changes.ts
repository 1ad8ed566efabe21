import { z } from "zod";
import { readStored, writeStored } from "../../state/storage.ts";
import type { PictureSince } from "./trail.ts";

/** Milliseconds of stillness after which a change of the picture is a new one. */
const stillness = 500;
/** A message of RFB with fewer bytes shows nothing: a bell, a fence, an empty update. */
const leastPixels = 24;
/** Milliseconds after a change of power in which a picture may still be its first one. */
const latest = 5 * 60_000;
/** Pictures that are remembered, and changes of power whose first picture is kept on this workstation. */
const mostChanges = 1000;
const mostAnswers = 50;
const storedAs = "first-pixels";
const answersSchema = z.array(z.tuple([z.string(), z.number()])).max(mostAnswers);

/**
 * When a screen's picture began to change, by main's clock, so that a trail can say when the first picture after a
 * change of power came, whether the session was opened anew for it or stood open all the while.
 */
export class PictureChanges {
  readonly #now: () => number;
  #opened: number[] = [];
  #changed: number[] = [];
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds that main's clock is ahead of this window's, which may be on another machine. */
  #ahead: number | null = null;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Main saw a first picture, at its own time. */
  first(at: number): void {
    this.#ahead = at - this.#now();
    this.#opened = [...this.#opened, at].slice(-mostChanges);
  }

  /** The screen sent bytes; true when that began a change. Before the first picture they are no picture. */
  received(bytes: number): boolean {
    if (this.#ahead === null || bytes < leastPixels) return false;
    const now = this.#now();
    const isNew = now - this.#lastAt >= stillness;
    this.#lastAt = now;
    if (isNew) this.#changed = [...this.#changed, now + this.#ahead].slice(-mostChanges);
    return isNew;
  }

  /**
   * The first picture since a change of power, null while there is none. The answer for a task stays the same, in
   * every window of this workstation and when one is opened anew.
   */
  firstSince(task: string, since: PictureSince): number | null {
    const known = firstPictureOf(task);
    if (known !== null) return known;
    const answer = Math.min(firstIn(this.#opened, since.opened), firstIn(this.#changed, since.changed));
    if (answer === Number.POSITIVE_INFINITY) return null;
    const answers = readStored(storedAs, answersSchema, []);
    writeStored(storedAs, [...answers, [task, answer]].slice(-mostAnswers));
    return answer;
  }
}

function firstIn(times: readonly number[], since: number): number {
  return times.find((at) => at >= since && at <= since + latest) ?? Number.POSITIVE_INFINITY;
}

/** When the first picture after a change of power came, where a window of this workstation saw it; else null. */
export function firstPictureOf(task: string): number | null {
  return readStored(storedAs, answersSchema, []).find(([known]) => known === task)?.[1] ?? null;
}
