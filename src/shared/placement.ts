import { Bench } from "./placement-bench.ts";
import { provenTooMuch } from "./placement-proof.ts";
import { whyNot } from "./placement-words.ts";
import type { LocalText } from "./text.ts";

/** A VM that needs a host. Memory in bytes. */
export interface Guest {
  id: string;
  name: string;
  memory: number;
  vcpus: number;
  /** The identifiers of the hosts that it may go to; null: any. */
  mayGoTo: readonly string[] | null;
  /** Why it cannot move at all; null: it can. */
  pinned: LocalText | null;
}

/** A host that may take VMs; what is used counts those that stay on it. Memory in bytes. */
export interface HostRoom {
  id: string;
  name: string;
  memory: number;
  cores: number;
  memoryUsed: number;
  vcpusUsed: number;
  /** Whether it takes VMs now: on, connected, not in maintenance. */
  accepts: boolean;
}

/** How far a host may be filled. */
export interface PlacementLimits {
  /** Bytes assigned to VMs for each byte of the host: 1 is one to one. */
  memoryRatio: number;
  /** vCPUs for each physical core; null: as many as there are. */
  vcpuPerCore: number | null;
}

export interface Placement {
  /** By identifiers, the largest VM first: the order in which they are best moved. */
  moves: { guest: string; to: string }[];
  unplaced: { guest: string; why: LocalText }[];
  /** What each host bears then, and how many VMs it takes. */
  after: Map<string, { memory: number; vcpus: number; taken: number }>;
  /** True when all have a place, or when no arrangement gives all of them one; false: none was found. */
  proven: boolean;
}

/**
 * Finds a place for each guest: the largest first, each on the host that it leaves the emptiest; where that does not fit
 * them all, on the host that it fills best. What is left over is tried by moving one other guest away for it. The same
 * input gives the same answer. Nothing is put onto a host beyond its limits, and a host that is over them takes nothing.
 */
export function place(
  guests: readonly Guest[],
  hosts: readonly HostRoom[],
  limits: PlacementLimits,
): Placement {
  const movable = guests.filter(({ pinned }) => pinned === null);
  let best: Bench | null = null;
  for (const manner of ["spread", "fill"] as const) {
    const bench = new Bench(movable, hosts, limits);
    bench.put(manner);
    bench.repair();
    if (best === null || bench.leftMemory < best.leftMemory) best = bench;
    if (bench.left.length === 0) break;
  }
  const placed = best ?? new Bench([], hosts, limits);
  const left = new Set(placed.left);
  return {
    moves: placed.moves(),
    unplaced: guests
      .filter((guest) => guest.pinned !== null || left.has(guest))
      .map((guest) => ({
        guest: guest.id,
        why: guest.pinned ?? whyNot(guest, hosts, limits, placed.after()),
      })),
    after: placed.after(),
    proven: movable.length < guests.length || left.size === 0 || provenTooMuch(movable, hosts, limits),
  };
}
