import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileWords } from "../testing/hostile-words.ts";
import { parseMeminfo } from "./meminfo.ts";

const sample = `MemTotal:       24684092 kB
MemFree:        24018104 kB
MemAvailable:   24245872 kB
SwapTotal:       1048572 kB
SwapFree:         524286 kB
HugePages_Total:       0
`;

describe("parseMeminfo", () => {
  it("gives bytes", () => {
    expect(parseMeminfo(sample)).toEqual({
      total: 24_684_092 * 1024,
      available: 24_245_872 * 1024,
      swapTotal: 1_048_572 * 1024,
      swapFree: 524_286 * 1024,
    });
  });
  it("does not guess what an old kernel does not say", () => {
    expect(parseMeminfo("MemTotal: 1000 kB\nMemFree: 500 kB\n")?.available).toBeNull();
  });
  it("does not believe a part larger than its whole", () => {
    expect(parseMeminfo("MemTotal: 1000 kB\nMemAvailable: 1001 kB\n")?.available).toBeNull();
  });
  it("keeps parts within their wholes whatever it reads", () => {
    fc.assert(
      fc.property(hostileWords(sample), (words) => {
        const memory = parseMeminfo(words);
        if (memory === null) return;
        if (memory.available !== null) expect(memory.available).toBeLessThanOrEqual(memory.total ?? -1);
        if (memory.swapFree !== null) expect(memory.swapFree).toBeLessThanOrEqual(memory.swapTotal ?? -1);
        for (const value of Object.values(memory)) {
          if (value !== null) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
        }
      }),
    );
  });
});
