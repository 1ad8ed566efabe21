const first = 250;
const longest = 10_000;

/**
 * Milliseconds to wait before attempt `attempt` (0 is the first retry): doubles up to ten seconds, with half of it
 * at random, so that many windows do not come back in the same instant. `random` gives 0 to 1.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longest, first * 2 ** Math.min(attempt, 20));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
