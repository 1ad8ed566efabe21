import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { OpsError } from "../../../../shared/errors.ts";
import { ItemReader } from "./items.ts";
import { linesOf } from "./lines.ts";
import { readEvent } from "./watch.ts";

test("a table's columns are remembered for the events that leave them out", () => {
  const reader = new ItemReader();
  const row = (cells: unknown[]) => ({ cells, object: { metadata: { name: "api-1", namespace: "shop" } } });
  reader.read({ kind: "Table", columnDefinitions: [{ name: "Name" }, { name: "Node" }], rows: [] });
  const read = reader.read({ kind: "Table", columnDefinitions: null, rows: [row(["api-1", "node-1"])] });
  expect(read?.items[0]?.cells).toMatchObject({ Name: "api-1", Node: "node-1" });
});

test("odd metadata counts as not said", () => {
  const odd = { name: "a", labels: { x: 1 }, ownerReferences: "none", finalizers: null, generation: "7" };
  const read = new ItemReader().read({
    kind: "List",
    metadata: {},
    items: [{ metadata: odd }, 3, { metadata: {} }],
  });
  expect(read?.items).toHaveLength(1);
  expect(read?.items[0]?.metadata).toMatchObject({
    labels: {},
    ownerReferences: [],
    finalizers: [],
    generation: null,
  });
});

test("bookmarks of tables carry their version in the table or its row", () => {
  const inRow = {
    type: "BOOKMARK",
    object: { kind: "Table", metadata: {}, rows: [{ object: { metadata: { resourceVersion: "9" } } }] },
  };
  const inTable = {
    type: "BOOKMARK",
    object: { kind: "Table", metadata: { resourceVersion: "8" }, rows: [] },
  };
  const read = (event: unknown) => readEvent(JSON.stringify(event), new ItemReader(), "east", "rows");
  expect(read(inRow)).toEqual({ type: "bookmark", version: "9" });
  expect(read(inTable)).toEqual({ type: "bookmark", version: "8" });
});

test("whatever a list or an event holds, reading it ends well or in an error with a hint", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.object({
          key: fc.constantFrom("kind", "items", "rows", "metadata", "name", "cells", "object", "type"),
        }),
      ),
      (value) => {
        const read = new ItemReader().read(value);
        for (const item of read?.items ?? []) expect(item.metadata.name.length).toBeGreaterThan(0);
        try {
          readEvent(JSON.stringify(value) ?? "", new ItemReader(), "east", "objects");
        } catch (error) {
          expect(error).toBeInstanceOf(OpsError);
        }
      },
    ),
  );
});

test("lines come whole, however their bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme", minLength: 1 }).map((words) => JSON.stringify({ words }))),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (lines, sizes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const chunks: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const found: string[] = [];
        for await (const some of linesOf(Readable.from(chunks), "east")) found.push(...some);
        expect(found).toEqual(lines);
      },
    ),
    { numRuns: 50 },
  );
});
