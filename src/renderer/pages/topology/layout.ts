import type { Link, Thing, ThingKind } from "../../../shared/topology.ts";

/** Where a thing stands. Lengths are CSS pixels. */
export interface Place {
  thing: Thing;
  /** Which column of those that there are, from the left. */
  column: number;
  x: number;
  y: number;
}

/** From the edge of one thing to that of another. */
export interface Line {
  link: Link;
  path: string;
  /** It leads to a storage or network, or past a column: one that is looked at only when it is asked for. */
  isFaint: boolean;
}

export interface Picture {
  columns: { column: Column; x: number }[];
  places: Place[];
  lines: Line[];
  width: number;
  height: number;
}

export const boxWidth = 168;
export const boxHeight = 44;
const across = 36;
const between = 8;
/** Between two that have nothing in common. */
const apart = 20;
/** Above each column, for what it is called. */
const heading = 24;

/** What there is, from what holds the most to what is needed by the most. */
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

/** The layer that a kind is of. */
export function layerOf(kind: ThingKind): Layer {
  return layerOfKind[kind] ?? "vms";
}

/** The columns of the picture, from the left to the right. */
const columns = ["clusters", "hosts", "vms", "needs"] as const;
export type Column = (typeof columns)[number];

function columnOf({ kind }: Thing): Column {
  const layer = layerOf(kind);
  return layer === "storages" || layer === "networks" ? "needs" : layer;
}

/**
 * Places things in columns: a tree of clusters, hosts and VMs, each beside the first of what it holds, and to the right
 * the storages and networks, each as near as there is room to the first that uses it. Columns without things are left out. It
 * depends on names and links alone, so that nothing moves because of how something is.
 */
export function layOut(things: readonly Thing[], links: readonly Link[]): Picture {
  const byColumn = Map.groupBy(things, columnOf);
  const there = columns.filter((column) => byColumn.has(column));
  const heights = new Map<string, number>();
  placeTree(things, links, heights);
  placeBeside(byColumn.get("needs") ?? [], links, heights);
  const step = boxWidth + across;
  const places = things.map((thing): Place => {
    const column = there.indexOf(columnOf(thing));
    return { thing, column, x: column * step, y: heading + (heights.get(thing.id) ?? 0) };
  });
  const at = new Map(places.map((place) => [place.thing.id, place]));
  const lines = links.flatMap((link): Line[] => {
    const [from, to] = [at.get(link.from), at.get(link.to)];
    if (!from || !to) return [];
    const isFaint = [from, to].some(({ thing }) => columnOf(thing) === "needs") || spans(from, to) > 1;
    return [{ link, path: pathBetween(from, to), isFaint }];
  });
  return {
    columns: there.map((column, index) => ({ column, x: index * step })),
    places,
    lines,
    width: Math.max(1, there.length) * step - across,
    height: heading + Math.max(0, ...heights.values()) + boxHeight,
  };
}

function spans(one: Place, other: Place): number {
  return Math.abs(one.column - other.column);
}

function placeTree(things: readonly Thing[], links: readonly Link[], heights: Map<string, number>): void {
  const byId = new Map(things.map((thing) => [thing.id, thing]));
  const held = new Map<string, Thing[]>();
  const hangs = new Set<string>();
  for (const { from, to, as } of links) {
    const [thing, holder] = [byId.get(from), byId.get(to)];
    if (!thing || !holder || hangs.has(from) || (as !== "in" && as !== "runs-on")) continue;
    const [column, above] = [columnOf(thing), columnOf(holder)];
    if (column === "needs" || columns.indexOf(above) >= columns.indexOf(column)) continue;
    hangs.add(from);
    const siblings = held.get(to);
    if (siblings) siblings.push(thing);
    else held.set(to, [thing]);
  }
  let next = 0;
  /** A tree has three columns, so that this goes no deeper. */
  const place = (thing: Thing): void => {
    heights.set(thing.id, next);
    const below = held.get(thing.id) ?? [];
    for (const each of below) place(each);
    if (below.length === 0) next += boxHeight + between;
  };
  const roots = things.filter((thing) => columnOf(thing) !== "needs" && !hangs.has(thing.id));
  let before: Thing | null = null;
  for (const root of roots) {
    const isAlike = before !== null && columnOf(before) === columnOf(root);
    const isPlain = !held.has(root.id) && !(before && held.has(before.id));
    if (before !== null && !(isAlike && isPlain)) next += apart;
    place(root);
    before = root;
  }
}

/** Each beside the first of those that use it, or as near below as those before it leave room. */
function placeBeside(things: readonly Thing[], links: readonly Link[], heights: Map<string, number>): void {
  const firstUser = new Map<string, number>();
  for (const { from, to } of links) {
    for (const [id, other] of [
      [to, from],
      [from, to],
    ] as const) {
      const y = heights.get(other);
      if (y !== undefined) firstUser.set(id, Math.min(y, firstUser.get(id) ?? y));
    }
  }
  const wish = ({ id }: Thing) => firstUser.get(id) ?? Number.POSITIVE_INFINITY;
  let free = 0;
  for (const thing of [...things].sort((one, other) => wish(one) - wish(other) || 0)) {
    const wished = wish(thing);
    const y = Number.isFinite(wished) ? Math.max(free, wished) : free;
    heights.set(thing.id, y);
    free = y + boxHeight + between;
  }
}

function pathBetween(one: Place, other: Place): string {
  const [left, right] = one.column <= other.column ? [one, other] : [other, one];
  const [y1, y2] = [left.y + boxHeight / 2, right.y + boxHeight / 2];
  const x1 = left.x + boxWidth;
  if (left.column === right.column) {
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
      ({ thing, column }) =>
        linked.has(thing.id) && (key === "ArrowRight" ? column > here.column : column < here.column),
    );
    const distance = (place: Place) => spans(place, here) * 1e6 + Math.abs(place.y - here.y);
    return ahead.sort((one, other) => distance(one) - distance(other))[0]?.thing.id ?? null;
  }
  const beside = places.filter(({ column }) => column === here.column).sort((one, other) => one.y - other.y);
  const at = beside.indexOf(here);
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
  const next = key === "End" ? beside.at(-1) : beside[to];
  return next && next !== here ? next.thing.id : null;
}
