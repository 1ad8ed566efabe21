import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { liveWindow } from "../../shared/channel.ts";
import { LivePace } from "./live-pace.ts";

function counting() {
  const state = { given: 0, ended: false };
  async function* frames() {
    try {
      while (true) yield ++state.given;
    } finally {
      state.ended = true;
    }
  }
  return { state, frames: frames() };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("LivePace", () => {
  it("is never further ahead of its reader than the window, whatever the reader reports", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: liveWindow }), { maxLength: 30 }),
        async (reports) => {
          const pace = new LivePace();
          const { frames } = counting();
          const paced = pace.pace("a", frames, undefined);
          let sent = 0;
          let taken = 0;
          const run = (async () => {
            while (!(await paced.next()).done) sent += 1;
          })();
          for (const read of reports) {
            await settle();
            const reported = Math.min(read, sent - taken);
            if (reported < 1) continue;
            taken += reported;
            pace.taken({ live: "a", read: reported });
            await settle();
            expect(sent - taken).toBeLessThanOrEqual(liveWindow);
          }
          await settle();
          expect(sent).toBe(taken + liveWindow);
          await paced.return?.();
          await run;
        },
      ),
      { numRuns: 40 },
    );
  });

  it("ends a held-back query, and its frames, when the reader leaves", async () => {
    const pace = new LivePace();
    const abort = new AbortController();
    const { state, frames } = counting();
    const paced = pace.pace("a", frames, abort.signal);
    for (let frame = 0; frame < liveWindow; frame++) await paced.next();
    const held = paced.next();
    abort.abort();
    expect(await held).toEqual({ done: true, value: undefined });
    await settle();
    expect(state.ended).toBe(true);
    expect(pace.ahead("a")).toBeNull();
  });

  it("keeps queries apart and shrugs at reports for one that has ended", async () => {
    const pace = new LivePace();
    const first = pace.pace("a", counting().frames, undefined);
    const second = pace.pace("b", counting().frames, undefined);
    await first.next();
    await first.next();
    await second.next();
    pace.taken({ live: "a", read: 1 });
    pace.taken({ live: "gone", read: 3 });
    expect(pace.ahead("a")).toBe(1);
    expect(pace.ahead("b")).toBe(1);
    await first.return?.();
    pace.taken({ live: "a", read: 1 });
    expect(pace.ahead("a")).toBeNull();
  });

  it("hands on the failure of the frames", async () => {
    const pace = new LivePace();
    const paced = pace.pace(
      "a",
      {
        next: () => Promise.reject(new Error("source failed")),
      },
      undefined,
    );
    await expect(paced.next()).rejects.toThrow("source failed");
  });
});
