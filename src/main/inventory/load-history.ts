import type { FactKey } from "../../shared/facts.ts";
import type { FactValue } from "../../shared/resource.ts";

/** Facts whose last values are kept for the sparklines. */
const keptFacts = [
  "load.one",
  "cpu.used",
  "memory.used",
  "disk.fullest",
] as const satisfies readonly FactKey[];
const mostPoints = 60;

interface Ring {
  at: number[];
  values: Record<(typeof keptFacts)[number], number[]>;
}

/** The last sixty values of the load facts of each resource, in memory only. */
export class LoadHistory {
  readonly #rings = new Map<string, Ring>();

  /** Keeps the load facts of one reading; a reading without any leaves nothing. */
  add(resource: string, at: number, facts: Readonly<Record<string, FactValue>>): void {
    const isMeasured = (key: string) => typeof facts[key] === "number" && Number.isFinite(facts[key]);
    if (!keptFacts.some(isMeasured)) return;
    let ring = this.#rings.get(resource);
    if (!ring) {
      ring = { at: [], values: { "load.one": [], "cpu.used": [], "memory.used": [], "disk.fullest": [] } };
      this.#rings.set(resource, ring);
    }
    // What is older than a point that is kept came late and would make the line go back.
    if (at <= (ring.at.at(-1) ?? Number.NEGATIVE_INFINITY)) return;
    ring.at.push(at);
    for (const key of keptFacts) ring.values[key].push(isMeasured(key) ? Number(facts[key]) : Number.NaN);
    if (ring.at.length <= mostPoints) return;
    ring.at.shift();
    for (const key of keptFacts) ring.values[key].shift();
  }

  forget(resource: string): void {
    this.#rings.delete(resource);
  }

  /** Per fact the values that were read, oldest first; facts never read are left out. */
  of(resource: string): Record<string, { at: number; value: number }[]> {
    const history: Record<string, { at: number; value: number }[]> = {};
    const ring = this.#rings.get(resource);
    if (!ring) return history;
    for (const key of keptFacts) {
      const points = ring.at
        .map((at, index) => ({ at, value: ring.values[key][index] ?? Number.NaN }))
        .filter((point) => !Number.isNaN(point.value));
      if (points.length > 0) history[key] = points;
    }
    return history;
  }
}
