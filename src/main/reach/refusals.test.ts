import { describe, expect, it } from "vitest";
import { Refusals } from "./refusals.ts";

const minute = 60_000;

function memory() {
  const clock = { at: 0 };
  return { clock, refusals: new Refusals(() => clock.at) };
}

describe("Refusals", () => {
  it("holds a refused credential back for good, on its own account only", () => {
    const { clock, refusals } = memory();
    const mark = refusals.mark("secret", "wrong");
    refusals.remember("ops@a", mark);
    clock.at = 60 * minute;
    expect(refusals.has("ops@a", mark)).toBe(true);
    expect(refusals.has("ops@b", mark)).toBe(false);
    expect(refusals.has("ops@a", refusals.mark("secret", "right"))).toBe(false);
  });

  it("tries one that was good before again, far apart and never more than three times", () => {
    const { clock, refusals } = memory();
    const mark = refusals.mark("secret", "good");
    refusals.accepted("ops@a", mark);
    let sent = 0;
    for (clock.at = 0; clock.at < 60 * minute; clock.at += 1000) {
      if (refusals.has("ops@a", mark)) continue;
      sent += 1;
      refusals.remember("ops@a", mark);
    }
    expect(sent).toBe(3);
  });

  it("starts over once it is accepted or asked for again", () => {
    const { clock, refusals } = memory();
    const mark = refusals.mark("secret", "good");
    refusals.accepted("ops@a", mark);
    refusals.remember("ops@a", mark);
    expect(refusals.has("ops@a", mark)).toBe(true);
    clock.at = minute;
    expect(refusals.has("ops@a", mark)).toBe(false);
    refusals.accepted("ops@a", mark);
    refusals.remember("ops@a", mark);
    refusals.forget("ops@a");
    expect(refusals.has("ops@a", mark)).toBe(false);
  });
});
