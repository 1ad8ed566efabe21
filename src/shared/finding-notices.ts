import type { Finding, FindingsFrame } from "./rules.ts";

/** Milliseconds between two notices at least; what comes meanwhile is told with the next. */
export const noticeInterval = 30_000;

/**
 * What is new and critical, and has not been told of: what stood when the window opened is not new, what is muted is not told,
 * and what goes and comes back within the same window is told again.
 */
export class FindingNotices {
  #known: Set<string> | null = null;
  #waiting = new Map<string, Finding>();
  #lastAt = Number.NEGATIVE_INFINITY;

  /** Takes in what there is now; returns what to tell of at once, and how long to wait where there is more. */
  take({ findings }: Pick<FindingsFrame, "findings">, now: number): { tell: Finding[]; wait: number | null } {
    const grave = findings.filter(({ health, mute }) => health === "critical" && mute === null);
    const keys = new Set(grave.map(({ key }) => key));
    if (this.#known !== null) {
      for (const finding of grave) if (!this.#known.has(finding.key)) this.#waiting.set(finding.key, finding);
    }
    this.#known = keys;
    for (const key of this.#waiting.keys()) if (!keys.has(key)) this.#waiting.delete(key);
    if (this.#waiting.size === 0) return { tell: [], wait: null };
    const wait = this.#lastAt + noticeInterval - now;
    if (wait > 0) return { tell: [], wait };
    const tell = [...this.#waiting.values()];
    this.#waiting = new Map();
    this.#lastAt = now;
    return { tell, wait: null };
  }
}
