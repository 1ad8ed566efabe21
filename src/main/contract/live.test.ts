import { describe, expect, it } from "vitest";
import { pushOnChange } from "./live.ts";

function source(initial: number) {
  const listeners = new Set<() => void>();
  return {
    value: initial,
    listeners,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(value: number) {
      this.value = value;
      for (const listener of listeners) listener();
    },
  };
}
const ready = { drained: async () => {} };

describe("pushOnChange", () => {
  it("pushes the first state, coalesces a burst into the newest one and skips what did not change", async () => {
    const numbers = source(1);
    const abort = new AbortController();
    const frames = pushOnChange(
      (changed) => numbers.subscribe(changed),
      () => numbers.value,
      ready,
      abort.signal,
    );
    expect((await frames.next()).value).toBe(1);
    for (let value = 2; value <= 50; value++) numbers.set(value);
    expect((await frames.next()).value).toBe(50);
    numbers.set(50);
    const pending = frames.next();
    numbers.set(51);
    expect((await pending).value).toBe(51);
    abort.abort();
    expect((await frames.next()).done).toBe(true);
  });

  it("lets go of its source when the reader leaves", async () => {
    const numbers = source(1);
    const frames = pushOnChange(
      (changed) => numbers.subscribe(changed),
      () => numbers.value,
      ready,
      undefined,
    );
    await frames.next();
    expect(numbers.listeners.size).toBe(1);
    await frames.return();
    expect(numbers.listeners.size).toBe(0);
  });

  it("ends a waiting reader when the channel goes away", async () => {
    const numbers = source(1);
    const abort = new AbortController();
    const frames = pushOnChange(
      (changed) => numbers.subscribe(changed),
      () => numbers.value,
      ready,
      abort.signal,
    );
    await frames.next();
    const waiting = frames.next();
    abort.abort();
    expect((await waiting).done).toBe(true);
    expect(numbers.listeners.size).toBe(0);
  });

  it("computes nothing while the channel is full, then sends the newest state only", async () => {
    const numbers = source(1);
    let release: () => void = () => {};
    let full = false;
    const context = {
      drained: () =>
        full
          ? new Promise<void>((resolve) => {
              release = resolve;
            })
          : Promise.resolve(),
    };
    let computed = 0;
    const abort = new AbortController();
    const frames = pushOnChange(
      (changed) => numbers.subscribe(changed),
      () => {
        computed++;
        return numbers.value;
      },
      context,
      abort.signal,
    );
    await frames.next();
    full = true;
    const next = frames.next();
    for (let value = 2; value < 20; value++) numbers.set(value);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(computed).toBe(1);
    full = false;
    release();
    expect((await next).value).toBe(19);
    abort.abort();
    await frames.next();
  });
});
