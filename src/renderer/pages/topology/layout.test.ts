import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Link, Thing, ThingKind } from "../../../shared/topology.ts";
import { boxHeight, boxWidth, layOut, stepFrom } from "./layout.ts";

const thing = (id: string, kind: ThingKind, part: Partial<Thing> = {}): Thing => ({
  id,
  resource: id,
  kind,
  name: id,
  health: "ok",
  stale: false,
  also: [],
  more: [],
  ...part,
});
const link = (from: string, as: Link["as"], to: string): Link => ({ from, to, as });

const small = {
  things: [
    thing("prod", "cluster"),
    thing("esx-1", "host"),
    thing("esx-2", "host"),
    thing("lone", "host"),
    thing("a", "vm"),
    thing("b", "vm"),
    thing("c", "vm"),
    thing("san", "volume"),
    thing("lan", "network"),
  ],
  links: [
    link("esx-1", "in", "prod"),
    link("esx-2", "in", "prod"),
    link("a", "runs-on", "esx-1"),
    link("b", "runs-on", "esx-1"),
    link("c", "runs-on", "esx-2"),
    link("c", "stored-on", "san"),
    link("a", "joins", "lan"),
    link("c", "joins", "lan"),
  ],
};

function at({ places }: ReturnType<typeof layOut>, id: string) {
  const place = places.find((each) => each.thing.id === id);
  if (!place) throw new Error(`${id} has no place`);
  return place;
}

describe("where things stand", () => {
  it("is a column for each layer, each beside the first of what it holds", () => {
    const picture = layOut(small.things, small.links);
    expect(picture.columns.map(({ column }) => column)).toEqual(["clusters", "hosts", "vms", "needs"]);
    const rows = (ids: string[]) => ids.map((id) => at(picture, id).y);
    const [first = 0, second = 0, third = 0] = rows(["a", "b", "c"]);
    expect(rows(["prod", "esx-1", "lan"])).toEqual([first, first, first]);
    expect(rows(["esx-2", "san"])).toEqual([third, third]);
    expect(first < second && second < third && third < at(picture, "lone").y).toBe(true);
    expect(at(picture, "prod").x < at(picture, "esx-1").x && at(picture, "c").x < at(picture, "san").x).toBe(
      true,
    );
  });

  it("leaves out columns without things, and is there for nothing at all", () => {
    const picture = layOut([thing("a", "vm"), thing("n", "network")], [link("a", "joins", "n")]);
    expect(picture.columns.map(({ column }) => column)).toEqual(["vms", "needs"]);
    expect(picture.width).toBeLessThan(3 * boxWidth);
    expect(layOut([], [])).toMatchObject({ places: [], lines: [], columns: [] });
  });

  it("does not depend on how things are", () => {
    const ill = small.things.map((each) => ({ ...each, health: "critical" as const, stale: true }));
    const where = (things: readonly Thing[]) => layOut(things, small.links).places.map(({ x, y }) => [x, y]);
    expect(where(ill)).toEqual(where(small.things));
  });

  it("lines that pass a column, or lead to a storage or network, are faint", () => {
    const faint = layOut(small.things, [...small.links, link("b", "in", "prod")])
      .lines.filter(({ isFaint }) => isFaint)
      .map(({ link: { from, to } }) => `${from} ${to}`);
    expect(faint).toEqual(["c san", "a lan", "c lan", "b prod"]);
  });

  const kinds = fc.constantFrom<ThingKind>("cluster", "host", "node", "vm", "volume", "network");
  const any = fc.array(kinds, { maxLength: 30 }).chain((chosen) => {
    const things = chosen.map((kind, index) => thing(`${kind} ${index}`, kind));
    const ids = fc.constantFrom("none", ...things.map(({ id }) => id));
    const as = fc.constantFrom<Link["as"]>("in", "runs-on", "stored-on", "joins");
    return fc.record({
      things: fc.constant(things),
      links: fc.array(fc.record({ from: ids, to: ids, as }), { maxLength: 60 }),
    });
  });

  it("never lies over something else, whatever is linked to what, rings included", () => {
    fc.assert(
      fc.property(any, ({ things, links }) => {
        const { places, width, height, lines } = layOut(things, links);
        expect(places.map((place) => place.thing)).toEqual(things);
        for (const [index, one] of places.entries()) {
          expect(one.x >= 0 && one.y >= 0 && one.x + boxWidth <= width && one.y + boxHeight <= height).toBe(
            true,
          );
          for (const other of places.slice(index + 1)) {
            expect(one.column !== other.column || Math.abs(one.y - other.y) >= boxHeight).toBe(true);
          }
        }
        for (const { path } of lines) expect(path).toMatch(/^M[\d.]+ [\d.]+C[-\d. ]+$/);
      }),
    );
  });

  it("the keys lead along links, to something that is drawn, and never past it", () => {
    const key = fc.constantFrom("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "x");
    fc.assert(
      fc.property(any, key, fc.nat(), ({ things, links }, pressed, nth) => {
        const picture = layOut(things, links);
        const here = picture.places[nth % Math.max(1, things.length)];
        if (!here) {
          expect(stepFrom(picture, links, "none", pressed)).toBeNull();
          return;
        }
        const to = stepFrom(picture, links, here.thing.id, pressed);
        if (to === null) return;
        const there = at(picture, to);
        const isAcross = pressed === "ArrowLeft" || pressed === "ArrowRight";
        expect(there.column === here.column).toBe(!isAcross);
        const isLinked = links.some(
          ({ from, to: other }) => [from, other].includes(to) && [from, other].includes(here.thing.id),
        );
        if (isAcross) expect(isLinked).toBe(true);
      }),
    );
  });
});

it("arrow keys walk from the cluster to what a VM needs, and back", () => {
  const picture = layOut(small.things, small.links);
  const walk = (from: string, ...keys: string[]) =>
    keys.reduce<string | null>((id, key) => id && stepFrom(picture, small.links, id, key), from);
  expect(walk("prod", "ArrowRight", "ArrowRight", "ArrowRight")).toBe("lan");
  expect(walk("lan", "ArrowLeft", "ArrowLeft", "ArrowLeft")).toBe("prod");
  expect(walk("esx-1", "ArrowDown", "ArrowRight", "ArrowRight")).toBe("san");
  expect(walk("a", "End")).toBe("c");
  expect(walk("c", "Home")).toBe("a");
  for (const key of ["ArrowUp", "ArrowLeft", "Enter"]) expect(walk("prod", key)).toBeNull();
  expect(walk("lone", "ArrowRight")).toBeNull();
});
