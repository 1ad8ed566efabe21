import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { type FbsBlock, FbsParser, fbsBlock, fbsHeader } from "./fbs.ts";

/** The blocks of a file that comes in pieces cut at these places, and what was thrown after them. */
function parse(file: Buffer, cuts: number[] = []) {
  const parser = new FbsParser();
  const blocks: FbsBlock[] = [];
  const places = [
    0,
    ...cuts.map((cut) => cut % (file.length + 1)).sort((one, other) => one - other),
    file.length,
  ];
  let thrown: unknown = null;
  for (let index = 1; index < places.length && !thrown; index += 1) {
    try {
      for (const block of parser.push(file.subarray(places[index - 1], places[index]))) {
        blocks.push({ at: block.at, data: Buffer.from(block.data) });
      }
    } catch (error) {
      thrown = error;
    }
  }
  return { parser, blocks, thrown };
}

const blocks = fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(100_000)), {
  maxLength: 20,
});
const cuts = fc.array(fc.nat(), { maxLength: 10 });

function fileOf(list: readonly [Uint8Array, number][]): { file: Buffer; expected: FbsBlock[] } {
  let at = 0;
  const expected = list.map(([data, later]) => {
    at += later;
    return { at, data: Buffer.from(data) };
  });
  return {
    file: Buffer.concat([fbsHeader, ...expected.map((each) => fbsBlock(each.data, each.at))]),
    expected,
  };
}

describe("FrameBuffer Stream", () => {
  it("lays out a block as rfbproxy documents it", () => {
    const block = fbsBlock(Uint8Array.of(1, 2, 3, 4, 5), 258);
    expect([...block]).toEqual([0, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 1, 2]);
    expect([...fbsBlock(new Uint8Array(), 1)]).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect(fbsBlock(Uint8Array.of(1, 2, 3, 4), 2 ** 40).readUInt32BE(8)).toBe(0xffff_ffff);
  });

  it("reads what was written, however it is cut", () => {
    fc.assert(
      fc.property(blocks, cuts, (list, places) => {
        const { file, expected } = fileOf(list);
        const read = parse(file, places);
        expect(read.thrown).toBeNull();
        expect(read.blocks).toEqual(expected);
        expect(read.parser.wholeBytes).toBe(file.length);
      }),
    );
  });

  it("gives every whole block of a file that was cut off, and no more", () => {
    fc.assert(
      fc.property(blocks, cuts, fc.nat(), (list, places, end) => {
        const { file, expected } = fileOf(list);
        const cut = file.subarray(0, end % (file.length + 1));
        const read = parse(cut, places);
        expect(read.thrown).toBeNull();
        expect(read.blocks).toEqual(expected.slice(0, read.blocks.length));
        expect(cut.length - read.parser.wholeBytes).toBeLessThan(8 + 52);
      }),
    );
  });

  it("stops at the farewell", () => {
    const file = Buffer.concat([fbsHeader, fbsBlock(Uint8Array.of(7), 5), fbsBlock(new Uint8Array(), 9)]);
    const { parser, blocks: read } = parse(Buffer.concat([file, Buffer.from("what follows is not read")]));
    expect(read.map(({ at, data }) => [at, data.length])).toEqual([
      [5, 1],
      [9, 0],
    ]);
    expect(parser).toMatchObject({ farewell: true, lastAt: 9, wholeBytes: file.length });
  });

  it("does not let time run backwards", () => {
    const file = Buffer.concat([fbsHeader, fbsBlock(Uint8Array.of(1), 500), fbsBlock(Uint8Array.of(2), 20)]);
    expect(parse(file).blocks.map(({ at }) => at)).toEqual([500, 500]);
  });

  it("gives what stands before a length that cannot be, and then says that the file is damaged", () => {
    const lie = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    const file = Buffer.concat([fbsHeader, fbsBlock(Uint8Array.of(1), 5), lie]);
    const { blocks: read, thrown, parser } = parse(file);
    expect(read).toHaveLength(1);
    expect(thrown).toMatchObject({ code: "recording.damaged" });
    expect(parser.wholeBytes).toBe(12 + 12);
    expect(() => [...parser.push(Buffer.alloc(9))]).toThrow(OpsError);
  });

  it("takes no other file for one, even by its first byte", () => {
    expect(parse(Buffer.from("P")).thrown).toMatchObject({ code: "recording.damaged" });
    expect(parse(Buffer.from("FBS 001.000\n")).thrown).toMatchObject({ code: "recording.damaged" });
    expect(parse(Buffer.alloc(0)).thrown).toBeNull();
  });

  it("answers noise with an OpsError or nothing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), cuts, (noise, headed, places) => {
        const file = headed ? Buffer.concat([fbsHeader, noise]) : Buffer.from(noise);
        const { thrown, parser } = parse(file, places);
        if (thrown !== null) expect(thrown).toBeInstanceOf(OpsError);
        expect(parser.wholeBytes).toBeLessThanOrEqual(file.length);
      }),
    );
  });
});
