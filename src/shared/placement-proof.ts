import type { Guest, HostRoom, PlacementLimits } from "./placement.ts";
import { limitsOf } from "./placement-bench.ts";

/**
 * Whether no arrangement at all gives every guest a place; false says nothing. By three counts, each a bound that holds for
 * any arrangement: a guest that no host that it may go to can take by itself; what all need together against what is
 * free; and, for each size, how many are at least that large against how many of that size the hosts can take.
 */
export function provenTooMuch(
  guests: readonly Guest[],
  hosts: readonly HostRoom[],
  limits: PlacementLimits,
): boolean {
  const rooms = hosts
    .filter(({ accepts }) => accepts)
    .map((host) => {
      const most = limitsOf(host, limits);
      return { id: host.id, memory: most.memory - host.memoryUsed, vcpus: most.vcpus - host.vcpusUsed };
    })
    .filter(({ memory, vcpus }) => memory >= 0 && vcpus >= 0);
  const alone = guests.some(
    ({ mayGoTo, memory, vcpus }) =>
      !rooms.some(
        (room) =>
          (mayGoTo === null || mayGoTo.includes(room.id)) && room.memory >= memory && room.vcpus >= vcpus,
      ),
  );
  if (alone) return true;
  const tooMany = (of: "memory" | "vcpus") =>
    exceeds(
      guests.map((guest) => guest[of]),
      rooms.map((room) => room[of]),
    );
  return tooMany("memory") || tooMany("vcpus");
}

/** Whether sizes cannot all be put into rooms, by their sum or by how many of them are large. */
function exceeds(sizes: number[], rooms: readonly number[]): boolean {
  const total = rooms.reduce((sum, room) => sum + room, 0);
  if (sizes.reduce((sum, size) => sum + size, 0) > total) return true;
  if (total === Number.POSITIVE_INFINITY) return false;
  sizes.sort((one, other) => other - one);
  return sizes.some(
    (size, index) =>
      size > 0 &&
      size !== sizes[index + 1] &&
      index + 1 > rooms.reduce((count, room) => count + Math.floor(room / size), 0),
  );
}
