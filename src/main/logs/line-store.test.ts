import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FilteredOrder } from "./line-order.ts";
import { LineStore, type LineStoreParts } from "./line-store.ts";
import type { HeldLine, NewLine } from "./segment.ts";

const quiet = new AbortController().signal;
let folder: string;
let store: LineStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "line-store-"));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function open(part: Partial<LineStoreParts> = {}): Promise<LineStore> {
  store = await LineStore.open({ folder: join(folder, "log"), ...part });
  return store;
}

const lines = (...words: string[]): NewLine[] =>
  words.map((text, index) => ({
    source: index % 3,
    at: index,
    bytes: Buffer.from(text),
    cut: index % 2 === 1,
  }));
const numbered = (from: number, count: number) =>
  lines(...Array.from({ length: count }, (_, index) => `line ${from + index}`));

async function scanned(from: number, to: number, backwards = false): Promise<HeldLine[]> {
  const found: HeldLine[] = [];
  for await (const line of store.scan(from, to, quiet, backwards)) found.push(line);
  return found;
}

test("gives back what it was given, at once and once it is on the disk", async () => {
  await open();
  store.append(lines("first", "déjà vu", ""));
  const expected = [
    { number: 0, source: 0, at: 0, text: "first", cut: false },
    { number: 1, source: 1, at: 1, text: "déjà vu", cut: true },
    { number: 2, source: 2, at: 2, text: "", cut: false },
  ];
  expect(await store.read(0, 3)).toEqual(expected);
  await store.room();
  store.append([{ source: 5, at: null, bytes: Buffer.from("late"), cut: false }]);
  expect(await store.read(0, 9)).toEqual([
    ...expected,
    { number: 3, source: 5, at: null, text: "late", cut: false },
  ]);
  expect((await store.pick([0, 3])).map(({ text }) => text)).toEqual(["first", "late"]);
});

test("its files are nobody else's, and gone when it is closed", async () => {
  await open();
  store.append(lines("private"));
  await scanned(0, 1);
  const written = new Promise<void>((resolve) => store.onChange(resolve));
  await written;
  const [name = ""] = await readdir(join(folder, "log"));
  expect((await stat(join(folder, "log", name))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "log"))).mode & 0o777).toBe(0o700);
  await store.close();
  expect(await readdir(folder)).toEqual([]);
});

test("drops the oldest when there are too many, and counts them", async () => {
  await open({ limits: { bytes: 1e9, lines: 40, segments: 4 } });
  for (let from = 0; from < 100; from += 7) store.append(numbered(from, 7));
  expect(store.end).toBe(105);
  expect(store.end - store.first).toBeLessThanOrEqual(40);
  expect(store.first).toBeGreaterThan(60);
  const kept = await store.read(0, 200);
  expect(kept.map(({ text }) => text)).toEqual(
    Array.from({ length: store.end - store.first }, (_, index) => `line ${store.first + index}`),
  );
});

test("drops the oldest when they are too long", async () => {
  await open({ limits: { bytes: 1000, lines: 1000, segments: 4 } });
  for (let from = 0; from < 100; from += 5) store.append(numbered(from, 5));
  expect(store.bytes).toBeLessThan(1300);
  expect((await store.read(99, 100))[0]?.text).toBe("line 99");
});

test("goes through all of it in slices, either way", async () => {
  let turns = 0;
  await open({
    turn: async () => {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  const count = 20_000;
  store.append(numbered(0, count));
  expect((await scanned(0, count)).map(({ number }) => number)).toEqual([...Array(count).keys()]);
  expect(turns).toBeGreaterThanOrEqual(Math.floor((count * 70) / (256 * 1024)));
  const back = await scanned(5, 10_005, true);
  expect(back[0]?.number).toBe(10_004);
  expect(back.at(-1)?.number).toBe(5);
  expect(back).toHaveLength(10_000);
});

test("a scan that is aborted ends, and one that the dropping overtakes goes on behind it", async () => {
  await open({ limits: { bytes: 1e9, lines: 400, segments: 4 } });
  store.append(numbered(0, 300));
  const stop = new AbortController();
  const aborted = (async () => {
    for await (const { number } of store.scan(0, 300, stop.signal)) if (number === 10) stop.abort();
    for await (const _ of store.scan(0, 300, stop.signal)) throw new Error("not reached");
  })();
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
  const scan = store.scan(0, 300, quiet);
  await scan.next();
  store.append(numbered(300, 400));
  let last = 0;
  for await (const { number } of scan) last = number;
  expect(last).toBeLessThan(300);
});

test("a full disk ends the writing; what was held stays readable", async () => {
  let room = 1e12;
  await open({ free: async () => room });
  store.append(numbered(0, 100));
  await until(() => store.bytes > 0);
  room = 1e6;
  const long = Buffer.from("x".repeat(16_000));
  for (let count = 0; count < 3000 && !store.error; count++) {
    store.append([{ source: 0, at: 0, bytes: long, cut: false }]);
    await store.room();
  }
  expect(store.error).toMatchObject({ code: "log.disk-full" });
  const { end } = store;
  store.append(numbered(0, 1));
  expect(store.end).toBe(end);
  expect((await store.read(99, 100))[0]?.text).toBe("line 99");
  expect((await store.read(end - 1, end))[0]?.text).toHaveLength(16_000);
});

test("a folder that cannot be written says so, and holds what it was given", async () => {
  await open();
  await rm(join(folder, "log"), { recursive: true });
  store.append(numbered(0, 3));
  await until(() => store.error !== null);
  expect(store.error).toMatchObject({ code: "log.cannot-hold" });
  expect((await store.read(0, 3)).map(({ text }) => text)).toEqual(["line 0", "line 1", "line 2"]);
});

test("a filter finds what matches, whenever it came and however much was dropped", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.boolean(), { maxLength: 30 }), { maxLength: 12 }),
      async (batches) => {
        await open({ limits: { bytes: 1e9, lines: 64, segments: 4 } });
        const order = new FilteredOrder(
          store,
          (text) => text === "yes",
          () => undefined,
        );
        let number = 0;
        let matchesSoFar: number[] = [];
        for (const [round, batch] of batches.entries()) {
          store.append(lines(...batch.map((matches) => (matches ? "yes" : "no"))));
          for (const matches of batch) {
            if (matches) matchesSoFar.push(number);
            number += 1;
          }
          if (round % 2 === 0) await order.run(quiet);
        }
        await order.run(quiet);
        matchesSoFar = matchesSoFar.filter((each) => each >= store.first);
        expect(Array.from({ length: order.length }, (_, place) => order.numberAt(place))).toEqual(
          matchesSoFar,
        );
        for (const [place, each] of matchesSoFar.entries()) expect(order.placeOf(each)).toBe(place);
        expect(order.complete).toBe(true);
        await store.close();
      },
    ),
    { numRuns: 40 },
  );
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
