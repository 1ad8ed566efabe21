import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chooseDepth,
  judgeLink,
  type LinkJudgement,
  type UpdateMeasure,
  unknownLink,
} from "./pixel-choice.ts";

const screen = { width: 1920, height: 1080 };
const area = screen.width * screen.height;

/** An update of the whole screen that took so long at these bits. */
const update = (seconds: number, depth: 8 | 16): UpdateMeasure => ({
  depth,
  pixels: area,
  bytes: 500_000,
  milliseconds: 1000 * seconds,
});

/** Judges updates that come every second, at the depth that was chosen then; returns the depths. */
function follow(link: LinkJudgement, seconds: number[], from = 0): { link: LinkJudgement; depths: number[] } {
  let judged = link;
  const depths = seconds.map((taken, index) => {
    judged = judgeLink(judged, update(taken, chooseDepth(screen, judged)), screen, from + index * 1000);
    return chooseDepth(screen, judged);
  });
  return { link: judged, depths };
}

describe("chooseDepth", () => {
  it("asks for 16 bits as far as AMT's buffer goes", () => {
    const link = unknownLink(0);
    expect(chooseDepth({ width: 2560, height: 1800 }, link)).toBe(16);
    expect(chooseDepth({ width: 2560, height: 1801 }, link)).toBe(8);
    expect(chooseDepth({ width: 3840, height: 2160 }, link)).toBe(8);
    expect(chooseDepth(screen, { ...link, slow: true })).toBe(8);
  });
});

describe("judgeLink", () => {
  it("takes two slow screens in a row for a slow link", () => {
    expect(follow(unknownLink(0), [5, 1, 5, 5]).depths).toEqual([16, 16, 16, 8]);
  });

  it("goes back after a while, once four screens in a row were quick", () => {
    const { link } = follow(unknownLink(0), [5, 5]);
    expect(follow(link, [0.5, 0.5, 0.5, 0.5], 2_000).depths).toEqual([8, 8, 8, 8]);
    expect(follow(link, [0.5, 0.5, 0.5, 0.5], 31_000).depths).toEqual([8, 8, 8, 16]);
    expect(follow(link, [0.5, 0.5, 1, 0.5, 0.5, 0.5, 0.5], 31_000).depths).toEqual([8, 8, 8, 8, 8, 8, 16]);
  });

  it("stays where it is between the limits", () => {
    const between = new Array<number>(200).fill(1.2);
    expect(new Set(follow({ ...unknownLink(0), slow: true }, between).depths)).toEqual(new Set([8]));
    expect(new Set(follow(unknownLink(0), new Array<number>(200).fill(3.9)).depths)).toEqual(new Set([16]));
  });

  it("waits twice as long each time that going back was wrong, ten minutes at most", () => {
    let { link } = follow(unknownLink(0), [5, 5]);
    let now = 1_000;
    const waits: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      waits.push(link.patience);
      now += link.patience;
      ({ link } = follow(link, [0.1, 0.1, 0.1, 0.1], now));
      expect(link.slow).toBe(false);
      now += 4_000;
      ({ link } = follow(link, [9, 9], now));
      expect(link.slow).toBe(true);
      now += 2_000;
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
    now += link.patience;
    ({ link } = follow(link, [0.1, 0.1, 0.1, 0.1], now));
    ({ link } = follow(link, [9, 9], now + 3_600_000));
    expect(link.patience).toBe(30_000);
  });

  it("learns nothing from updates that are small", () => {
    fc.assert(
      fc.property(
        fc.record({
          depth: fc.constantFrom<8 | 16>(8, 16),
          milliseconds: fc.integer({ min: 0, max: 1e6 }),
          pixels: fc.integer({ min: 0, max: area }),
          bytes: fc.integer({ min: 0, max: 1e6 }),
        }),
        fc.boolean(),
        (measure, slow) => {
          fc.pre(measure.pixels < area / 8 || (!slow && measure.bytes < 32_768));
          const link = { ...unknownLink(0), slow };
          expect(judgeLink(link, measure, screen, 1e7)).toBe(link);
        },
      ),
    );
  });
});
