/** Readings that are kept of one disk; when there are more, every second one goes, so that they reach back twice as far. */
export const mostReadings = 64;
/** No forecast rests on fewer readings, or on a shorter time, in milliseconds. */
const leastReadings = 12;
const leastSpan = 1_800_000;

/** Readings as they are kept: when (epoch milliseconds), how full in percent, and how far apart they are to lie. */
export interface KeptFullness {
  at: number[];
  used: number[];
  spacing: number;
}

/** How full something was, in percent, now and then. */
export class Fullness {
  #at: number[] = [];
  #used: number[] = [];
  /** Milliseconds that must lie between two readings. */
  #spacing = 60_000;

  /** As it was kept before: both lists of one length, the moments in their order. */
  static of({ at, used, spacing }: KeptFullness): Fullness {
    const fullness = new Fullness();
    fullness.#at = [...at];
    fullness.#used = [...used];
    fullness.#spacing = spacing;
    return fullness;
  }

  /** As it can be kept. */
  get kept(): KeptFullness {
    return { at: [...this.#at], used: [...this.#used], spacing: this.#spacing };
  }

  /** Takes in a reading; what came too soon after the last one is left out, and one that goes back in time begins anew. */
  add(at: number, used: number): void {
    if (!Number.isFinite(used)) return;
    const last = this.#at.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (at < last) {
      this.#at = [];
      this.#used = [];
      this.#spacing = 60_000;
    } else if (at - last < this.#spacing) return;
    this.#at.push(at);
    this.#used.push(used);
    if (this.#at.length <= mostReadings) return;
    const isKept = (_: number, index: number) => index % 2 === 0;
    this.#at = this.#at.filter(isKept);
    this.#used = this.#used.filter(isKept);
    this.#spacing *= 2;
  }

  get readings(): number {
    return this.#at.length;
  }

  /** Since when readings are kept. */
  get since(): number | null {
    return this.#at[0] ?? null;
  }

  /** When the last one was read. */
  get newest(): number | null {
    return this.#at.at(-1) ?? null;
  }

  forecast(): FillingForecast | null {
    return forecastOf(this.#at, this.#used);
  }
}

/** When something will be full: in the middle of what its readings say, at the earliest and at the latest of their inner half. */
export interface FillingForecast {
  at: number;
  earliest: number;
  latest: number;
  /** Percent a day. */
  pace: number;
}

/**
 * By the slopes between all pairs of readings (Theil 1950, Sen 1968): their median is not moved by a few wild readings, and
 * their quartiles say how far it is to be trusted. Null: too few readings, too short a time, or it does not fill.
 */
export function forecastOf(at: readonly number[], used: readonly number[]): FillingForecast | null {
  const [first = 0] = at;
  const last = at.at(-1) ?? 0;
  if (at.length < leastReadings || last - first < leastSpan) return null;
  const slopes: number[] = [];
  for (let later = 1; later < at.length; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      slopes.push(((used[later] ?? 0) - (used[earlier] ?? 0)) / ((at[later] ?? 0) - (at[earlier] ?? 0)));
    }
  }
  slopes.sort((one, other) => one - other);
  const [low, middle, high] = [quantile(slopes, 0.25), quantile(slopes, 0.5), quantile(slopes, 0.75)];
  // Half of all pairs must agree that it fills: what goes up and down, as caches do, is not filling.
  if (low <= 0 || middle <= 0) return null;
  const offsets = at
    .map((moment, index) => (used[index] ?? 0) - middle * (moment - last))
    .sort((a, b) => a - b);
  const left = Math.max(0, 100 - quantile(offsets, 0.5));
  return {
    at: last + left / middle,
    earliest: last + left / high,
    latest: last + left / low,
    pace: middle * 86_400_000,
  };
}

/** Of sorted values. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
