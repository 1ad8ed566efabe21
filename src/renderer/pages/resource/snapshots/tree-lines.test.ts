import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SnapshotRecord } from "../../../../shared/snapshots.ts";
import { treeLines } from "./tree-lines.ts";

const snapshot = (id: string, parent: string | null, createdAt = 0): SnapshotRecord => ({
  id,
  parent,
  name: id,
  description: "",
  createdAt,
  withMemory: null,
});
const drawn = (snapshots: SnapshotRecord[], current: string | null) =>
  treeLines({ snapshots, current }).map(
    ({ snapshot: each, column }) => `${"|".repeat(column)}${each?.id ?? "now"}`,
  );

describe("the lines of a tree of snapshots", () => {
  it("are one column for a chain, with the VM after the one that it goes on from", () => {
    expect(drawn([snapshot("a", null), snapshot("b", "a"), snapshot("c", "b")], "c")).toEqual([
      "a",
      "b",
      "c",
      "now",
    ]);
  });

  it("go straight on where the VM is, whichever branch is younger", () => {
    const fork = [snapshot("a", null), snapshot("b", "a", 1), snapshot("c", "a", 2), snapshot("d", "b", 3)];
    expect(drawn(fork, "d")).toEqual(["a", "|c", "b", "d", "now"]);
    expect(drawn(fork, "c")).toEqual(["a", "|b", "|d", "c", "now"]);
    expect(drawn(fork, "a")).toEqual(["a", "|b", "|d", "|c", "now"]);
  });

  it("say how many were taken on one or later in its branch", () => {
    const fork = [snapshot("a", null), snapshot("b", "a"), snapshot("c", "b"), snapshot("d", "a")];
    const later = treeLines({ snapshots: fork, current: "d" }).map((line) => [line.snapshot?.id, line.later]);
    expect(new Map(later.map(([id, count]) => [id, count]))).toEqual(
      new Map<string | number | undefined, string | number | undefined>([
        ["a", 3],
        ["b", 1],
        ["c", 0],
        ["d", 0],
        [undefined, 0],
      ]),
    );
  });

  it("hold every snapshot once, joined to its parent, whatever a far side tells", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const told = fc.array(
      fc
        .record({ id: fc.constantFrom(...names), parent: fc.constantFrom(null, ...names), at: fc.nat(9) })
        .map(({ id, parent, at }) => snapshot(id, parent, at)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(told, fc.constantFrom(null, ...names), (snapshots, current) => {
        const lines = treeLines({ snapshots, current });
        const ids = lines.flatMap((line) => line.snapshot?.id ?? []);
        expect([...ids].sort()).toEqual([...new Set(snapshots.map(({ id }) => id))].sort());
        expect(lines.filter((line) => line.snapshot === null).length).toBe(
          Number(current !== null && ids.includes(current)),
        );
        for (const [place, line] of lines.entries()) {
          expect(line.above && line.branches).toBe(false);
          if (line.level === 1) continue;
          // What a line hangs on is drawn above it, in its own column or the one before.
          const column = line.branches ? line.column - 1 : line.column;
          expect(lines.slice(0, place).findLast((each) => each.column <= column)?.below).toBe(true);
        }
      }),
    );
  });

  it("draws a chain of a thousand", () => {
    const chain = Array.from({ length: 1000 }, (_, index) =>
      snapshot(`s-${index}`, index === 0 ? null : `s-${index - 1}`),
    );
    expect(treeLines({ snapshots: chain, current: "s-999" }).length).toBe(1001);
  });
});
