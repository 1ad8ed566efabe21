import { expect, it } from "vitest";
import { hadTimeToArrive } from "./arrival.ts";

it("an order has had its time after a minute by the clock, or of looking where the clock was set back", () => {
  let [now, ticks] = [1_000_000_000, 0];
  const access = { now: () => now };
  const asked = (name: string, sentAt: number) => hadTimeToArrive(access, name, sentAt, () => ticks);
  expect(asked("a", now - 59_999)).toBe(false);
  expect(asked("a", now - 60_000)).toBe(true);
  const ahead = now + 3_600_000;
  expect(asked("b", ahead)).toBe(false);
  [now, ticks] = [now + 59_000, 59_000];
  expect(asked("b", ahead)).toBe(false);
  expect(asked("c", ahead)).toBe(false);
  ticks = 60_000;
  expect(asked("b", ahead)).toBe(true);
  expect(asked("c", ahead)).toBe(false);
});
