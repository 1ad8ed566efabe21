// @vitest-environment jsdom
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { firstPictureOf, PictureChanges } from "./picture-changes.ts";

const since = (at: number) => ({ opened: at, changed: at });

afterEach(() => window.localStorage.clear());

describe("the changes of a picture", () => {
  it("are none before the first picture, and none that a few bytes make", () => {
    let now = 0;
    const changes = new PictureChanges(() => now);
    expect(changes.received(5000)).toBe(false);
    changes.first(1000);
    now = 5000;
    expect(changes.received(4)).toBe(false);
    expect(changes.received(5000)).toBe(true);
    expect(changes.firstSince("t", since(1001))).toBe(6000);
  });

  it("begin after stillness: what follows at once is the same one", () => {
    let now = 0;
    const changes = new PictureChanges(() => now);
    changes.first(0);
    const began = [600, 700, 1100, 1700, 2100].filter((at) => {
      now = at;
      return changes.received(100);
    });
    expect(began).toEqual([600, 1700]);
  });

  it("count from another moment where the session was opened for the change of power", () => {
    let now = 0;
    const changes = new PictureChanges(() => now);
    changes.first(300);
    now = 2000;
    changes.received(100);
    now = 6000;
    changes.received(100);
    expect(changes.firstSince("t", { opened: 400, changed: 5000 })).toBe(6300);
    expect(changes.firstSince("u", { opened: 200, changed: 5000 })).toBe(300);
  });

  it("are no first picture long after the change of power", () => {
    let now = 0;
    const changes = new PictureChanges(() => now);
    changes.first(0);
    now = 10 * 60_000;
    changes.received(100);
    expect(changes.firstSince("t", since(1))).toBeNull();
    expect(firstPictureOf("t")).toBeNull();
    expect(changes.firstSince("u", since(now - 1000))).toBe(now);
    expect(new PictureChanges().firstSince("u", since(0))).toBe(now);
  });

  it("give a task one answer, however many come later", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 2500 }), (pauses) => {
        window.localStorage.clear();
        let now = 0;
        const changes = new PictureChanges(() => now);
        changes.first(0);
        now = 10_000;
        changes.received(100);
        expect(changes.firstSince("t", since(9000))).toBe(10_000);
        for (const pause of pauses) {
          now += pause;
          changes.received(100);
        }
        expect(changes.firstSince("t", since(9000))).toBe(10_000);
        expect(firstPictureOf("t")).toBe(10_000);
        const last = changes.firstSince("u", since(now - 1));
        expect(last === null || last >= now - 1).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
