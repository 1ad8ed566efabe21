import type { ClusterAccess } from "../cluster-access.ts";

/** After so many milliseconds an order that left no object behind has not arrived. */
const arrival = 60_000;
/** When each object was first looked for in vain, by a clock that nobody sets. */
const missedSince = new WeakMap<Pick<ClusterAccess, "now">, Map<string, number>>();

/**
 * Whether an order that was sent at `sentAt` (epoch milliseconds) would be there by now: by the clock, or by how long its object
 * was looked for from here, for the clock of whoever sent it may have been ahead of this one by an hour. To be asked each time
 * that the object is not there.
 */
export function hadTimeToArrive(
  access: Pick<ClusterAccess, "now">,
  name: string,
  sentAt: number,
  tick: () => number = () => performance.now(),
): boolean {
  const missed = missedSince.get(access) ?? new Map<string, number>();
  missedSince.set(access, missed);
  const since = missed.get(name) ?? tick();
  missed.set(name, since);
  const isSure = access.now() - sentAt >= arrival || tick() - since >= arrival;
  if (isSure) missed.delete(name);
  return isSure;
}
