import fc from "fast-check";
import { expect, test } from "vitest";
import { Neighbours } from "./neighbours.ts";
import { pictureAround, pictureOfSite } from "./picture.ts";
import type { ThingRecord } from "./records.ts";

const sites = ["north", "south", null] as const;
const ids = Array.from({ length: 14 }, (_, index) => `r${index}`);

/** Any record at all: parents that are not there, rings of parents, names and identifiers that several have. */
const record: fc.Arbitrary<ThingRecord> = fc
  .record({
    id: fc.constantFrom(...ids),
    kind: fc.constantFrom("site", "cluster", "host", "vm", "node", "volume"),
    name: fc.constantFrom("a", "b", "c"),
    system: fc.constant("s"),
    site: fc.constantFrom(...sites),
    parent: fc.option(fc.constantFrom(...ids, "gone", "north")),
    health: fc.constantFrom("ok", "warning", "critical", "unknown"),
    stale: fc.boolean(),
    hypervisor: fc.constantFrom("east", "west", null),
    storages: fc.uniqueArray(fc.constantFrom("a", "b", "z"), { maxLength: 2 }),
    networks: fc.uniqueArray(fc.constantFrom("lan", "dmz"), { maxLength: 2 }),
    identifiers: fc.uniqueArray(fc.constantFrom("m1", "m2", "m3"), { maxLength: 2 }),
  })
  .map((each): ThingRecord => {
    const isVm = each.kind === "vm" && each.hypervisor !== null;
    const named = { storages: isVm ? each.storages : [], networks: isVm ? each.networks : [] };
    return { ...each, nameKey: each.name, ...named };
  });
const change = fc.oneof({ weight: 4, arbitrary: record }, fc.constantFrom(...ids));

function after(changes: readonly (ThingRecord | string)[]): {
  kept: Neighbours;
  known: Map<string, ThingRecord>;
} {
  const kept = new Neighbours();
  const known = new Map<string, ThingRecord>();
  for (const each of changes) {
    if (typeof each === "string") {
      expect(kept.remove(each)).toBe(known.delete(each));
    } else {
      kept.put(each);
      known.set(each.id, each);
    }
  }
  return { kept, known };
}

test("what is kept change by change shows what is put together anew", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const { kept, known } = after(changes);
      const anew = new Neighbours();
      for (const each of [...known.values()].reverse()) anew.put(each);
      const sorted = ({ things, links, ...rest }: ReturnType<typeof pictureOfSite>) => ({
        ...rest,
        things: things.map(({ more, ...thing }) => ({
          ...thing,
          more: more.map((each) => JSON.stringify(each)).sort(),
        })),
        links: links.map((link) => JSON.stringify(link)).sort(),
        more: rest.more.map((each) => JSON.stringify(each)).sort(),
      });
      expect(sorted(pictureOfSite(kept, "north"))).toEqual(sorted(pictureOfSite(anew, "north")));
    }),
  );
});

test("a picture holds each thing once, links only what it holds, and counts all that it leaves out", () => {
  const around = fc.constantFrom(null, ...ids, "gone", "network\nnorth\neast\nlan", "volume\nnorth\nwest\nz");
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), around, (records, id) => {
      const { kept, known } = after(records);
      const view = id === null ? pictureOfSite(kept, "north") : pictureAround(kept, "north", id);
      const drawn = new Set(view.things.map((thing) => thing.id));
      expect(drawn.size).toBe(view.things.length);
      for (const { from, to } of view.links)
        expect(from !== to && drawn.has(from) && drawn.has(to)).toBe(true);
      if (view.around !== null) expect(drawn.has(view.around)).toBe(true);
      const shownAs = view.things.flatMap((thing) => [
        thing.id,
        ...thing.also.map(({ resource }) => resource),
      ]);
      // A machine under several names is nowhere twice.
      expect(new Set(shownAs).size).toBe(shownAs.length);
      if (view.around !== null) return;
      for (const [each, { site, kind }] of known) {
        const here = known.get(each);
        if (site !== "north" || kind === "site" || !here || !kept.isOwn(here)) continue;
        expect(drawn.has(each), each).toBe(true);
      }
    }),
  );
});
