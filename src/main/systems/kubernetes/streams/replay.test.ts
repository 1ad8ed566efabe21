import fc from "fast-check";
import { expect, test } from "vitest";
import { Replay } from "./replay.ts";

const start = Date.UTC(2026, 4, 12, 8);

/** A log as a kubelet keeps it, and what it answers from a second on. */
function answerFrom(log: readonly { at: number; text: string }[], since: string | null): Buffer {
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const lines = log.filter(({ at }) => at >= from);
  return Buffer.from(lines.map(({ at, text }) => `${new Date(at).toISOString()} ${text}\n`).join(""));
}

test("wherever an answer breaks off, every line comes once and in order", () => {
  const step = fc.constantFrom(0, 0, 1, 3, 400, 1000, 2500);
  const log = fc.array(fc.tuple(step, fc.string({ maxLength: 5 })), { minLength: 1, maxLength: 40 });
  const breaks = fc.array(fc.tuple(fc.nat(600), fc.integer({ min: 1, max: 50 })), { maxLength: 8 });
  fc.assert(
    fc.property(log, breaks, (steps, cuts) => {
      let at = start;
      const lines = steps.map(([wait, text]) => {
        at += wait;
        return { at, text: text.replace(/\n/g, " ") };
      });
      const replay = new Replay();
      const got: Buffer[] = [];
      for (const [length, size] of [...cuts, [Number.POSITIVE_INFINITY, 17] as const]) {
        replay.restart();
        const answer = answerFrom(lines, replay.since);
        const end = Math.min(length, answer.length);
        for (let from = 0; from < end; from += size) {
          got.push(replay.take(answer.subarray(from, Math.min(end, from + size))));
        }
      }
      got.push(replay.rest());
      expect(Buffer.concat(got).toString()).toBe(answerFrom(lines, null).toString());
    }),
  );
});

test("asks from the second of the newest line on, in its own zone", () => {
  const replay = new Replay();
  expect(replay.since).toBeNull();
  replay.take(Buffer.from("2026-05-12T08:00:01.123456789+02:00 x\n2026-05-12T08:00:02.5+02:00 y\n"));
  expect(replay.since).toBe("2026-05-12T08:00:02+02:00");
});

test("a line that never ends is cut, and what follows it is whole", () => {
  const replay = new Replay();
  const parts = [Buffer.from("2026-05-12T08:00:01Z ")];
  for (let count = 0; count < 100; count++) parts.push(Buffer.alloc(10_000, "x"));
  parts.push(Buffer.from("\n2026-05-12T08:00:02Z next\n"));
  const got = Buffer.concat(parts.map((part) => replay.take(part))).toString();
  expect(got.length).toBeLessThan(66_000);
  expect(got.endsWith("\n2026-05-12T08:00:02Z next\n")).toBe(true);
});
