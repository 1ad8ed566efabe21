import { useState } from "react";
import type { Thing, Topology } from "../../../shared/topology.ts";

/** A topology as it is drawn: how its things are is as of now, where they stand may be from before. */
export interface Held {
  drawn: Topology;
  /** Drawn things that are no more, or no more here. */
  gone: ReadonlySet<string>;
  /** How many things came and are not drawn yet. */
  came: number;
  /** Links alone came or went. */
  relinked: boolean;
}

/**
 * What is drawn while something else is known: nothing moves under the pointer or the keys, it only changes its colour,
 * until `redraw` or until nobody is in it any more (`busy` false). A picture of something else is drawn at once.
 */
export function useHeldPicture(
  now: Topology | null,
  busy: boolean,
): { held: Held | null; redraw: () => void } {
  const [shape, setShape] = useState<Topology | null>(now);
  const isOther = shape === null || now === null || shape.site !== now.site || shape.around !== now.around;
  if (now !== shape && now !== null && (isOther || !busy)) {
    setShape(now);
    return { held: { drawn: now, ...nothingNew }, redraw: () => {} };
  }
  return {
    held: now === null || shape === null ? null : asHeld(shape, now),
    redraw: () => setShape(now),
  };
}

const nothingNew = { gone: new Set<string>(), came: 0, relinked: false };

/** A picture from before with how its things are now. */
export function asHeld(shape: Topology, now: Topology): Held {
  if (shape === now) return { drawn: now, ...nothingNew };
  const known = new Map(now.things.map((thing) => [thing.id, thing]));
  const gone = new Set<string>();
  const things = shape.things.map((thing): Thing => {
    const found = known.get(thing.id);
    if (!found) gone.add(thing.id);
    return found ?? thing;
  });
  const came = now.things.length - (shape.things.length - gone.size);
  const isSame = came === 0 && gone.size === 0;
  return {
    drawn: { ...now, things, links: shape.links },
    gone,
    came,
    relinked: isSame && keyOf(shape) !== keyOf(now),
  };
}

/** The same as `now`, with the very objects of `before` where nothing changed, so that only what did is drawn anew. */
export function withUnchanged(before: Topology | null, now: Topology): Topology {
  if (before === null) return now;
  const known = new Map(before.things.map((thing) => [thing.id, thing]));
  const things = now.things.map((thing) => {
    const old = known.get(thing.id);
    return old && JSON.stringify(old) === JSON.stringify(thing) ? old : thing;
  });
  return { ...now, things, links: keyOf(before) === keyOf(now) ? before.links : now.links };
}

function keyOf({ links }: Topology): string {
  return links
    .map(({ from, to, as }) => `${from}\r${to}\r${as}`)
    .sort()
    .join("\r\r");
}
