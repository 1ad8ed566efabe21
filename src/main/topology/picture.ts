import { healthOrder } from "../../shared/resource.ts";
import type { LeftOut, Link, Thing, Topology } from "../../shared/topology.ts";
import { isRecord, type Needed, type Neighbours } from "./neighbours.ts";
import type { ThingRecord } from "./records.ts";

/** What a picture holds at most: beyond that nobody sees anything in it. */
export const limits = {
  clusters: 40,
  hosts: 160,
  /** VMs of a whole site or cluster: all of them, or else none. */
  vmsOfMany: 80,
  /** VMs of one host, storage or network. */
  vmsOfOne: 150,
  needed: 60,
} as const;

/** The whole site: its clusters and hosts, its VMs where they are few, and what those need. */
export function pictureOfSite(neighbours: Neighbours, site: string): Topology {
  const all = neighbours.at(site);
  const drawn = new Drawn(neighbours);
  drawn.add(all.filter(isKind("cluster")), limits.clusters);
  drawn.add(all.filter(isKind("host", "node")), limits.hosts);
  const vms = all.filter(isKind("vm"));
  if (vms.length <= limits.vmsOfMany) drawn.add(vms, vms.length);
  drawn.add([...all.filter(isKind("volume")), ...neededBy(neighbours, vms)], 2 * limits.needed);
  return picture(drawn, { site, around: null, counted: all });
}

/** One thing and what is next to it; the whole site when nothing of that identifier is known. */
export function pictureAround(neighbours: Neighbours, site: string, id: string): Topology {
  const record = neighbours.get(id);
  const centre = record ? neighbours.standsFor(record) : neighbours.named(id);
  if (!centre || centre.kind === "site") return pictureOfSite(neighbours, site);
  const drawn = new Drawn(neighbours);
  drawn.add([centre], 1);
  if (!isRecord(centre) || centre.kind === "volume") {
    drawn.add(neighbours.users(centre), limits.vmsOfOne);
  } else {
    const below = neighbours.below(centre);
    drawn.add(below.filter(isKind("host", "node", "cluster")), limits.hosts);
    const held =
      centre.kind === "cluster" ? [...below, ...below.flatMap((each) => neighbours.below(each))] : below;
    const vms = [...new Set(held)].filter(isKind("vm"));
    if (centre.kind !== "cluster") drawn.add(vms, limits.vmsOfOne);
    else if (vms.length <= limits.vmsOfMany) drawn.add(vms, vms.length);
    drawn.add(held.filter(isKind("volume")), limits.needed);
    const shown = vms.filter((vm) => drawn.things.has(vm.id));
    drawn.add(neededBy(neighbours, [centre, ...(shown.length > 0 ? shown : vms)]), 2 * limits.needed);
  }
  drawn.addAbove();
  return picture(drawn, { site, around: centre.id, counted: [] });
}

/** What is in a picture, in the order of the names within each kind. */
class Drawn {
  readonly neighbours: Neighbours;
  readonly things = new Map<string, Needed>();

  constructor(neighbours: Neighbours) {
    this.neighbours = neighbours;
  }

  /** The first by name: which ones are drawn does not change with how they are. */
  add(things: readonly Needed[], most: number): void {
    const ordered = [...new Map(things.map((thing) => [thing.id, thing])).values()].sort(byName);
    for (const thing of ordered.slice(0, most)) this.things.set(thing.id, thing);
  }

  /** Where everything in it runs, and what that is in. */
  addAbove(): void {
    for (const thing of this.things.values()) {
      // What is added while the things are gone through is gone through as well.
      if (isRecord(thing))
        for (const holder of this.neighbours.above(thing)) this.things.set(holder.id, holder);
    }
  }
}

function picture(
  { neighbours, things }: Drawn,
  { site, around, counted }: { site: string; around: string | null; counted: readonly ThingRecord[] },
): Topology {
  const links = new Links(things);
  const drawn: Thing[] = [];
  for (const thing of things.values()) {
    const left = isRecord(thing) ? addLinks(neighbours, thing, links) : [];
    const users = thing.kind === "volume" || thing.kind === "network" ? neighbours.users(thing) : [];
    drawn.push(thingOf(neighbours, thing, leftOut([...left, ...users], things)));
  }
  const adrift = counted.filter((each) => !neighbours.above(each).some(({ id }) => things.has(id)));
  return {
    site,
    siteName: neighbours.get(site)?.name ?? site,
    around,
    things: drawn,
    links: links.all(),
    more: leftOut(adrift, things),
  };
}

/** Links a thing to what it is in, runs on and needs; what is below it is the answer. */
function addLinks(neighbours: Neighbours, thing: ThingRecord, links: Links): ThingRecord[] {
  for (const holder of neighbours.above(thing)) {
    // A storage that all hosts share hangs on the VMs that use it.
    if (thing.kind === "volume" && holder.kind === "cluster") continue;
    links.add(thing, holder, isKind("cluster")(holder) || thing.kind === "volume" ? "in" : "runs-on");
  }
  const below = neighbours.below(thing);
  const vms = below.filter(isKind("vm"));
  // What runs on something is in the picture, or else its needs are shown as those of what it runs on.
  const needy = thing.kind === "vm" ? [thing] : vms.some((vm) => links.has(vm)) ? [] : vms;
  for (const vm of needy) {
    for (const needed of neighbours.needs(vm)) {
      links.add(thing, needed, needed.kind === "network" ? "joins" : "stored-on");
    }
  }
  return below;
}

/** Links between what is drawn, each once. */
class Links {
  readonly #things: ReadonlyMap<string, Needed>;
  readonly #links = new Map<string, Link>();

  constructor(things: ReadonlyMap<string, Needed>) {
    this.#things = things;
  }

  has({ id }: Needed): boolean {
    return this.#things.has(id);
  }

  add(from: Needed, to: Needed, as: Link["as"]): void {
    if (!this.has(from) || !this.has(to) || from.id === to.id) return;
    this.#links.set(`${from.id}\r${to.id}`, { from: from.id, to: to.id, as });
  }

  all(): Link[] {
    return [...this.#links.values()];
  }
}

function thingOf(neighbours: Neighbours, thing: Needed, more: LeftOut[]): Thing {
  const { id, kind, name } = thing;
  if (!isRecord(thing)) {
    return { id, resource: null, kind, name, health: null, stale: false, also: [], more };
  }
  const also = neighbours.also(thing).map((each) => ({
    resource: each.id,
    kind: each.kind,
    name: each.name,
    system: each.system,
    health: each.health,
    stale: each.stale,
    byName: thing.identifiers.length === 0,
  }));
  const { stale } = thing;
  return { id, resource: id, kind, name, health: healthOf(neighbours, thing), stale, also, more };
}

/** The worst of what is said under any of its names. */
function healthOf(neighbours: Neighbours, record: ThingRecord): Thing["health"] {
  const told = new Set([record, ...neighbours.also(record)].map(({ health }) => health));
  return healthOrder.find((health) => told.has(health)) ?? null;
}

function leftOut(records: readonly ThingRecord[], things: ReadonlyMap<string, Needed>): LeftOut[] {
  const counts = new Map<ThingRecord["kind"], LeftOut>();
  for (const { id, kind, health } of new Set(records)) {
    if (things.has(id) || !countedKinds.has(kind)) continue;
    const count = counts.get(kind) ?? { kind, total: 0, wrong: 0 };
    count.total += 1;
    if (health !== "ok") count.wrong += 1;
    counts.set(kind, count);
  }
  return [...counts.values()];
}

const countedKinds: ReadonlySet<ThingRecord["kind"]> = new Set(["cluster", "host", "node", "vm", "volume"]);

function neededBy(neighbours: Neighbours, vms: readonly ThingRecord[]): Needed[] {
  const found = new Map<string, Needed>();
  for (const vm of vms) for (const needed of neighbours.needs(vm)) found.set(needed.id, needed);
  return [...found.values()];
}

function isKind(...kinds: ThingRecord["kind"][]): (record: ThingRecord) => boolean {
  return ({ kind }) => kinds.includes(kind);
}

function byName(one: Needed, other: Needed): number {
  const [before, after] = [orderOf(one), orderOf(other)];
  if (before !== after) return before < after ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

function orderOf(thing: Needed): string {
  return isRecord(thing) ? thing.nameKey : thing.name;
}
