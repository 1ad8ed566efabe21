import fc from "fast-check";
import type { AmtPicture, Area, RectanglePlan, TileKind, Wrapping } from "./amt-encoder.ts";

const kinds: TileKind[] = ["raw", "solid", "packed", "runs", "palette-runs"];
const wrappings: Wrapping[] = ["stored", "deflated", "deflated-apart", "zlib"];

/** A picture with few or many colours, in runs or as noise. */
export function pictures(): fc.Arbitrary<AmtPicture> {
  return fc
    .record({
      width: fc.integer({ min: 1, max: 150 }),
      height: fc.integer({ min: 1, max: 90 }),
      depth: fc.constantFrom<8 | 16>(8, 16),
      colours: fc.constantFrom(1, 2, 3, 4, 7, 16, 40, 127, 300),
      longestRun: fc.constantFrom(1, 5, 700),
      seed: fc.integer({ min: 1, max: 0x7fffffff }),
    })
    .map(({ width, height, depth, colours, longestRun, seed }) => {
      let state = seed;
      const random = (below: number) => {
        state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
        return (state >>> 8) % below;
      };
      const palette = Array.from({ length: colours }, () => random(2 ** depth));
      const pixels = new Uint16Array(width * height);
      for (let at = 0; at < pixels.length; ) {
        const end = at + 1 + random(longestRun);
        pixels.fill(palette[random(colours)] ?? 0, at, end);
        at = end;
      }
      return { width, height, depth, pixels };
    });
}

function areasWithin(picture: AmtPicture): fc.Arbitrary<Area> {
  return fc
    .tuple(fc.integer({ min: 0, max: picture.width - 1 }), fc.integer({ min: 0, max: picture.height - 1 }))
    .chain(([x, y]) =>
      fc.record({
        x: fc.constant(x),
        y: fc.constant(y),
        width: fc.integer({ min: 1, max: picture.width - x }),
        height: fc.integer({ min: 1, max: picture.height - y }),
      }),
    );
}

/** A picture and how to send it: the whole, then some parts of it again. */
export function sendings(): fc.Arbitrary<{ picture: AmtPicture; plans: RectanglePlan[] }> {
  const way = fc.record({
    kinds: fc.option(fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 }), { freq: 4 }),
    wrapping: fc.constantFrom(...wrappings),
  });
  return pictures().chain((picture) =>
    fc
      .tuple(
        way.map((how) => ({ ...how, area: { x: 0, y: 0, width: picture.width, height: picture.height } })),
        fc.array(fc.tuple(areasWithin(picture), way), { maxLength: 3 }),
      )
      .map(([first, rest]) => ({
        picture,
        plans: [first, ...rest.map(([area, how]) => ({ area, ...how }))],
      })),
  );
}
