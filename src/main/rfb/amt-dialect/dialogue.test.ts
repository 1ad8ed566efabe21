import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAmtTranslator } from "./amt-translator.ts";
import { rectangleHeader } from "./testing/amt-encoder.ts";
import { FarSideSimulation, type Scene } from "./testing/far-side-simulation.ts";
import { TestViewer, updateRequest, viewerWishes } from "./testing/test-viewer.ts";

const scene: Scene = (x, y) => [(x * 3) & 255, (y * 5) & 255, (x * y) & 255];

const onePixel = { x: 0, y: 0, width: 1, height: 1 };

/** A session whose far side and viewer are simulated, on a clock of its own. */
class Session {
  now = 1_000;
  readonly farSide: FarSideSimulation;
  readonly viewer: TestViewer;
  readonly #translator;

  constructor(width: number, height: number) {
    this.farSide = new FarSideSimulation(width, height);
    this.viewer = new TestViewer(width, height);
    this.#translator = createAmtTranslator({ width, height, name: "tower-a", now: () => this.now });
    this.farSide.take([this.#translator.begin()]);
    this.viewerSends(viewerWishes([16, 0, -223]));
  }

  viewerSends(bytes: Uint8Array): void {
    const { toFarSide, toViewer } = this.#translator.fromViewer(bytes);
    expect(toViewer).toEqual([]);
    this.farSide.take(toFarSide);
  }

  ask(incremental: boolean): void {
    this.viewerSends(updateRequest(incremental, this.viewer.width, this.viewer.height));
  }

  /** The far side sends an update, which takes so long from its first byte to its last, in milliseconds. */
  farSideSends(bytes: Uint8Array, milliseconds: number, meanwhile = () => {}): void {
    const most = Math.ceil((bytes.length * 2) / 3);
    const first = this.#translator.fromFarSide(bytes.subarray(0, most));
    expect(first.toFarSide).toEqual([]);
    meanwhile();
    this.now += milliseconds;
    const second = this.#translator.fromFarSide(bytes.subarray(most));
    this.viewer.take([...first.toViewer, ...second.toViewer]);
    this.farSide.take(second.toFarSide);
  }

  answer(milliseconds: number): void {
    this.farSideSends(this.farSide.answer(scene, ["raw"]), milliseconds);
  }

  /** As noVNC does it: one request, one update. */
  round(milliseconds: number): void {
    this.ask(true);
    this.answer(milliseconds);
  }

  expectScene(): void {
    const { depth, pixels } = this.farSide.picture(scene);
    const bits = depth === 16 ? [5, 6, 5] : [3, 3, 2];
    const seen = [...this.viewer.screen].map((colour) =>
      [16, 8, 0].reduce((pixel, shift, index) => {
        const width = bits[index] ?? 0;
        return (pixel << width) | (((colour >>> shift) & 255) >>> (8 - width));
      }, 0),
    );
    expect(Buffer.from(Uint16Array.from(seen).buffer).equals(Buffer.from(pixels.buffer))).toBe(true);
  }
}

describe("a session", () => {
  it("goes to 8 bits on a slow link and back to 16, each time with a whole new screen", () => {
    const session = new Session(150, 112);
    session.ask(false);
    session.answer(100);
    expect(session.farSide.formats).toEqual([16]);
    session.round(6_000);
    session.round(6_000);
    expect(session.farSide.formats).toEqual([16]);
    session.round(3_000);
    expect(session.farSide.formats).toEqual([16, 8]);
    session.expectScene();
    session.now += 30_000;
    for (let round = 0; round < 5; round += 1) session.round(200);
    expect(session.farSide.formats).toEqual([16, 8, 16]);
    session.expectScene();
  });

  it("never changes the format while an update is owed", () => {
    const session = new Session(150, 112);
    session.ask(false);
    for (let round = 0; round < 3; round += 1) {
      session.ask(true);
      session.answer(9_000);
    }
    // What waited is asked once the update has come, and in the new format.
    expect(session.farSide.owes).not.toBeNull();
    expect(session.farSide.formats).toEqual([16, 8]);
    session.answer(100);
    session.expectScene();
  });

  it("asks for 8 bits as soon as the screen grows above AMT's buffer, and for 16 when it shrinks", () => {
    const session = new Session(100, 80);
    session.ask(false);
    session.answer(10);
    session.ask(true);
    session.farSideSends(session.farSide.resize(2_600, 1_800), 10);
    session.ask(true);
    session.farSideSends(session.farSide.answerNothing(), 10);
    expect(session.farSide.formats).toEqual([16, 8]);
    session.ask(true);
    session.farSideSends(session.farSide.resize(64, 48), 10);
    session.round(10);
    expect(session.farSide.formats).toEqual([16, 8, 16]);
    session.expectScene();
  });

  it("holds to the format of an update that has told of another size and is not over", () => {
    const session = new Session(100, 80);
    session.ask(false);
    const update = Uint8Array.from([
      ...session.farSide.resize(2_600, 1_800),
      ...rectangleHeader(onePixel, 0),
      0,
      0,
    ]);
    update[3] = 2;
    session.farSide.owes = onePixel;
    session.farSideSends(update, 10, () => {
      session.ask(false);
      expect(session.farSide.formats).toEqual([16]);
      session.farSide.owes = null;
    });
    session.ask(true);
    expect(session.farSide.formats).toEqual([16, 8]);
  });

  it("asks for what is on the screen, whatever the viewer still thinks", () => {
    const session = new Session(150, 112);
    session.ask(false);
    session.ask(true);
    session.farSideSends(session.farSide.resize(50, 60), 10);
    session.answer(10);
    session.expectScene();
    session.viewerSends(updateRequest(true, 4_000, 4_000));
    session.answer(10);
    session.viewerSends(Uint8Array.from([3, 1, 0, 200, 0, 200, 0, 10, 0, 10]));
    session.answer(10);
    session.expectScene();
  });

  it("does not let a request for the whole wait for a change that may never come", () => {
    const session = new Session(20, 20);
    session.ask(false);
    session.answer(10);
    session.ask(true);
    session.farSide.owes = null;
    session.ask(false);
    expect(session.farSide.owes).toEqual({ x: 0, y: 0, width: 20, height: 20 });
  });

  it("keeps the rules and the right picture in any order of events", () => {
    const event = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("ask" as const), incremental: fc.boolean() }) },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant("answer" as const),
          milliseconds: fc.constantFrom(0, 700, 5_000, 40_000),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("resize" as const),
          width: fc.integer({ min: 1, max: 160 }),
          height: fc.integer({ min: 1, max: 112 }),
        }),
      },
    );
    const seen = new Set<number | undefined>();
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const session = new Session(150, 112);
        session.ask(false);
        for (const happening of events) {
          if (happening.kind === "ask") session.ask(happening.incremental);
          else if (happening.kind === "resize") {
            session.farSideSends(session.farSide.resize(happening.width, happening.height), 1);
            session.ask(true);
          } else if (session.farSide.owes) {
            const { width, height } = session.farSide.owes;
            session.answer(happening.milliseconds);
            session.ask(true);
            if (width === session.viewer.width && height === session.viewer.height) {
              seen.add(session.farSide.formats.at(-1));
            }
          }
        }
        session.ask(false);
        session.answer(0);
        if (session.farSide.owes) session.answer(0);
        session.expectScene();
      }),
      // A fixed seed, for what is seen below depends on it.
      { numRuns: 40, seed: 1 },
    );
    expect(seen).toEqual(new Set([16, 8]));
  });
});
