import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pacedStream } from "./paced-stream.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A value that changes, its stream, and what was computed and let go of. */
function counted() {
  const stop = new AbortController();
  const state = { value: 0, produced: 0, open: 0 };
  let tell = () => {};
  let last = -1;
  const stream = pacedStream<number>({
    signal: stop.signal,
    interval: 100,
    open: (changed) => {
      state.open++;
      tell = changed;
      return () => void state.open--;
    },
    produce: () => {
      state.produced++;
      if (state.value < 0) throw new Error("broken");
      if (state.value === last) return undefined;
      last = state.value;
      return last;
    },
  });
  const set = (value: number) => {
    state.value = value;
    tell();
  };
  return { stop, state, stream, set };
}

test("nothing is opened or computed before somebody reads", () => {
  const { state } = counted();
  expect(state).toMatchObject({ produced: 0, open: 0 });
});

test("a burst is one value, at most ten values a second", async () => {
  const { stream, state, set, stop } = counted();
  const values: number[] = [];
  const done = (async () => {
    for await (const value of stream) values.push(value);
  })();
  for (let time = 1; time <= 1000; time++) {
    set(time);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(values.length).toBeLessThanOrEqual(11);
  expect(values.length).toBeGreaterThanOrEqual(9);
  expect(state.produced).toBeLessThanOrEqual(11);
  await vi.advanceTimersByTimeAsync(100);
  expect(values.at(-1)).toBe(1000);
  stop.abort();
  await done;
  expect(state.open).toBe(0);
});

test("a slow reader gets the newest value and costs nothing while it does not read", async () => {
  const { stream, state, set } = counted();
  expect(await stream.next()).toEqual({ done: false, value: 0 });
  for (let time = 1; time <= 50; time++) {
    set(time);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(state.produced).toBe(1);
  expect(await stream.next()).toEqual({ done: false, value: 50 });
  await stream.return?.();
  expect(state.open).toBe(0);
});

test("a change that makes no difference sends nothing", async () => {
  const { stream, set, stop } = counted();
  await stream.next();
  const next = stream.next();
  set(0);
  await vi.advanceTimersByTimeAsync(500);
  set(7);
  expect(await next).toEqual({ done: false, value: 7 });
  stop.abort();
});

test("leaving ends a wait at once, and so does the signal, before or during it", async () => {
  const left = counted();
  await left.stream.next();
  const waiting = left.stream.next();
  await left.stream.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  const aborted = counted();
  aborted.stop.abort();
  expect(await aborted.stream.next()).toEqual({ done: true, value: undefined });
  expect(aborted.state).toMatchObject({ open: 0, produced: 0 });
});

test("what goes wrong in computing reaches the reader and ends the stream", async () => {
  const { stream, set, state } = counted();
  await stream.next();
  const next = stream.next();
  set(-1);
  await Promise.all([expect(next).rejects.toThrow("broken"), vi.advanceTimersByTimeAsync(100)]);
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(state.open).toBe(0);
});
