import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import { createAmtTranslator, isAmtScreen } from "./amt-translator.ts";
import {
  type AmtPicture,
  BlockWrapper,
  encodeUpdate,
  resizeUpdate,
  type TileKind,
} from "./testing/amt-encoder.ts";
import { sendings } from "./testing/arbitraries.ts";
import {
  plainPixels,
  TestViewer,
  updateRequest,
  type ViewerPixels,
  viewerWishes,
} from "./testing/test-viewer.ts";

/** What AMT's levels are in eight bits, reckoned another way than the product does. */
function trueColours({ pixels, depth }: AmtPicture): Int32Array<ArrayBuffer> {
  const level = (value: number, bits: number) => {
    const text = value.toString(2).padStart(bits, "0");
    return Number.parseInt(text.repeat(8).slice(0, 8), 2);
  };
  const memory = new Map<number, number>();
  const colour = (pixel: number) =>
    depth === 16
      ? (level(pixel >>> 11, 5) << 16) | (level((pixel >>> 5) & 63, 6) << 8) | level(pixel & 31, 5)
      : (level(pixel >>> 5, 3) << 16) | (level((pixel >>> 2) & 7, 3) << 8) | level(pixel & 3, 2);
  return Int32Array.from(pixels, (pixel) => {
    const known = memory.get(pixel) ?? colour(pixel);
    memory.set(pixel, known);
    return known;
  });
}

/** A translator for a picture of either depth, with a viewer that has said what it wants. */
function open(
  picture: { width: number; height: number; depth: 8 | 16 },
  encodings = [16, 0, -223],
  pixels?: ViewerPixels,
) {
  // A wide strip is above the buffer limit of 16 bits: the translator then asks for 8.
  const size = picture.depth === 16 ? picture : { width: 9000, height: 513 };
  const translator = createAmtTranslator({ ...size, name: "tower-a", now: () => 0 });
  translator.begin();
  translator.fromViewer(viewerWishes(encodings, pixels));
  const viewer = new TestViewer(size.width, size.height, pixels);
  return { translator, viewer };
}

/** Whether the viewer shows the picture in its upper left corner, each pixel in its true colour. */
function shows(viewer: TestViewer, picture: AmtPicture): boolean {
  return Buffer.from(shown(viewer, picture).buffer).equals(Buffer.from(trueColours(picture).buffer));
}

function shown(viewer: TestViewer, { width, height }: AmtPicture): Int32Array<ArrayBuffer> {
  const part = new Int32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    part.set(viewer.screen.subarray(y * viewer.width, y * viewer.width + width), y * width);
  }
  return part;
}

const noise = (width: number, height: number, depth: 8 | 16): AmtPicture => ({
  width,
  height,
  depth,
  pixels: Uint16Array.from({ length: width * height }, (_, index) => (index * 7919) % 2 ** depth),
});
const whole = ({ width, height }: AmtPicture) => ({ x: 0, y: 0, width, height });

describe("createAmtTranslator", () => {
  it("knows AMT's screen by its name, and calls it otherwise", () => {
    expect(isAmtScreen({ name: "Intel(r) AMT KVM" })).toBe(true);
    expect(isAmtScreen({ name: "QEMU (web-1)" })).toBe(false);
    const name = (given: string) => {
      const init = Buffer.from(createAmtTranslator({ width: 800, height: 600, name: given }).serverInit);
      expect([init.readUInt16BE(0), init.readUInt16BE(2), init.readUInt8(4)]).toEqual([800, 600, 32]);
      return init.subarray(24, 24 + init.readUInt32BE(20)).toString();
    };
    expect(name("tour-à")).toBe("tour-à");
    expect(name("Intel(r) AMT KVM")).toBe("AMT");
  });

  it("tells AMT its format and encodings first", () => {
    const begin = createAmtTranslator({ width: 1920, height: 1080, name: "tower-a" }).begin();
    expect(Buffer.from(begin).toString("hex")).toBe(
      `${"00000000"}${"10100001001f003f001f0b0500000000"}${"02000003"}${"00000010"}${"00000000"}${"ffffff21"}`,
    );
    const large = createAmtTranslator({ width: 3840, height: 2160, name: "tower-a" }).begin();
    expect(Buffer.from(large).toString("hex")).toBe(
      `${"00000000"}${"08080001000700070003050200000000"}${"02000003"}${"00000010"}${"00000000"}${"ffffff21"}`,
    );
  });

  it("shows every pixel in its own colour, however it was sent", () => {
    fc.assert(
      fc.property(
        sendings(),
        fc.constantFrom<number[]>([16, 0, -223], [0, -223]),
        ({ picture, plans }, encodings) => {
          const { translator, viewer } = open(picture, encodings);
          const update = encodeUpdate(picture, plans, new BlockWrapper());
          viewer.take(translator.fromFarSide(update).toViewer);
          expect(shows(viewer, picture)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("gives the same bytes whatever pieces they come in", () => {
    fc.assert(
      fc.property(
        sendings(),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
        ({ picture, plans }, cuts) => {
          const update = encodeUpdate(picture, plans, new BlockWrapper());
          const atOnce = Buffer.concat(open(picture).translator.fromFarSide(update).toViewer);
          const { translator } = open(picture);
          const pieces: Uint8Array[] = [];
          for (let at = 0, index = 0; at < update.length; index += 1) {
            const length = cuts[index % cuts.length] ?? 1;
            pieces.push(...translator.fromFarSide(update.slice(at, at + length)).toViewer);
            at += length;
          }
          expect(Buffer.concat(pieces).equals(atOnce)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("ends in a clear error or in a good picture when bytes are damaged", () => {
    const damage = fc.array(
      fc.record({
        at: fc.nat(),
        value: fc.integer({ min: 0, max: 255 }),
        kind: fc.constantFrom("set", "cut"),
      }),
      { minLength: 1, maxLength: 4 },
    );
    let broken = 0;
    fc.assert(
      fc.property(sendings(), damage, fc.boolean(), ({ picture, plans }, hits, zrle) => {
        let update: Uint8Array<ArrayBuffer> = encodeUpdate(picture, plans, new BlockWrapper());
        for (const { at, value, kind } of hits) {
          const place = at % update.length;
          if (kind === "set") update[place] = value;
          else update = Uint8Array.from([...update.subarray(0, place), ...update.subarray(place + 1)]);
        }
        const { translator, viewer } = open(picture, zrle ? [16, 0, -223] : [0, -223]);
        let pieces: Uint8Array[];
        try {
          pieces = translator.fromFarSide(update).toViewer;
        } catch (error) {
          expect(error).toBeInstanceOf(OpsError);
          expect((error as OpsError).code).toMatch(/^rfb\./);
          expect(() => translator.fromFarSide(Uint8Array.of(2))).toThrow(OpsError);
          broken += 1;
          return;
        }
        // An update that is not whole yet may end in the middle of a message; what there is must be sound.
        try {
          viewer.take(pieces);
        } catch (error) {
          expect((error as Error).message).toMatch(/bytes wanted/);
        }
      }),
      // A fixed seed, for how many break depends on it.
      { numRuns: 200, seed: 1 },
    );
    expect(broken).toBeGreaterThan(50);
  });

  it("reads packed rows with and without a gap between them", () => {
    for (const [width, colours] of [
      [22, 2],
      [22, 3],
      [22, 4],
      [7, 2],
      [63, 16],
      [64, 2],
    ] as const) {
      const pixels = Uint16Array.from({ length: width * 31 }, (_, at) => ((at * at) % colours) * 4099);
      const picture: AmtPicture = { width, height: 31, depth: 16, pixels };
      for (const gapless of [false, true]) {
        for (const encodings of [[16], [0]]) {
          const { translator, viewer } = open(picture, encodings);
          const plan = {
            area: whole(picture),
            kinds: ["packed" as const],
            wrapping: "stored" as const,
            gapless,
          };
          viewer.take(translator.fromFarSide(encodeUpdate(picture, [plan], new BlockWrapper())).toViewer);
          expect(shows(viewer, picture)).toBe(true);
        }
      }
    }
  });

  it("follows the viewer's pixel format from the next update on", () => {
    const picture = noise(80, 70, 16);
    const plan = [
      { area: whole(picture), kinds: ["raw" as const, "runs" as const], wrapping: "stored" as const },
    ];
    for (const pixels of [
      { red: 0, green: 8, blue: 16, bigEndian: false },
      { red: 16, green: 8, blue: 0, bigEndian: true },
    ]) {
      for (const encodings of [[16], [0]]) {
        const { translator, viewer } = open(picture, encodings, pixels);
        viewer.take(translator.fromFarSide(encodeUpdate(picture, plan, new BlockWrapper())).toViewer);
        expect(shows(viewer, picture)).toBe(true);
      }
    }
    const { translator, viewer } = open(picture, [16], plainPixels);
    const update = encodeUpdate(picture, plan, new BlockWrapper());
    const first = translator.fromFarSide(update.slice(0, 100)).toViewer;
    translator.fromViewer(viewerWishes([16], { red: 0, green: 8, blue: 16, bigEndian: false }));
    viewer.take([...first, ...translator.fromFarSide(update.slice(100)).toViewer]);
    expect(shows(viewer, picture)).toBe(true);
  });

  it("keeps the kind of a tile, but for runs so short that noVNC would be slow with them", () => {
    const striped = (length: number): AmtPicture => {
      const pixels = Uint16Array.from({ length: 4096 }, (_, at) => Math.floor(at / length) * 5);
      return { width: 64, height: 64, depth: 16, pixels };
    };
    const kindOf = (picture: AmtPicture, kind: TileKind) => {
      const { translator, viewer } = open(picture);
      const plan = { area: whole(picture), kinds: [kind], wrapping: "stored" as const };
      const { toViewer } = translator.fromFarSide(encodeUpdate(picture, [plan], new BlockWrapper()));
      viewer.take(toViewer);
      expect(shows(viewer, picture)).toBe(true);
      // After the headers of the update, the rectangle, its length, the zlib stream and the stored block.
      return Buffer.concat(toViewer)[4 + 12 + 4 + 2 + 5];
    };
    expect(kindOf(striped(4096), "solid")).toBe(1);
    expect(kindOf(striped(1024), "packed")).toBe(4);
    expect(kindOf(striped(64), "runs")).toBe(128);
    expect(kindOf(striped(64), "palette-runs")).toBe(128 + 64);
    expect(kindOf(striped(3), "runs")).toBe(128);
    expect(kindOf(striped(2), "runs")).toBe(0);
  });

  it("passes the bell on and keeps texts to itself", () => {
    const { translator, viewer } = open({ width: 10, height: 10, depth: 16 });
    const text = Uint8Array.from([3, 0, 0, 0, 0, 0, 0, 3, 65, 66, 67]);
    const { toViewer } = translator.fromFarSide(Uint8Array.from([2, ...text, 2]));
    viewer.take(toViewer);
    expect(viewer.bells).toBe(2);
  });

  it("follows a screen that changes its size with each update", () => {
    const { translator, viewer } = open({ width: 10, height: 10, depth: 16 });
    for (let size = 1; size <= 64; size += 1) {
      const picture = noise(size, 65 - size, 16);
      viewer.take(translator.fromFarSide(resizeUpdate(picture.width, picture.height)).toViewer);
      const plan = { area: whole(picture), kinds: ["runs" as const], wrapping: "stored" as const };
      viewer.take(translator.fromFarSide(encodeUpdate(picture, [plan], new BlockWrapper())).toViewer);
      expect(shows(viewer, picture)).toBe(true);
    }
  });

  it("shows a screen of one pixel and one of 16,384 wide", () => {
    for (const picture of [noise(1, 1, 16), noise(16_384, 3, 16)]) {
      const { translator, viewer } = open(picture);
      const plan = { area: whole(picture), kinds: ["runs" as const], wrapping: "deflated" as const };
      viewer.take(translator.fromFarSide(encodeUpdate(picture, [plan], new BlockWrapper())).toViewer);
      expect(shows(viewer, picture)).toBe(true);
    }
  });

  it("sends what the viewer asks on, with keys and pointer, and swallows its clipboard", () => {
    const { translator } = open({ width: 100, height: 50, depth: 16 });
    const key = [4, 1, 0, 0, 0, 0, 0xff, 0x0d];
    const sent = translator.fromViewer(
      Uint8Array.from([
        ...updateRequest(false, 100, 50),
        ...key,
        6,
        0,
        0,
        0,
        0,
        0,
        0,
        2,
        65,
        66,
        5,
        1,
        0,
        200,
        0,
        9,
      ]),
    );
    expect(Buffer.concat(sent.toFarSide)).toEqual(
      Buffer.from([...updateRequest(false, 100, 50), ...key, 5, 1, 0, 99, 0, 9]),
    );
    expect(sent.toViewer).toEqual([]);
    const extended = Uint8Array.from([6, 0, 0, 0, 0xff, 0xff, 0xff, 0xfc, 1, 2, 3, 4, ...key]);
    expect(Buffer.concat(translator.fromViewer(extended).toFarSide)).toEqual(Buffer.from(key));
  });
});
