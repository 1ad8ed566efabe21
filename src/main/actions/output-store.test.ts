import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskOutput } from "../../shared/action.ts";
import { OutputStore } from "./output-store.ts";

const limit = 256 * 1024;
const piece = (text: string, stream: TaskOutput["stream"] = "output") => ({
  resource: "tower-a",
  stream,
  text,
});
const words = (store: OutputStore, task: string) =>
  store
    .of([task])
    .pieces.map((one) => one.text)
    .join("");

describe("OutputStore", () => {
  it("keeps the end of what was said, whatever its pieces, and counts the rest", () => {
    const chunk = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 50 }),
      fc.constantFrom("x".repeat(90_000), "é€😀".repeat(20_000)),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 8 }), (chunks) => {
        const store = new OutputStore();
        for (const text of chunks) store.append("t", null, piece(text));
        const all = chunks.join("");
        const kept = words(store, "t");
        expect(all.endsWith(kept)).toBe(true);
        expect(Buffer.byteLength(kept) + store.of(["t"]).dropped).toBe(Buffer.byteLength(all));
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(limit);
        expect(Buffer.byteLength(kept)).toBeGreaterThanOrEqual(Math.min(Buffer.byteLength(all), limit - 3));
      }),
      { numRuns: 60 },
    );
  });

  it("tells listeners of a task and of its bulk, until they leave", () => {
    const store = new OutputStore();
    const heard: [string, string][] = [];
    const stops = ["b.1", "b"].map((task) =>
      store.subscribe(task, (pieces) =>
        heard.push(...pieces.map((one): [string, string] => [task, one.text])),
      ),
    );
    store.append("b.1", "b", piece("one"));
    store.append("b.2", "b", piece("two", "error"));
    store.append("b.2", "b", piece(""));
    for (const stop of stops) stop();
    store.append("b.1", "b", piece("three"));
    expect(heard).toEqual([
      ["b.1", "one"],
      ["b", "one"],
      ["b", "two"],
    ]);
    expect(store.of(["b.1", "b.2"]).pieces.map((one) => one.text)).toEqual(["onethree", "two"]);
  });

  it("stays below its limit for all tasks together: the longest silent go first", () => {
    const store = new OutputStore();
    for (let task = 0; task < 300; task += 1) store.append(`t${task}`, null, piece("x".repeat(limit)));
    expect(words(store, "t0")).toBe("");
    expect(store.of(["t0"]).dropped).toBe(limit);
    expect(words(store, "t299")).toHaveLength(limit);
    const kept = Array.from({ length: 300 }, (_, task) => words(store, `t${task}`).length);
    expect(kept.reduce((sum, length) => sum + length, 0)).toBe(64 * 1024 * 1024);
    store.forget("t299");
    expect(words(store, "t299")).toBe("");
  });
});
