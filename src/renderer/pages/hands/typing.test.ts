import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { strokesOf, typeStrokes } from "./typing.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("text typed as keys", () => {
  it("knows line ends of every kind, tabs, accents and what lies beyond Latin-1", () => {
    expect(strokesOf("a\r\nb\rc\n\té€").map(({ keysym }) => keysym)).toEqual([
      0x61, 0xff0d, 0x62, 0xff0d, 0x63, 0xff0d, 0xff09, 0xe9, 0x010020ac,
    ]);
    expect(strokesOf("\u0000\u001b[2J\u007f\u0085").map(({ keysym }) => keysym)).toEqual([0x5b, 0x32, 0x4a]);
    expect(strokesOf("😀")).toEqual([{ keysym: 0x0101f600, shift: false }]);
  });

  it("holds Shift for what needs it on a US keyboard", () => {
    const held = [...'aZ1!_-:;"'].filter((character) => strokesOf(character)[0]?.shift);
    expect(held).toEqual(["Z", "!", "_", ":", '"']);
  });

  it("releases everything that it presses, however early it is stopped", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 40 }), fc.nat(40), async (words, after) => {
        const strokes = strokesOf(words);
        const stop = new AbortController();
        const down = new Set<number>();
        const typed: number[] = [];
        const done = typeStrokes(
          strokes,
          (keysym, _code, isDown) => {
            if (isDown === true) down.add(keysym);
            else if (isDown === false) down.delete(keysym);
            else typed.push(keysym);
          },
          (count) => {
            if (count === after) stop.abort();
          },
          stop.signal,
        );
        await vi.runAllTimersAsync();
        await done;
        expect(down.size).toBe(0);
        const expected = after === 0 ? strokes.length : Math.min(after, strokes.length);
        expect(typed).toEqual(strokes.slice(0, expected).map(({ keysym }) => keysym));
      }),
      { numRuns: 60 },
    );
  });

  it("leaves slow machines time between two characters", async () => {
    const press = vi.fn();
    const done = typeStrokes(strokesOf("abc"), press, () => {}, new AbortController().signal);
    expect(press).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(14);
    expect(press).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(press).toHaveBeenCalledTimes(2);
    await vi.runAllTimersAsync();
    await done;
  });
});
