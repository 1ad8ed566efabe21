import type { Link, Thing, ThingKind } from "../../../shared/topology.ts";

/** Where a thing stands. Lengths are CSS pixels. */
export interface Place {
  thing: Thing;
  /** Which column, from the left. */
  layer: number;
  x: number;
  y: number;
}

/** From the edge of one thing to that of another. */
export interface Line {
  link: Link;
  path: string;
}

export interface Picture {
  places: Place[];
  lines: Line[];
  width: number;
  height: number;
}

export const boxWidth = 188;
export const boxHeight = 44;
const across = 64;
const between = 8;
/** Between two that have nothing in common. */
const apart = 20;

/** The layers from the left to the right: what is farther right carries, or is needed by, what is farther left. */
export const layers = ["clusters", "hosts", "vms", "storages", "networks"] as const;
export type Layer = (typeof layers)[number];
const layerOfKind: Partial<Record<ThingKind, Layer>> = {
  cluster: "clusters",
  host: "hosts",
  node: "hosts",
  vm: "vms",
  volume: "storages",
  network: "networks",
};

/** The layer that a kind is drawn in. */
export function layerOf(kind: ThingKind): Layer {
  return layerOfKind[kind] ?? "vms";
}

/**
 * Places things in columns: a tree of clusters, hosts and VMs, each in the middle of what it holds, and beside it the
 * storages and networks, each as near as there is room to those that use it. Columns without things are left out. It
 * depends on names and links alone, so that nothing moves because of how something is.
 */
export function layOut(things: readonly Thing[], links: readonly Link[]): Picture {
  const byLayer = Map.groupBy(things, ({ kind }) => layerOf(kind));
  const columns = layers.filter((layer) => byLayer.has(layer));
  const column = (thing: Thing) => columns.indexOf(layerOf(thing.kind));
  const heights = new Map<string, number>();
  const byId = new Map(things.map((thing) => [thing.id, thing]));
  placeTree(things, links, byId, heights);
  for (const layer of ["storages", "networks"] as const) {
    placeBeside(byLayer.get(layer) ?? [], links, heights);
  }
  const places = things.map((thing): Place => {
    const layer = column(thing);
    return { thing, layer, x: layer * (boxWidth + across), y: heights.get(thing.id) ?? 0 };
  });
  const at = new Map(places.map((place) => [place.thing.id, place]));
  const lines = links.flatMap((link) => {
    const [from, to] = [at.get(link.from), at.get(link.to)];
    return from && to ? [{ link, path: pathBetween(from, to) }] : [];
  });
  return {
    places,
    lines,
    width: Math.max(1, columns.length) * (boxWidth + across) - across,
    height: Math.max(0, ...heights.values()) + boxHeight,
  };
}

function isTree(layer: Layer): boolean {
  return layer !== "storages" && layer !== "networks";
}

function placeTree(
  things: readonly Thing[],
  links: readonly Link[],
  byId: ReadonlyMap<string, Thing>,
  heights: Map<string, number>,
): void {
  const held = new Map<string, Thing[]>();
  const hangs = new Set<string>();
  for (const { from, to, as } of links) {
    const [thing, holder] = [byId.get(from), byId.get(to)];
    if (!thing || !holder || hangs.has(from) || (as !== "in" && as !== "runs-on")) continue;
    const [layer, above] = [layerOf(thing.kind), layerOf(holder.kind)];
    if (!isTree(layer) || layers.indexOf(above) >= layers.indexOf(layer)) continue;
    hangs.add(from);
    held.set(to, [...(held.get(to) ?? []), thing]);
  }
  let next = 0;
  /** Returns the height of its upper edge. A tree has three layers, so that this goes no deeper. */
  const place = (thing: Thing): number => {
    const below = (held.get(thing.id) ?? []).map(place);
    const [first] = below;
    const last = below.at(-1);
    const y = first === undefined || last === undefined ? next : (first + last) / 2;
    if (first === undefined) next += boxHeight + between;
    heights.set(thing.id, y);
    return y;
  };
  const roots = things.filter(({ id, kind }) => isTree(layerOf(kind)) && !hangs.has(id));
  let before: Thing | null = null;
  for (const root of roots) {
    const isAlone = !held.has(root.id);
    if (before && (!isAlone || held.has(before.id) || layerOf(before.kind) !== layerOf(root.kind)))
      next += apart;
    place(root);
    before = root;
  }
}

/** Each as near to the middle of those that use it as those before it leave room. */
function placeBeside(things: readonly Thing[], links: readonly Link[], heights: Map<string, number>): void {
  const ids = new Set(things.map(({ id }) => id));
  const users = new Map<string, number[]>();
  for (const { from, to } of links) {
    for (const [id, other] of [
      [to, from],
      [from, to],
    ] as const) {
      const y = heights.get(other);
      if (ids.has(id) && y !== undefined) users.set(id, [...(users.get(id) ?? []), y]);
    }
  }
  const wished = things.map(({ id }) => {
    const near = users.get(id);
    return { id, y: near ? near.reduce((sum, y) => sum + y, 0) / near.length : Number.MAX_SAFE_INTEGER };
  });
  const step = boxHeight + between;
  let free = 0;
  let moved = 0;
  const ordered = wished.sort((one, other) => one.y - other.y);
  const placed = ordered.map(({ id, y }) => {
    const wish = y === Number.MAX_SAFE_INTEGER ? free : y;
    const at = Math.max(free, wish);
    free = at + step;
    moved += wish - at;
    return { id, at };
  });
  const shift = Math.max(placed.length > 0 ? moved / placed.length : 0, -(placed[0]?.at ?? 0));
  for (const { id, at } of placed) heights.set(id, at + shift);
}

function pathBetween(one: Place, other: Place): string {
  const [left, right] = one.layer <= other.layer ? [one, other] : [other, one];
  const [y1, y2] = [left.y + boxHeight / 2, right.y + boxHeight / 2];
  const x1 = left.x + boxWidth;
  if (left.layer === right.layer) {
    // Beside each other: a bow around the right edge.
    return `M${x1} ${y1}C${x1 + across / 2} ${y1} ${x1 + across / 2} ${y2} ${x1} ${y2}`;
  }
  const x2 = right.x;
  const middle = Math.min(across / 2, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + middle} ${y1} ${x2 - middle} ${y2} ${x2} ${y2}`;
}

/**
 * Where an arrow key leads: left and right along the links, to the nearest in the nearest column; up and down, Home and
 * End within the column. Null where it leads nowhere.
 */
export function stepFrom(
  { places }: Picture,
  links: readonly Link[],
  from: string,
  key: string,
): string | null {
  const here = places.find(({ thing }) => thing.id === from);
  if (!here) return null;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const linked = new Set(
      links.flatMap((link) => (link.from === from ? [link.to] : link.to === from ? [link.from] : [])),
    );
    const ahead = places.filter(
      ({ thing, layer }) =>
        linked.has(thing.id) && (key === "ArrowRight" ? layer > here.layer : layer < here.layer),
    );
    const distance = ({ layer, y }: Place) => Math.abs(layer - here.layer) * 1e6 + Math.abs(y - here.y);
    return ahead.sort((one, other) => distance(one) - distance(other))[0]?.thing.id ?? null;
  }
  const column = places.filter(({ layer }) => layer === here.layer).sort((one, other) => one.y - other.y);
  const at = column.indexOf(here);
  const to =
    key === "ArrowUp"
      ? at - 1
      : key === "ArrowDown"
        ? at + 1
        : key === "Home"
          ? 0
          : key === "End"
            ? -1
            : null;
  if (to === null) return null;
  const next = key === "End" ? column.at(-1) : column[to];
  return next && next !== here ? next.thing.id : null;
}
