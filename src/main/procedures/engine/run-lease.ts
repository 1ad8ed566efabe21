import * as faults from "./faults.ts";

/** What a lease needs of the journal's store. */
export interface LeaseStore {
  lease(
    name: string,
    holder: string,
    duration: number,
  ): { held: boolean; holder: string; fence: number; expiresAt: number };
}

const duration = 15_000;
const renewEvery = 5_000;
/** A confirmation younger than this is good enough before an effect, if no clock has jumped since. */
const freshFor = 2_000;

/**
 * The right to go on with one run, for as long as this console renews it. `check` is asked right before every effect.
 * A console that has lost it stops; it never gets it back by itself.
 */
export class RunLease {
  readonly #store: LeaseStore;
  readonly #run: string;
  readonly #holder: string;
  readonly #wall: () => number;
  readonly #onLost: () => void;
  #fence: number;
  #confirmed: { wall: number; monotonic: number };
  #lost = false;
  #timer: NodeJS.Timeout | null;

  private constructor(
    store: LeaseStore,
    run: string,
    holder: string,
    fence: number,
    wall: () => number,
    onLost: () => void,
  ) {
    this.#store = store;
    this.#run = run;
    this.#holder = holder;
    this.#fence = fence;
    this.#wall = wall;
    this.#onLost = onLost;
    this.#confirmed = { wall: wall(), monotonic: performance.now() };
    this.#timer = setInterval(() => this.#renewQuietly(), renewEvery).unref();
  }

  /**
   * Takes the lease with a fence that nobody had before. `holder` names the data folder, which one console has at a
   * time, so what is still leased to it is from before a crash and given back first. Throws OpsError `run.held` while
   * another console has it, or `journal.cannot-write`.
   */
  static take(
    store: LeaseStore,
    run: string,
    holder: string,
    wall: () => number,
    onLost: () => void,
  ): RunLease {
    const name = leaseName(run);
    store.lease(name, holder, 0);
    const lease = store.lease(name, holder, duration);
    if (!lease.held) throw faults.heldByAnother(lease.holder);
    return new RunLease(store, run, holder, lease.fence, wall, onLost);
  }

  get fence(): number {
    return this.#fence;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Throws OpsError `run.lost` when another console may have the run, `journal.cannot-write` when that cannot be told. */
  check(): void {
    if (this.#lost) throw faults.lostRun();
    const wall = this.#wall() - this.#confirmed.wall;
    const monotonic = performance.now() - this.#confirmed.monotonic;
    if (monotonic < freshFor && Math.abs(wall - monotonic) < freshFor) return;
    this.#renew();
    if (this.#lost) throw faults.lostRun();
  }

  /** Stops renewing and gives the run free. */
  release(): void {
    this.#stop();
    if (this.#lost) return;
    this.#lost = true;
    try {
      this.#store.lease(leaseName(this.#run), this.#holder, 0);
    } catch {
      // It runs out by itself.
    }
  }

  #renew(): void {
    const lease = this.#store.lease(leaseName(this.#run), this.#holder, duration);
    // It may have run out while the clock was set forward: a fence one higher says that nobody had it in between.
    if (lease.held && lease.fence <= this.#fence + 1) {
      this.#fence = lease.fence;
      this.#confirmed = { wall: this.#wall(), monotonic: performance.now() };
      return;
    }
    this.#lost = true;
    this.#stop();
    this.#onLost();
  }

  #renewQuietly(): void {
    try {
      this.#renew();
    } catch {
      // Not confirmed: `check` asks again, and lets nothing happen while it cannot be told.
    }
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

function leaseName(run: string): string {
  return `run/${run}`;
}
