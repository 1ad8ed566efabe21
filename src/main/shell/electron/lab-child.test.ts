import { EventEmitter } from "node:events";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { awaitLab } from "./lab-child.ts";

afterEach(() => {
  vi.useRealTimers();
});

function makeChild() {
  const stdout = new EventEmitter();
  const exits = new EventEmitter();
  const child = {
    stdout,
    killed: 0,
    alive: true,
    once: (event: "exit", listener: () => void) => exits.once(event, listener),
    say: (words: string) => stdout.emit("data", Buffer.from(words)),
    exit() {
      child.alive = false;
      exits.emit("exit");
    },
    kill() {
      child.killed += 1;
      if (child.alive) queueMicrotask(() => child.exit());
      return child.alive;
    },
  };
  return child;
}

describe("awaitLab", () => {
  it("reads where the estate is, however the line is cut, and stops the child once", async () => {
    const line = `${JSON.stringify({ estate: "/tmp/parc-été/estate.yaml", control: "c", pid: 7 })}\n`;
    const bytes = Buffer.from(line);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (cut) => {
        const child = makeChild();
        const ready = awaitLab(child);
        child.stdout.emit("data", bytes.subarray(0, cut));
        child.stdout.emit("data", bytes.subarray(cut));
        const lab = await ready;
        expect(lab.estate).toBe("/tmp/parc-été/estate.yaml");
        await lab.stop();
        expect([child.killed, child.alive]).toEqual([1, false]);
        await lab.stop();
      }),
      { numRuns: 30 },
    );
  });

  it("fails, and leaves no child, when it ends first, says something else or nothing", async () => {
    const failed = { code: "lab.cannot-start" };
    const early = makeChild();
    const ended = awaitLab(early);
    early.exit();
    await expect(ended).rejects.toMatchObject(failed);
    for (const words of ["not json\n", "null\n", '{"estate":7}\n', "\n", "x".repeat(70_000)]) {
      const child = makeChild();
      const ready = awaitLab(child);
      child.say(words);
      await expect(ready).rejects.toMatchObject(failed);
      expect(child.alive).toBe(false);
    }
    vi.useFakeTimers();
    const silent = makeChild();
    const waiting = awaitLab(silent).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await waiting).toMatchObject(failed);
    expect(silent.alive).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});
