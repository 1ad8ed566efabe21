import { describe, expect, it } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import { createAmtTranslator } from "./amt-translator.ts";
import { rectangleHeader, resizeUpdate, u16, u32 } from "./testing/amt-encoder.ts";
import { viewerWishes } from "./testing/test-viewer.ts";

const tile = { x: 0, y: 0, width: 64, height: 64 };

/** A translator of a screen of 100×100, with a viewer that knows ZRLE unless said otherwise. */
function open(encodings = [16, 0, -223]) {
  const translator = createAmtTranslator({ width: 100, height: 100, name: "tower-a", system: "amt" });
  translator.begin();
  translator.fromViewer(viewerWishes(encodings));
  return translator;
}

/** The OpsError that the work ends in. */
function faultOf(work: () => unknown): OpsError {
  try {
    work();
  } catch (error) {
    if (error instanceof OpsError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

function stored(tiles: number[]): number[] {
  const length = tiles.length;
  return [0, length & 0xff, length >>> 8, ~length & 0xff, (~length >>> 8) & 0xff, ...tiles];
}

function update(...rectangles: number[][]): Uint8Array {
  return Uint8Array.from([0, 0, ...u16(rectangles.length), ...rectangles.flat()]);
}

function runLength(tiles: number[], area = tile): Uint8Array {
  const block = stored(tiles);
  return update([...rectangleHeader(area, 16), ...u32(block.length), ...block]);
}

const black = [0, 0];
const fullRun = [...new Array<number>(16).fill(255), 15];

describe("pixels that are broken", () => {
  const pixels = (count: number) => new Array<number>(count).fill(0);
  const cases: [string, number[]][] = [
    ["raw pixels too few", [0, ...pixels(8191)]],
    ["raw pixels too many", [0, ...pixels(8193)]],
    ["a colour without its second byte", [1, 0]],
    ["a second tile where one fits", [1, 0, 0, 1, 0, 0]],
    ["an unknown kind of tile", [17, 0, 0]],
    ["a palette with runs and one colour", [129, ...black, 0]],
    ["a palette that is not whole", [16, ...pixels(20)]],
    ["packed indexes too few", [2, ...pixels(4), ...pixels(511)]],
    ["packed indexes too many", [2, ...pixels(4), ...pixels(513)]],
    ["a packed index outside the palette", [3, ...pixels(6), ...pixels(1023), 3]],
    ["a run beyond the tile", [128, ...black, ...fullRun.slice(0, 16), 16]],
    ["a run without an end", [128, ...black, ...new Array<number>(1000).fill(255)]],
    ["runs that end before the tile", [128, ...black, 10]],
    ["runs after the end of the tile", [128, ...black, ...fullRun, ...black, 0]],
    ["an index with a run outside the palette", [130, ...black, ...black, 128 + 2, ...fullRun]],
    ["an index outside the palette", [130, ...black, ...black, 2]],
    ["nothing", []],
  ];
  it.each(cases)("%s", (_, tiles) => {
    for (const encodings of [
      [16, -223],
      [0, -223],
    ]) {
      const error = faultOf(() => open(encodings).fromFarSide(runLength(tiles)));
      expect(error.toWire()).toMatchObject({ code: "rfb.pixels-broken", system: "amt" });
      expect(error.text.en).toContain("tower-a");
      expect(error.text.fr).toContain("tower-a");
    }
  });

  it("accepts the same tiles when they are right", () => {
    const good = [
      [0, ...pixels(8192)],
      [1, ...black],
      [2, ...pixels(4), ...pixels(512)],
      [3, ...pixels(6), ...pixels(1023), 2],
      [128, ...black, ...fullRun],
      [130, ...black, ...black, 128 + 1, ...fullRun],
    ];
    for (const tiles of good) expect(open().fromFarSide(runLength(tiles)).toViewer).toHaveLength(1);
  });

  it("refuses a length that its rectangle cannot have, before any of it is held", () => {
    for (const length of [0, 14_500, 0x7fffffff, 0xffffffff]) {
      const bytes = update([...rectangleHeader(tile, 16), ...u32(length)]);
      expect(faultOf(() => open().fromFarSide(bytes)).code).toBe("rfb.pixels-broken");
    }
  });

  it("waits for a rectangle that is cut off", () => {
    const whole = runLength([1, ...black]);
    const translator = open();
    const begun = translator.fromFarSide(whole.subarray(0, whole.length - 1));
    expect(Buffer.concat(begun.toViewer)).toHaveLength(4);
    expect(Buffer.concat(translator.fromFarSide(whole.subarray(-1)).toViewer).length).toBeGreaterThan(12);
  });
});

describe("a picture that is not whole", () => {
  const missingAfter = (...pieces: Uint8Array[]) => {
    const translator = open();
    for (const piece of pieces) translator.fromFarSide(piece);
    return translator.unfinished();
  };

  it("lacks what its length or its pixels still want", () => {
    const runs = runLength([1, ...black]);
    const raw = Uint8Array.from([
      ...update(rectangleHeader({ x: 0, y: 0, width: 100, height: 100 }, 0)),
      ...new Array<number>(500).fill(7),
    ]);
    expect(missingAfter(runs.subarray(0, -3))).toEqual({ missing: 3 });
    expect(missingAfter(runs.subarray(0, 24), runs.subarray(24, -3))).toEqual({ missing: 3 });
    expect(missingAfter(raw)).toEqual({ missing: 100 * 100 * 2 - 500 });
    for (let cut = raw.length - 500; cut <= raw.length; cut += 1) {
      expect(missingAfter(raw.subarray(0, cut))).toEqual({ missing: 100 * 100 * 2 + 16 - cut });
    }
  });

  it("lacks an unknown part where no rectangle is under way", () => {
    const two = update([...rectangleHeader({ x: 0, y: 0, width: 1, height: 1 }, 0), 0, 0], []);
    for (const end of [1, 2, 4, 5, 15, 18]) {
      expect(missingAfter(two.subarray(0, end))).toEqual({ missing: null });
    }
    expect(missingAfter(runLength([1, ...black]).subarray(0, 18))).toEqual({ missing: null });
  });

  it("is none before, between and after pictures, nor while something else comes", () => {
    const whole = runLength([1, ...black]);
    expect(missingAfter()).toBeNull();
    expect(missingAfter(whole)).toBeNull();
    expect(missingAfter(whole, update())).toBeNull();
    expect(missingAfter(whole, Uint8Array.of(3, 0, 0))).toBeNull();
    expect(missingAfter(resizeUpdate(50, 50))).toBeNull();
  });
});

describe("rectangles and sizes that cannot be", () => {
  it.each([
    { x: 0, y: 0, width: 0, height: 0 },
    { x: 0, y: 0, width: 0, height: 5 },
    { x: 5, y: 5, width: 5, height: 0 },
    { x: 40, y: 0, width: 64, height: 64 },
    { x: 0, y: 99, width: 1, height: 2 },
    { x: 65_535, y: 65_535, width: 65_535, height: 65_535 },
  ])("a rectangle $x,$y $width×$height on a screen of 100×100", (area) => {
    for (const encoding of [0, 16]) {
      const bytes = update(rectangleHeader(area, encoding));
      expect(faultOf(() => open().fromFarSide(bytes)).code).toBe("rfb.rectangle-impossible");
    }
  });

  it.each([
    [0, 0],
    [0, 100],
    [100, 0],
    [16_385, 1],
    [1, 16_385],
    [16_384, 16_384],
    [65_535, 65_535],
  ])("a screen of %i×%i", (width, height) => {
    expect(faultOf(() => open().fromFarSide(resizeUpdate(width, height))).code).toBe("rfb.size-impossible");
    expect(faultOf(() => createAmtTranslator({ width, height, name: "tower-a" })).code).toBe(
      "rfb.size-impossible",
    );
  });

  it("a rectangle that only the size before could hold", () => {
    const translator = open();
    translator.fromFarSide(resizeUpdate(10, 10));
    expect(faultOf(() => translator.fromFarSide(runLength([1, ...black]))).code).toBe(
      "rfb.rectangle-impossible",
    );
  });

  it("a new size for a viewer that cannot follow", () => {
    const error = faultOf(() => open([16, 0]).fromFarSide(resizeUpdate(640, 480)));
    expect(error.code).toBe("rfb.viewer-cannot-resize");
    expect(error.text.en).toContain("640×480");
  });
});

describe("messages that do not belong", () => {
  it("an encoding that was not asked for", () => {
    for (const encoding of [1, 5, 17, -224, -308]) {
      const bytes = update(rectangleHeader(tile, encoding));
      expect(faultOf(() => open().fromFarSide(bytes)).code).toBe("rfb.encoding-unknown");
    }
  });

  it("a message of the far side", () => {
    for (const type of [1, 4, 82, 150, 248, 255]) {
      expect(faultOf(() => open().fromFarSide(Uint8Array.of(type))).code).toBe("rfb.message-unknown");
    }
  });

  it("a text without end", () => {
    for (const length of [1024 * 1024 + 1, 0xffffffff]) {
      const bytes = Uint8Array.from([3, 0, 0, 0, ...u32(length)]);
      expect(faultOf(() => open().fromFarSide(bytes)).code).toBe("rfb.text-too-long");
    }
  });

  it("a message of the viewer that was not offered", () => {
    for (const type of [1, 7, 150, 248, 250, 251, 255]) {
      expect(faultOf(() => open().fromViewer(Uint8Array.of(type))).code).toBe("rfb.viewer-message-unknown");
    }
    const endless = Uint8Array.from([6, 0, 0, 0, ...u32(0x7fffffff)]);
    expect(faultOf(() => open().fromViewer(endless)).code).toBe("rfb.viewer-message-unknown");
  });

  it("pixels that cannot be made", () => {
    const format = Uint8Array.from([0, 0, 0, 0, 8, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(faultOf(() => open().fromViewer(format)).code).toBe("rfb.viewer-format-unsupported");
  });

  it("says the same again to whoever goes on", () => {
    const translator = open();
    const first = faultOf(() => translator.fromFarSide(Uint8Array.of(99)));
    expect(faultOf(() => translator.fromFarSide(runLength([1, ...black])))).toBe(first);
    expect(faultOf(() => translator.fromViewer(Uint8Array.of(4)))).toBe(first);
  });
});
