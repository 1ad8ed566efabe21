import type { Mirror } from "./mirror.ts";
import type { Held } from "./records.ts";

/** The inventory is a tree; a bound keeps an odd one from going round. */
const mostDepth = 64;

/** What an object is in, from itself upwards: the host of a VM, then the parents of that. */
export function* above(mirror: Mirror, held: Held | undefined): Iterable<Held> {
  let place = held;
  for (let depth = 0; place && depth < mostDepth; depth++) {
    yield place;
    const host = place.is === "vm" ? mirror.get(place.host) : undefined;
    place = host ?? mirror.get(place.parent);
  }
}

/** Whether an object is another one, or in it. */
export function isIn(mirror: Mirror, id: string, other: string): boolean {
  if (id === other) return true;
  for (const place of above(mirror, mirror.get(id))) if (place.id === other) return true;
  return false;
}

/** The host of a VM, the cluster of a host; undefined for what stands by itself. */
export function holderOf(mirror: Mirror, held: Held): Held | undefined {
  return mirror.get(held.is === "vm" ? held.host : held.is === "host" ? held.parent : null);
}

/** The name of the cluster that a VM or host is in. */
export function clusterOf(mirror: Mirror, held: Held): string | null {
  const host = held.is === "vm" ? mirror.get(held.host) : held;
  const cluster = mirror.get(host?.parent ?? null);
  return cluster?.is === "cluster" ? cluster.name : null;
}

/** The name of the datacenter that an object is in. */
export function datacenterOf(mirror: Mirror, held: Held): string | null {
  for (const place of above(mirror, held)) if (place.type === "Datacenter") return place.name;
  return null;
}
