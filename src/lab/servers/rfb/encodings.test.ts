import { constants, inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Framebuffer } from "../../screen/framebuffer.ts";
import { encodeAmtTile, encodeHextile, encodeRaw, encodeZrle, tilesOf } from "./encodings.ts";
import { colourMap, decodeFormat, encodeFormat, pixelWriter } from "./pixel-format.ts";
import {
  type ClientFormat,
  clientFormats,
  decodeHextile,
  decodeTile,
  formatBytesOf,
  layoutOf,
} from "./testing/decoding.ts";
import { encodeTile } from "./tile.ts";
import { ZlibStream } from "./zlib-stream.ts";

const formatNames = Object.keys(clientFormats) as ClientFormat[];

/** Pictures of few and of many colours, in runs and as noise. */
const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 90 }),
    height: fc.integer({ min: 1, max: 70 }),
    colours: fc.array(fc.integer({ min: 0, max: 0xffffff }), { minLength: 1, maxLength: 200 }),
    run: fc.integer({ min: 1, max: 600 }),
    seed: fc.integer({ min: 1, max: 0x7fffffff }),
  })
  .map(({ width, height, colours, run, seed }) => {
    const framebuffer = new Framebuffer(width, height);
    let state = seed;
    let colour = 0;
    for (let index = 0, left = 0; index < width * height; index += 1, left -= 1) {
      if (left <= 0) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
        colour = colours[(state >> 8) % colours.length] ?? 0;
        left = 1 + ((state >> 4) % run);
      }
      framebuffer.pixels[index] = colour;
    }
    return framebuffer;
  });
const formatName = fc.constantFrom(...formatNames);

function parts(framebuffer: Framebuffer, name: ClientFormat) {
  const format = decodeFormat(formatBytesOf(name));
  if (!format) throw new Error("no format");
  const pixels = pixelWriter(format);
  const area = { x: 0, y: 0, width: framebuffer.width, height: framebuffer.height };
  return { pixels, area, layout: layoutOf(formatBytesOf(name)) };
}
function expected(framebuffer: Framebuffer, name: ClientFormat): number[] {
  const { pixels } = parts(framebuffer, name);
  return Array.from(framebuffer.pixels, (colour) => pixels.value(colour));
}

describe("encodings", () => {
  it("give back every picture as it was, whatever the format", async () => {
    await fc.assert(
      fc.asyncProperty(picture, formatName, async (framebuffer, name) => {
        const { pixels, area, layout } = parts(framebuffer, name);
        const { width, height } = area;
        const raw = encodeRaw(framebuffer, area, pixels);
        const rawValues = Array.from({ length: width * height }, (_, index) =>
          layout.read(raw, index * layout.bytes),
        );
        expect(rawValues).toEqual(expected(framebuffer, name));

        const hextile = encodeHextile(framebuffer, area, pixels);
        let at = 0;
        const take = async (length: number) => {
          at += length;
          return hextile.subarray(at - length, at);
        };
        expect(Array.from(await decodeHextile(take, width, height, layout))).toEqual(
          expected(framebuffer, name),
        );
        expect(at).toBe(hextile.length);
      }),
      { numRuns: 60 },
    );
  });

  it("write each tile in a form that gives it back, and never longer than its pixels", () => {
    fc.assert(
      fc.property(picture, formatName, fc.boolean(), (framebuffer, name, wholeBytes) => {
        const { pixels, area, layout } = parts(framebuffer, name);
        for (const tile of tilesOf(area, 64)) {
          const values = Uint32Array.from({ length: tile.width * tile.height }, (_, index) => {
            const row = tile.y + Math.floor(index / tile.width);
            return pixels.value(framebuffer.pixels[row * area.width + tile.x + (index % tile.width)] ?? 0);
          });
          const bytes = encodeTile({ width: tile.width, height: tile.height, values }, pixels, wholeBytes);
          const decoded = decodeTile(bytes, 0, tile.width, tile.height, layout);
          expect(decoded.values).toEqual(values);
          expect(decoded.end).toBe(bytes.length);
          expect(bytes.length).toBeLessThanOrEqual(1 + values.length * pixels.tileBytes);
          const isPacked = (bytes[0] ?? 0) >= 2 && (bytes[0] ?? 0) <= 16;
          if (wholeBytes && isPacked)
            expect((tile.width * (bytes[0] === 2 ? 1 : (bytes[0] ?? 0) <= 4 ? 2 : 4)) % 8).toBe(0);
        }
      }),
      { numRuns: 80 },
    );
  });

  it("carry one stream of zlib through a session, readable after each piece", async () => {
    const zlib = new ZlibStream();
    const seen: Buffer[] = [];
    let before = 0;
    for (const [index, fill] of [0x112233, 0xabcdef, 0x000000, 0xffffff].entries()) {
      const framebuffer = new Framebuffer(130 + index, 70, fill);
      for (let noise = 0; noise < 4_000; noise += 1)
        framebuffer.pixels[noise] = Math.imul(noise, 2_654_435_761) >>> 8;
      const { pixels, area, layout } = parts(framebuffer, "trueColour");
      const data = await encodeZrle(framebuffer, area, pixels, zlib);
      expect(data.readUInt32BE(0)).toBe(data.length - 4);
      seen.push(data.subarray(4));
      const all = inflateSync(Buffer.concat(seen), { finishFlush: constants.Z_SYNC_FLUSH });
      let at = before;
      for (const tile of tilesOf(area, 64)) {
        const { values, end } = decodeTile(all, at, tile.width, tile.height, layout);
        at = end;
        expect(values[0]).toBe((framebuffer.pixels[tile.y * area.width + tile.x] ?? 0) & 0xffffff);
      }
      expect(at).toBe(all.length);
      before = all.length;
    }
    const late = zlib.compress(Buffer.alloc(1_000_000));
    zlib.close();
    await expect(late).rejects.toThrow();
    await expect(zlib.compress(Buffer.alloc(1))).rejects.toThrow();
  });

  it("put a tile of Intel AMT into a stored block with its length twice", () => {
    fc.assert(
      fc.property(picture, (framebuffer) => {
        const { pixels, layout } = parts(framebuffer, "highColour");
        const area = {
          x: 0,
          y: 0,
          width: Math.min(64, framebuffer.width),
          height: Math.min(64, framebuffer.height),
        };
        const data = encodeAmtTile(framebuffer, area, pixels);
        expect(data.readUInt32BE(0)).toBe(data.length - 4);
        expect(data[4]).toBe(0);
        expect(data.readUInt16LE(5)).toBe(data.length - 9);
        expect(data.readUInt16LE(5) ^ data.readUInt16LE(7)).toBe(0xffff);
        // Inflated as a block that is not the last one, it is the tile.
        const inflated = inflateSync(Buffer.concat([Buffer.from([0x78, 0x01]), data.subarray(4)]), {
          finishFlush: constants.Z_SYNC_FLUSH,
        });
        expect(decodeTile(inflated, 0, area.width, area.height, layout).end).toBe(inflated.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe("pixel formats", () => {
  it("are read back as they were written", () => {
    for (const name of formatNames) {
      const format = decodeFormat(formatBytesOf(name));
      expect(format && encodeFormat(format)).toEqual(formatBytesOf(name));
    }
  });

  it("are refused when no pixel could be written in them", () => {
    const change = (at: number, value: number) => {
      const bytes = Buffer.from(formatBytesOf("trueColour"));
      bytes.writeUInt8(value, at);
      return decodeFormat(bytes);
    };
    expect(change(0, 24)).toBeNull();
    expect(change(10, 40)).toBeNull();
    expect(change(10, 25)).toBeNull();
    expect(change(3, 0)).toBeNull();
  });

  it("map colours to the nearest level, white to white", () => {
    const { pixels } = parts(new Framebuffer(1, 1), "highColour");
    expect(pixels.value(0xffffff)).toBe(0xffff);
    expect(pixels.value(0x000000)).toBe(0);
    expect(pixels.value(0xff0000)).toBe(0xf800);
    expect(colourMap().subarray(-6)).toEqual(Buffer.alloc(6, 0xff));
    expect(colourMap()).toHaveLength(6 + 256 * 6);
  });
});
