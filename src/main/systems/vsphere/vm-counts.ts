import type { Mirror } from "./mirror.ts";

export interface VmCount {
  all: number;
  on: number;
}

const none: VmCount = { all: 0, on: 0 };

/** How many VMs there are on each host and in each cluster, templates left out. */
export class VmCounts {
  #counts = new Map<string, VmCount>();

  of(id: string): VmCount {
    return this.#counts.get(id) ?? none;
  }

  /** Counts anew; gives the hosts and clusters where that is another number than before. */
  count(mirror: Mirror): string[] {
    const counts = new Map<string, VmCount>();
    for (const held of mirror.all()) {
      if (held.is !== "vm" || held.template) continue;
      const host = mirror.get(held.host);
      for (const id of [host?.id, host?.parent]) {
        if (!id) continue;
        const count = counts.get(id) ?? { all: 0, on: 0 };
        count.all += 1;
        if (held.power === "poweredOn") count.on += 1;
        counts.set(id, count);
      }
    }
    const before = this.#counts;
    this.#counts = counts;
    return [...new Set([...counts.keys(), ...before.keys()])].filter((id) => {
      const [now, then] = [counts.get(id), before.get(id)];
      return now?.all !== then?.all || now?.on !== then?.on;
    });
  }
}
