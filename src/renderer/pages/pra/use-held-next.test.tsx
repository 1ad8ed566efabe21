// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PraRunView } from "../../../shared/pra.ts";
import { sameText } from "../../../shared/text.ts";
import { useHeldNext } from "./use-held-next.ts";

type Next = NonNullable<PraRunView["next"]>;

const gate = (node: string): Next => ({
  kind: "approve",
  node,
  title: sameText(node),
  text: sameText(""),
  since: null,
  after: [],
  notBy: [],
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The hook with one gate shown, whose panel the pointer is in. */
function held() {
  const rendered = renderHook(
    ({ next, busy, open }) => useHeldNext(next, busy, ({ node }) => open.some((one: string) => one === node)),
    { initialProps: { next: gate("declare"), busy: true, open: ["declare", "fence"] } },
  );
  return {
    shown: () => rendered.result.current.shown?.node,
    newer: () => rendered.result.current.newer,
    show: rendered.rerender,
  };
}

describe("the next thing for a person", () => {
  it("stays under the pointer while it can be decided, and says that something else has come", () => {
    const { shown, newer, show } = held();
    show({ next: gate("fence"), busy: true, open: ["declare", "fence"] });
    act(() => vi.advanceTimersByTime(60_000));
    expect([shown(), newer()]).toEqual(["declare", true]);
    show({ next: gate("fence"), busy: false, open: ["declare", "fence"] });
    expect([shown(), newer()]).toEqual(["fence", false]);
  });

  it("gives way once it was decided, but not to the second click of the hand that decided it", () => {
    const { shown, newer, show } = held();
    show({ next: gate("fence"), busy: true, open: ["fence"] });
    expect([shown(), newer()]).toEqual(["declare", false]);
    act(() => vi.advanceTimersByTime(900));
    expect(shown()).toBe("declare");
    act(() => vi.advanceTimersByTime(200));
    expect([shown(), newer()]).toEqual(["fence", false]);
    show({ next: gate("capacity"), busy: true, open: ["fence", "capacity"] });
    expect([shown(), newer()]).toEqual(["fence", true]);
  });
});
