import type { Guest, HostRoom, Placement, PlacementLimits } from "./placement.ts";

/** So many looks at a host or guest are spent on moving others away; it bounds the time, and is the same for all. */
const mostLooks = 2_000_000;

interface Place {
  host: HostRoom;
  memoryLimit: number;
  vcpuLimit: number;
  memory: number;
  vcpus: number;
  guests: Guest[];
}

/** The most that a host may bear: bytes, and vCPUs. */
export function limitsOf(
  host: HostRoom,
  { memoryRatio, vcpuPerCore }: PlacementLimits,
): { memory: number; vcpus: number } {
  return {
    memory: host.memory * memoryRatio,
    vcpus: vcpuPerCore === null ? Number.POSITIVE_INFINITY : host.cores * vcpuPerCore,
  };
}

/** Hosts and what was put onto them so far. */
export class Bench {
  readonly #places: Place[];
  readonly #byHost: ReadonlyMap<string, Place>;
  readonly #allowed = new Map<Guest, readonly Place[]>();
  readonly #guests: readonly Guest[];
  /** Those that have no place yet, the largest first. */
  left: Guest[];
  #looks = 0;

  constructor(guests: readonly Guest[], hosts: readonly HostRoom[], limits: PlacementLimits) {
    this.#places = hosts.map((host) => {
      const { memory, vcpus } = limitsOf(host, limits);
      return {
        host,
        memoryLimit: memory,
        vcpuLimit: vcpus,
        memory: host.memoryUsed,
        vcpus: host.vcpusUsed,
        guests: [],
      };
    });
    this.#byHost = new Map(this.#places.map((each) => [each.host.id, each]));
    this.#guests = this.#largestFirst(guests);
    this.left = [...this.#guests];
  }

  get leftMemory(): number {
    return this.left.reduce((sum, { memory }) => sum + memory, 0) + this.left.length;
  }

  /** Puts each guest where it leaves a host the emptiest, or where it fills one best. */
  put(manner: "spread" | "fill"): void {
    this.left = this.left.filter((guest) => {
      let best: Place | null = null;
      let bestFullness = 0;
      for (const place of this.#placesFor(guest)) {
        if (!fits(guest, place)) continue;
        const fullness = fullnessWith(guest, place);
        if (best === null || (manner === "spread" ? fullness < bestFullness : fullness > bestFullness)) {
          best = place;
          bestFullness = fullness;
        }
      }
      if (best === null) return true;
      enter(guest, best);
      return false;
    });
  }

  /** Makes room for those that are left by moving one other to a third host, as long as looks are left. */
  repair(): void {
    this.left = this.left.filter((guest) => !this.#makeRoom(guest));
  }

  moves(): Placement["moves"] {
    const to = new Map<Guest, string>();
    for (const { host, guests } of this.#places) for (const guest of guests) to.set(guest, host.id);
    return this.#guests.flatMap((guest) => {
      const host = to.get(guest);
      return host === undefined ? [] : [{ guest: guest.id, to: host }];
    });
  }

  after(): Placement["after"] {
    return new Map(
      this.#places.map(({ host, memory, vcpus, guests }) => [
        host.id,
        { memory, vcpus, taken: guests.length },
      ]),
    );
  }

  #makeRoom(guest: Guest): boolean {
    const places = this.#placesFor(guest);
    for (const place of places) {
      if (fits(guest, place)) {
        enter(guest, place);
        return true;
      }
    }
    for (const place of places) {
      for (const other of place.guests) {
        if (this.#looks++ > mostLooks) return false;
        if (!fitsInstead(guest, other, place)) continue;
        for (const third of this.#placesFor(other)) {
          if (this.#looks++ > mostLooks) return false;
          if (third === place || !fits(other, third)) continue;
          leave(other, place);
          enter(other, third);
          enter(guest, place);
          return true;
        }
      }
    }
    return false;
  }

  #placesFor(guest: Guest): readonly Place[] {
    const known = this.#allowed.get(guest);
    if (known) return known;
    const found = (guest.mayGoTo?.flatMap((id) => this.#byHost.get(id) ?? []) ?? this.#places).filter(
      ({ host }) => host.accepts,
    );
    this.#allowed.set(guest, found);
    return found;
  }

  /** By the larger of their shares of everything there is, then by identifier, so that the order is always the same. */
  #largestFirst(guests: readonly Guest[]): Guest[] {
    const taking = this.#places.filter(({ host }) => host.accepts);
    const memory = taking.reduce((sum, { memoryLimit }) => sum + memoryLimit, 0);
    const vcpus = taking.reduce((sum, { vcpuLimit }) => sum + vcpuLimit, 0);
    const share = (guest: Guest) => Math.max(guest.memory / (memory || 1), guest.vcpus / (vcpus || 1));
    return guests
      .map((guest) => ({ guest, size: share(guest) }))
      .sort(
        (one, other) =>
          other.size - one.size ||
          (one.guest.id < other.guest.id ? -1 : one.guest.id > other.guest.id ? 1 : 0),
      )
      .map(({ guest }) => guest);
  }
}

function fits(guest: Guest, place: Place): boolean {
  return place.memory + guest.memory <= place.memoryLimit && place.vcpus + guest.vcpus <= place.vcpuLimit;
}

function fitsInstead(guest: Guest, other: Guest, place: Place): boolean {
  return (
    place.memory - other.memory + guest.memory <= place.memoryLimit &&
    place.vcpus - other.vcpus + guest.vcpus <= place.vcpuLimit
  );
}

function fullnessWith(guest: Guest, place: Place): number {
  return Math.max(
    (place.memory + guest.memory) / (place.memoryLimit || 1),
    (place.vcpus + guest.vcpus) / (place.vcpuLimit || 1),
  );
}

function enter(guest: Guest, place: Place): void {
  place.memory += guest.memory;
  place.vcpus += guest.vcpus;
  place.guests.push(guest);
}

function leave(guest: Guest, place: Place): void {
  place.memory -= guest.memory;
  place.vcpus -= guest.vcpus;
  place.guests = place.guests.filter((each) => each !== guest);
}
