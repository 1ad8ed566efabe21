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

  test("is dead when the machine is silent twice in a row", async () => {
    const { seen } = watching(timedOut);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen.dead).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual({ asked: 2, dead: ["amt.timed-out"] });
  });

  test("is dead when the answer never comes", async () => {
    const { seen } = watching(() => new Promise<never>(() => undefined));
    await vi.advanceTimersByTimeAsync(70_000);
    expect(seen.dead).toEqual(["amt.timed-out"]);
  });
});

test("a session that says something is not asked about, and a miss is forgotten", async () => {
  const { watch, seen } = watching(timedOut);
  await vi.advanceTimersByTimeAsync(1000);
  watch.heard();
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen.asked).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen).toEqual({ asked: 2, dead: [] });
  watch.close();
});
