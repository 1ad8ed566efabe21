/** Time as the life of tokens is counted: what Vault grants runs from the moment of its answer, whatever the clocks say. */
export interface LifeClock {
  /** Epoch milliseconds, to show. */
  now(): number;
  /** Milliseconds that only go forward. */
  monotonic(): number;
  /** Calls `work` once after `milliseconds`, unless the returned function is called before. */
  after(milliseconds: number, work: () => void): () => void;
}

/** A timer of Node's takes no more; a token of 32 days lives longer. */
const longestTimer = 6 * 3_600_000;

/** The workstation's clock; its timers do not keep the process alive. */
export function workstationClock(now: () => number): LifeClock {
  const after = (milliseconds: number, work: () => void): (() => void) => {
    const end = performance.now() + milliseconds;
    let timer: NodeJS.Timeout;
    const wait = () => {
      const left = end - performance.now();
      timer = setTimeout(left > longestTimer ? wait : work, Math.max(0, Math.min(left, longestTimer)));
      timer.unref();
    };
    wait();
    return () => clearTimeout(timer);
  };
  return { now, monotonic: () => performance.now(), after };
}
