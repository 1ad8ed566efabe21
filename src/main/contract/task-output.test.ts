import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskOutput } from "../../shared/action.ts";
import { taskOutput } from "./task-output.ts";

const ready = { drained: async () => {} };

function source(kept: string[] = []) {
  const piece = (text: string): TaskOutput => ({ task: "t", resource: "tower-a", stream: "output", text });
  const listeners = new Set<(pieces: TaskOutput[]) => void>();
  return {
    listeners,
    outputOf: () => ({
      pieces: kept.map(piece),
      subscribe(listener: (pieces: TaskOutput[]) => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    }),
    say(...words: string[]) {
      for (const listener of listeners) listener(words.map(piece));
    },
  };
}

const textOf = (pieces: readonly TaskOutput[]) => pieces.map(({ text }) => text).join("");
const wordsOf = ({ value }: IteratorResult<TaskOutput[], void>) => textOf(value ?? []);

describe("taskOutput", () => {
  it("gives what is kept, then what comes, gathered", async () => {
    const runner = source(["one ", "two "]);
    const abort = new AbortController();
    const output = taskOutput(runner, "t", ready, abort.signal);
    expect(wordsOf(await output.next())).toBe("one two ");
    const next = output.next();
    runner.say("three ");
    runner.say("four");
    expect(wordsOf(await next)).toBe("three four");
    abort.abort();
    expect((await output.next()).done).toBe(true);
    expect(runner.listeners.size).toBe(0);
  });

  it("ends a reader that waits, and lets go of its source", async () => {
    const runner = source();
    const abort = new AbortController();
    const next = taskOutput(runner, "t", ready, abort.signal).next();
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(runner.listeners.size).toBe(0);
  });

  it("lets go of its source when the reader leaves", async () => {
    const runner = source(["one"]);
    const output = taskOutput(runner, "t", ready, undefined);
    await output.next();
    expect(runner.listeners.size).toBe(1);
    await output.return();
    expect(runner.listeners.size).toBe(0);
  });

  it("never puts more into a push than a channel can bear, and leaves nothing out", async () => {
    const lengths = fc.array(fc.oneof(fc.nat(10), fc.nat(400_000)), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(lengths, async (sizes) => {
        const kept = sizes.map((size, index) => String(index % 10).repeat(size));
        const output = taskOutput(source(kept), "t", ready, undefined);
        let got = 0;
        let words = "";
        while (got < kept.length) {
          const { value } = await output.next();
          if (!value) throw new Error("it ended early");
          expect(value.length).toBeGreaterThan(0);
          if (value.length > 1) expect(textOf(value).length).toBeLessThanOrEqual(256 * 1024);
          got += value.length;
          words += textOf(value);
        }
        await output.return();
        expect(words).toBe(kept.join(""));
      }),
      { numRuns: 40 },
    );
  });

  it("drops the oldest of what a reader that stands still has not seen", async () => {
    const runner = source(["first"]);
    let release: () => void = () => {};
    const context = {
      drained: () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    };
    const output = taskOutput(runner, "t", context, undefined);
    const next = output.next();
    const megabyte = "x".repeat(1024 * 1024);
    for (let count = 0; count < 40; count += 1) runner.say(megabyte);
    runner.say("last");
    let waiting = "";
    release();
    let result = await next;
    for (;;) {
      waiting += wordsOf(result);
      if (waiting.endsWith("last")) break;
      const following = output.next();
      await new Promise((resolve) => setImmediate(resolve));
      release();
      result = await following;
    }
    expect(waiting).not.toContain("first");
    expect(waiting.length).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(waiting.length).toBeGreaterThan(31 * 1024 * 1024);
    await output.return();
  });

  it("throws for a task that is not listed", async () => {
    const gone = new Error("gone");
    const runner = {
      outputOf: () => {
        throw gone;
      },
    };
    await expect(taskOutput(runner, "t", ready, undefined).next()).rejects.toBe(gone);
  });
});
