import { setImmediate } from "node:timers/promises";
import { type Readiness, type ReadinessCheck, readinessStates } from "../../../shared/pra.ts";

/** Milliseconds that a slice of work may take before others get their turn. */
const slice = 12;

/** Gathers the checks of one evaluation, each identifier once, and lets others work in between. */
export class Findings {
  readonly #checks = new Map<string, ReadinessCheck>();
  #since = performance.now();

  /** Of two findings on the same thing the worse one stays. */
  add(check: ReadinessCheck): void {
    const known = this.#checks.get(check.id);
    if (known === undefined || rank(check) < rank(known)) this.#checks.set(check.id, check);
  }

  has(id: string): boolean {
    return this.#checks.has(id);
  }

  /** Gives others their turn once a slice is used up. Throws when `signal` is aborted. */
  async breathe(signal: AbortSignal): Promise<void> {
    if (performance.now() - this.#since < slice) return;
    await setImmediate();
    signal.throwIfAborted();
    this.#since = performance.now();
  }

  /** All of them, the worst first. */
  list(): ReadinessCheck[] {
    return [...this.#checks.values()].sort((one, other) => rank(one) - rank(other));
  }
}

function rank({ state }: ReadinessCheck): number {
  return readinessStates.indexOf(state);
}

export function countsOf(checks: readonly ReadinessCheck[]): Readiness["counts"] {
  const counts = { blocked: 0, unknown: 0, warning: 0, ready: 0 };
  for (const { state } of checks) counts[state] += 1;
  return counts;
}

/** How many of a hundred are ready, warnings counted half, to a tenth; a hundred only where all are. */
export function figureOf({
  blocked = 0,
  unknown = 0,
  warning = 0,
  ready = 0,
}: Partial<Readiness["counts"]>): number {
  const all = blocked + unknown + warning + ready;
  return all === 0 ? 0 : Math.floor((1000 * (ready + warning / 2)) / all) / 10;
}
