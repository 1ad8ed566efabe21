import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { StallWatch } from "./stall-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watching(options: { unfinished?: () => boolean; canAsk?: () => boolean } = {}) {
  const seen = { asked: 0, stalled: [] as number[] };
  const watch = new StallWatch({
    unfinished: options.unfinished ?? null,
    ask() {
      if (options.canAsk?.() === false) return false;
      seen.asked += 1;
      return true;
    },
    onStalled: (seconds) => void seen.stalled.push(seconds),
  });
  return { watch, seen };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

describe("where only the viewer knows what is whole", () => {
  test("a still screen is never doubted", async () => {
    const { watch, seen } = watching();
    watch.requested();
    watch.heard();
    watch.requested();
    await seconds(3600);
    expect(seen).toEqual({ asked: 0, stalled: [] });
  });

  test("what comes before a picture is asked for is no picture", async () => {
    const { watch, seen } = watching();
    watch.heard();
    await seconds(3600);
    expect(seen.asked).toBe(0);
  });

  test("a picture that stops is doubted after 20 s, and ended when the far side does not answer", async () => {
    const { watch, seen } = watching();
    watch.requested();
    watch.heard();
    await seconds(19);
    expect(seen.asked).toBe(0);
    await seconds(1);
    expect(seen.asked).toBe(1);
    await seconds(9);
    expect(seen.stalled).toEqual([]);
    await seconds(1);
    expect(seen.stalled).toEqual([30]);
    await seconds(3600);
    expect(seen).toEqual({ asked: 1, stalled: [30] });
  });

  test("a picture whose length lies swallows the answer, and is ended all the same", async () => {
    const { watch, seen } = watching();
    watch.requested();
    watch.heard();
    await seconds(25);
    watch.heard();
    await seconds(11);
    expect(seen).toEqual({ asked: 1, stalled: [30] });
  });

  test("a bell on a still screen is doubted once, and all goes on by the answer", async () => {
    const { watch, seen } = watching();
    watch.requested();
    watch.heard();
    await seconds(20);
    watch.heard();
    watch.requested();
    await seconds(3600);
    expect(seen).toEqual({ asked: 1, stalled: [] });
  });

  test("a far side that sends a byte a second is slow and not still", async () => {
    const { watch, seen } = watching();
    watch.requested();
    for (let at = 0; at < 200; at += 1) {
      watch.heard();
      await seconds(1);
    }
    expect(seen).toEqual({ asked: 0, stalled: [] });
    watch.close();
  });

  test("in the middle of a viewer's message nothing is asked, and it is tried again", async () => {
    let between = false;
    const { watch, seen } = watching({ canAsk: () => between });
    watch.requested();
    watch.heard();
    await seconds(30);
    between = true;
    await seconds(10);
    expect(seen).toEqual({ asked: 1, stalled: [] });
    watch.close();
  });

  test("a viewer that takes nothing stops the clock", async () => {
    const { watch, seen } = watching();
    watch.requested();
    watch.heard();
    watch.pause();
    await seconds(3600);
    watch.resume();
    await seconds(19);
    expect(seen.asked).toBe(0);
    await seconds(1);
    watch.pause();
    await seconds(3600);
    expect(seen).toEqual({ asked: 1, stalled: [] });
    watch.close();
  });

  test("with continuous updates any answer is a sign of life, and none is not", async () => {
    const { watch, seen } = watching();
    watch.requested();
    watch.continuous(true);
    watch.heard();
    await seconds(20);
    watch.heard();
    await seconds(3600);
    expect(seen).toEqual({ asked: 1, stalled: [] });
    watch.heard();
    await seconds(30);
    expect(seen).toEqual({ asked: 2, stalled: [30] });
  });

  test("nothing is told once it is closed", async () => {
    const { watch, seen } = watching();
    watch.requested();
    watch.heard();
    watch.close();
    await seconds(3600);
    watch.heard();
    await seconds(3600);
    expect(seen).toEqual({ asked: 0, stalled: [] });
  });
});

describe("where the pictures are read here", () => {
  test("silence is judged by them alone, and nothing is asked", async () => {
    let unfinished = false;
    const { watch, seen } = watching({ unfinished: () => unfinished });
    watch.requested();
    watch.heard();
    await seconds(60);
    expect(seen).toEqual({ asked: 0, stalled: [] });
    unfinished = true;
    watch.heard();
    await seconds(19);
    expect(seen.stalled).toEqual([]);
    await seconds(1);
    expect(seen).toEqual({ asked: 0, stalled: [20] });
  });
});
