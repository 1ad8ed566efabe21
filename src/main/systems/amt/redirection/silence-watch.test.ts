import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { answerTimedOut, loginRefused } from "../client/faults.ts";
import { SilenceWatch } from "./silence-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watching(ask: (signal: AbortSignal) => Promise<unknown>) {
  const seen = { asked: 0, dead: [] as string[] };
  const watch = new SilenceWatch({
    name: "Tower A",
    every: 1000,
    ask(signal) {
      seen.asked += 1;
      return ask(signal);
    },
    onDead: ({ code }) => void seen.dead.push(code),
  });
  return { watch, seen };
}

const timedOut = async () => {
  throw answerTimedOut("Tower A", 35);
};

describe("a session that says nothing", () => {
  test("is asked about, and lives as long as the machine answers", async () => {
    const { watch, seen } = watching(async () => "on");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual({ asked: 10, dead: [] });
    watch.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.asked).toBe(10);
  });

  test("lives when the machine answers with a refusal", async () => {
    const { watch, seen } = watching(async () => {
      throw loginRefused("Tower A", "admin");
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.dead).toEqual([]);
    watch.close();
  });

  test("is dead when the machine is silent twice in a row, the second time at once", async () => {
    const { seen } = watching(timedOut);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen).toEqual({ asked: 1, dead: [] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen).toEqual({ asked: 2, dead: ["amt.timed-out"] });
    await vi.advanceTimersByTimeAsync(100_000);
    expect(seen).toEqual({ asked: 2, dead: ["amt.timed-out"] });
  });

  test("is dead within half a minute when no answer ever comes", async () => {
    const { seen } = watching(() => new Promise<never>(() => undefined));
    await vi.advanceTimersByTimeAsync(21_000);
    expect(seen.dead).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen.dead).toEqual(["amt.timed-out"]);
  });

  test("lives when the machine answers the second time, however slowly it does", async () => {
    let slow = true;
    const { watch, seen } = watching(
      () =>
        new Promise((resolve, reject) => {
          slow = !slow;
          if (slow) setTimeout(resolve, 11_000);
          else setTimeout(() => reject(answerTimedOut("Tower A", 7)), 7000);
        }),
    );
    await vi.advanceTimersByTimeAsync(200_000);
    expect(seen.asked).toBeGreaterThan(10);
    expect(seen.dead).toEqual([]);
    watch.close();
  });
});

test("a session that says something is not asked about, and what it says outweighs a miss", async () => {
  const { watch, seen } = watching(timedOut);
  for (let seconds = 0; seconds < 10; seconds += 1) {
    watch.heard();
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(seen.asked).toBe(0);
  await vi.advanceTimersByTimeAsync(1500);
  expect(seen.asked).toBe(1);
  watch.heard();
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen).toEqual({ asked: 2, dead: [] });
  watch.close();
});
