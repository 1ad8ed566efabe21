import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Merge, mostAtOnce } from "./merge.ts";
import type { NewLine } from "./segment.ts";

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance"],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const line = (at: number | null, words = "") => ({ at, bytes: Buffer.from(words), cut: false });

function merging() {
  const out: NewLine[] = [];
  const sizes: number[] = [];
  const merge = new Merge((lines) => {
    sizes.push(lines.length);
    out.push(...lines);
  });
  const order = () => out.map(({ source, at }) => `${source}:${at}`);
  return { merge, out, order, sizes };
}

test("one source alone waits for nobody", () => {
  const { merge, order } = merging();
  merge.tell(0, "reading");
  merge.add(0, [line(1), line(2)]);
  expect(order()).toEqual(["0:1", "0:2"]);
  merge.close();
});

test("what was logged before is put in order by time, whichever comes first", () => {
  const { merge, order } = merging();
  merge.tell(0, "connecting");
  merge.tell(1, "connecting");
  merge.add(0, [line(1), line(3), line(5)]);
  vi.advanceTimersByTime(1000);
  expect(order()).toEqual([]);
  merge.add(1, [line(2), line(4)]);
  merge.tell(1, "silent");
  merge.tell(0, "silent");
  vi.advanceTimersByTime(200);
  expect(order()).toEqual(["0:1", "1:2", "0:3", "1:4", "0:5"]);
  merge.close();
});

test("a source that says nothing is not waited for any longer than a moment", () => {
  const { merge, order } = merging();
  merge.tell(0, "reading");
  merge.tell(1, "reading");
  merge.add(0, [line(1)]);
  vi.advanceTimersByTime(299);
  expect(order()).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(order()).toEqual(["0:1"]);
  merge.add(1, [line(0)]);
  vi.advanceTimersByTime(400);
  expect(order()).toEqual(["0:1", "1:0"]);
  merge.close();
});

test("lines without a time stay behind those of their own source", () => {
  const { merge, order } = merging();
  merge.tell(0, "connecting");
  merge.tell(1, "connecting");
  merge.add(0, [line(5), line(null), line(7)]);
  merge.add(1, [line(6), line(8)]);
  vi.advanceTimersByTime(5000);
  expect(order()).toEqual(["0:5", "0:null", "1:6", "0:7", "1:8"]);
  merge.close();
});

test("however they come, no line is lost or doubled, and none overtakes another of its source", async () => {
  const batches = fc.array(
    fc.tuple(fc.nat(3), fc.array(fc.option(fc.nat(50)), { maxLength: 6 }), fc.nat(500)),
  );
  await fc.assert(
    fc.asyncProperty(batches, async (given) => {
      const { merge, out } = merging();
      const counts = [0, 0, 0, 0];
      for (const [source, times, pause] of given) {
        merge.tell(source, "reading");
        merge.add(
          source,
          times.map((at) => {
            const index = counts[source] ?? 0;
            counts[source] = index + 1;
            return line(at, String(index));
          }),
        );
        vi.advanceTimersByTime(pause);
      }
      const flushed = merge.flush();
      await vi.runAllTimersAsync();
      await flushed;
      for (const [source, count] of counts.entries()) {
        const own = out.filter((each) => each.source === source).map(({ bytes }) => Number(bytes));
        expect(own).toEqual(Array.from({ length: count }, (_, index) => index));
      }
      merge.close();
    }),
    { numRuns: 60 },
  );
});

test("whoever brings too much waits, and what waited comes in small helpings", async () => {
  const { merge, out, sizes } = merging();
  merge.tell(0, "reading");
  merge.tell(1, "connecting");
  const many = Array.from({ length: 10_000 }, (_, at) => line(at, "x".repeat(100)));
  merge.add(0, many);
  let mayCome = false;
  const waiting = merge.room(0).then(() => {
    mayCome = true;
  });
  await Promise.resolve();
  expect(mayCome).toBe(false);
  await vi.advanceTimersByTimeAsync(3500);
  await waiting;
  expect(out).toHaveLength(10_000);
  expect(Math.max(...sizes)).toBe(mostAtOnce);
  merge.close();
});

test("nobody waits for ever when it is closed", async () => {
  const { merge } = merging();
  merge.tell(1, "connecting");
  merge.add(
    0,
    Array.from({ length: 30_000 }, (_, at) => line(at, "x".repeat(50))),
  );
  const waiting = merge.room(0);
  merge.close();
  await waiting;
});
