import fc from "fast-check";
import { expect, it } from "vitest";
import { foldLog, type HeldLog, mostLines } from "./log-lines.ts";

it("the end of a log is held and what was dropped is counted, however it comes", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 * mostLines), { maxLength: 6 }), (pieces) => {
      let next = 0;
      let held: HeldLog | null = null;
      for (const size of pieces) {
        const lines = Array.from({ length: size }, () => String(next++));
        held = foldLog(held, { lines, ended: false });
      }
      const kept = held?.lines ?? [];
      expect((held?.dropped ?? 0) + kept.length).toBe(next);
      expect(kept.length).toBeLessThanOrEqual(mostLines);
      if (next > 0) expect(kept.at(-1)).toBe(String(next - 1));
    }),
    { numRuns: 30 },
  );
});
