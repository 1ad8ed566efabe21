import { describe, expect, it } from "vitest";
import { ReadingRounds } from "./reading-rounds.ts";

const never = new AbortController().signal;

describe("ReadingRounds", () => {
  it("reads each once, the failing ones last, and no more at once than allowed", async () => {
    const rounds = new ReadingRounds({ concurrency: 2, isFailing: (id) => id.startsWith("dead") });
    const order: string[] = [];
    let now = 0;
    let most = 0;
    const read = async (id: string) => {
      order.push(id);
      most = Math.max(most, ++now);
      await Promise.resolve();
      now -= 1;
    };
    await rounds.run({
      resources: ["dead-1", "a", "b", "a", "dead-2", "c"],
      signal: never,
      asked: false,
      read,
    });
    expect(order).toEqual(["a", "b", "c", "dead-1", "dead-2"]);
    expect(most).toBe(2);
  });

  it("lets a scheduled round pass what is being read, and who asks wait for that reading", async () => {
    const rounds = new ReadingRounds({ concurrency: 4, isFailing: () => false });
    const gate = Promise.withResolvers<void>();
    const reads: string[] = [];
    const slow = async (id: string) => {
      reads.push(id);
      if (id === "slow") await gate.promise;
    };
    const first = rounds.run({ resources: ["slow"], signal: never, asked: false, read: slow });
    await rounds.run({ resources: ["slow", "quick"], signal: never, asked: false, read: slow });
    expect(reads).toEqual(["slow", "quick"]);
    let answered = false;
    const asking = rounds.run({ resources: ["slow"], signal: never, asked: true, read: slow }).then(() => {
      answered = true;
    });
    await Promise.resolve();
    expect(answered).toBe(false);
    gate.resolve();
    await Promise.all([first, asking]);
    expect(reads).toEqual(["slow", "quick"]);
  });

  it("reads again for who asks when the reading under way was cancelled", async () => {
    const rounds = new ReadingRounds({ concurrency: 1, isFailing: () => false });
    const cancelled = new AbortController();
    const gate = Promise.withResolvers<void>();
    let reads = 0;
    const first = rounds.run({
      resources: ["a"],
      signal: cancelled.signal,
      asked: false,
      read: async () => {
        reads += 1;
        await gate.promise;
      },
    });
    cancelled.abort();
    const second = rounds.run({
      resources: ["a"],
      signal: never,
      asked: true,
      read: async () => {
        reads += 1;
      },
    });
    gate.resolve();
    await Promise.all([first, second]);
    expect(reads).toBe(2);
  });
});
