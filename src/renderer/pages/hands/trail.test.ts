import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ProgressMark, powerMarks, type Task } from "../../../shared/action.ts";
import { sameText } from "../../../shared/text.ts";
import { start, task } from "../../testing/memory-console.ts";
import { type FirstPicture, type Trail, trailOf } from "./trail.ts";

const progress = (...marks: [ProgressMark | null, number][]) =>
  marks.map(([mark, after]) => ({
    at: start + after,
    text: sameText("step"),
    fraction: null,
    ...(mark ? { mark } : {}),
  }));
const change = (action: string, part: Partial<Task>) => task("t", { action, ...part });
const none: FirstPicture = () => null;
const pictures =
  (...times: number[]): FirstPicture =>
  (_task, { changed }) =>
    times.find((at) => at >= changed) ?? null;
const words = (trail: Trail | null) =>
  trail?.steps.map(({ sign, at, state }) => `${sign} ${at === null ? state : at - start}`) ?? null;

describe("the trail of a change of power", () => {
  it("is that of the newest change of this resource, and of none other", () => {
    const older = change("amt.power-off", { id: "a", progress: progress(["asked", 0]) });
    const newer = change("amt.power-on", {
      id: "b",
      startedAt: start + 60_000,
      progress: progress(["asked", 1]),
    });
    const other = change("amt.reset", {
      resource: "tower-b",
      startedAt: start + 90_000,
      progress: progress(["asked", 1]),
    });
    const later = task("c", { startedAt: start + 99_000, progress: progress([null, 1]) });
    expect(trailOf([older, newer, other, later], "tower-a", none, true)?.task.id).toBe("b");
    expect(trailOf([later], "tower-a", none, true)).toBeNull();
    expect(trailOf([], "tower-a", pictures(start), true)).toBeNull();
  });

  it("counts from the moment it was asked for, and awaits what is missing", () => {
    const cycle = change("amt.cycle", { progress: progress([null, 0], ["asked", 500], ["accepted", 900]) });
    const trail = trailOf([cycle], "tower-a", none, true);
    expect(trail?.from).toBe(start + 500);
    expect(words(trail)).toEqual([
      "asked 500",
      "accepted 900",
      "seen-off awaited",
      "seen-on awaited",
      "first-pixels awaited",
    ]);
  });

  it("takes the first picture after the machine was seen off, not the one that was there", () => {
    const cycle = change("amt.cycle", {
      state: "verified",
      endedAt: start + 9000,
      progress: progress(["asked", 0], ["accepted", 300], ["seen-off", 2000], ["seen-on", 7000]),
    });
    const pixels = [start - 5000, start + 1000, start + 7400, start + 60_000];
    expect(words(trailOf([cycle], "tower-a", pictures(...pixels), true))?.at(-1)).toBe("first-pixels 7400");
  });

  it("takes the first picture after a start, which is not preceded by an off", () => {
    const on = change("amt.power-on", {
      progress: progress(["asked", 0], ["accepted", 300], ["seen-on", 4000]),
    });
    expect(words(trailOf([on], "tower-a", pictures(start - 9, start + 2500), true))?.at(-1)).toBe(
      "first-pixels 2500",
    );
  });

  it("takes no picture for the first one while a restart may not have begun", () => {
    const marks: [ProgressMark, number][] = [
      ["asked", 0],
      ["accepted", 300],
    ];
    const reset = change("amt.reset", { progress: progress(...marks) });
    expect(words(trailOf([reset], "tower-a", pictures(start + 400), true))?.at(-1)).toBe(
      "first-pixels awaited",
    );
    const missed = change("amt.reset", { progress: progress(...marks, ["seen-on", 7000]) });
    expect(words(trailOf([missed], "tower-a", pictures(start + 400, start + 7100), true))?.at(-1)).toBe(
      "first-pixels 7100",
    );
    const reopened: FirstPicture = (_task, { opened }) => (opened <= start + 1100 ? start + 1100 : null);
    expect(words(trailOf([missed], "tower-a", reopened, true))?.at(-1)).toBe("first-pixels 1100");
    expect(words(trailOf([reset], "tower-a", reopened, true))?.at(-1)).toBe("first-pixels awaited");
  });

  it("says of a sign that was overtaken that it was not seen", () => {
    const reset = change("amt.reset", {
      progress: progress(["asked", 0], ["accepted", 300], ["seen-on", 7000]),
    });
    expect(words(trailOf([reset], "tower-a", none, true))).toEqual([
      "asked 0",
      "accepted 300",
      "seen-off not-seen",
      "seen-on 7000",
      "first-pixels awaited",
    ]);
  });

  it("expects neither off of a start nor pixels of a stop", () => {
    const on = change("amt.power-on", { progress: progress(["asked", 0]) });
    const off = change("amt.power-off", { progress: progress(["asked", 0], ["accepted", 1]) });
    expect(words(trailOf([on], "tower-a", none, true))?.join()).not.toContain("seen-off");
    expect(words(trailOf([off], "tower-a", pictures(start + 2), true))?.join()).not.toContain("pixels");
  });

  it("awaits nothing after a failure, and pixels only while a screen is open", () => {
    const part = { endedAt: start + 9000, progress: progress(["asked", 0], ["accepted", 300]) };
    const failed = change("amt.power-on", { ...part, state: "unknown-effect" });
    expect(words(trailOf([failed], "tower-a", none, true))?.slice(2)).toEqual([
      "seen-on not-seen",
      "first-pixels not-seen",
    ]);
    const done = change("amt.power-on", {
      state: "verified",
      endedAt: start + 9000,
      progress: progress(["asked", 0], ["accepted", 300], ["seen-on", 800]),
    });
    expect(words(trailOf([done], "tower-a", none, true))?.at(-1)).toBe("first-pixels awaited");
    expect(words(trailOf([done], "tower-a", none, false))?.at(-1)).toBe("first-pixels not-seen");
  });

  it("never shows a time that was not seen, nor pixels before the change", () => {
    const marks = fc.array(fc.tuple(fc.constantFrom(...powerMarks), fc.nat(10_000)), { minLength: 1 });
    const actions = fc.constantFrom("amt.power-on", "amt.power-off", "amt.cycle", "amt.boot-once", "x.other");
    fc.assert(
      fc.property(
        actions,
        marks,
        fc.array(fc.nat(20_000)),
        fc.boolean(),
        (action, marked, pixels, watching) => {
          const sorted = pixels.sort((one, other) => one - other).map((after) => start + after);
          const trail = trailOf(
            [change(action, { progress: progress(...marked) })],
            "tower-a",
            pictures(...sorted),
            watching,
          );
          const known = new Set([...marked.map(([, after]) => start + after), ...sorted]);
          const signs = trail?.steps.map(({ sign }) => sign) ?? [];
          expect(new Set(signs).size).toBe(signs.length);
          for (const { at, state } of trail?.steps ?? []) {
            expect(at !== null).toBe(state === "seen");
            if (at !== null) expect(known.has(at)).toBe(true);
          }
          const shown = trail?.steps.find(({ sign }) => sign === "first-pixels")?.at ?? null;
          if (shown !== null) {
            const proofs = marked.filter(([mark]) => mark !== "asked").map(([, after]) => start + after);
            expect(shown).toBeGreaterThanOrEqual(Math.min(...proofs));
          }
        },
      ),
    );
  });
});
