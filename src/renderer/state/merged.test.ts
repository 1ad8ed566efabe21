import { expect, it } from "vitest";
import { merged } from "./merged.ts";

/** A stream that is fed by hand and says when it was left. */
function stream() {
  const waiting: ((result: IteratorResult<string, void>) => void)[] = [];
  const failing: ((thrown: Error) => void)[] = [];
  const state = { left: false };
  const iterable: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise((resolve, reject) => {
          waiting.push(resolve);
          failing.push(reject);
        }),
      return: async () => {
        state.left = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return {
    iterable,
    state,
    say: (value: string) => waiting.shift()?.({ done: false, value }),
    end: () => waiting.shift()?.({ done: true, value: undefined }),
    fail: () => failing.at(-1)?.(new Error("lost")),
  };
}

it("takes what comes from whichever, and ends when all have", async () => {
  const [one, other] = [stream(), stream()];
  const both = merged([one.iterable, other.iterable]);
  const first = both.next();
  other.say("b");
  expect(await first).toEqual({ done: false, value: "b" });
  const second = both.next();
  other.end();
  one.say("a");
  expect(await second).toEqual({ done: false, value: "a" });
  const last = both.next();
  one.end();
  expect((await last).done).toBe(true);
  expect((await merged([]).next()).done).toBe(true);
});

it("when one fails it fails, and leaves the others; so it does when it is left", async () => {
  const [one, other] = [stream(), stream()];
  const both = merged([one.iterable, other.iterable]);
  const first = both.next();
  one.fail();
  await expect(first).rejects.toThrow("lost");
  expect(other.state.left).toBe(true);
  const [third, fourth] = [stream(), stream()];
  const left = merged([third.iterable, fourth.iterable]);
  const begun = left.next();
  third.say("x");
  await begun;
  await left.return();
  expect([third.state.left, fourth.state.left]).toEqual([true, true]);
});
