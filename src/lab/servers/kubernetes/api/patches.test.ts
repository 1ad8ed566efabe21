import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../store/object.ts";
import { jsonPatch, mergePatch, strategicPatch } from "./patches.ts";

const pod = {
  metadata: { labels: { app: "shop", tier: "front" }, finalizers: ["a"] },
  spec: {
    containers: [
      { name: "one", image: "i:1", env: [{ name: "A", value: "1" }] },
      { name: "two", image: "j:1" },
    ],
    tolerations: [{ key: "x" }],
  },
};

describe("strategicPatch", () => {
  it("merges lists by the names of their entries, and replaces those without", () => {
    const patched = strategicPatch(pod, {
      spec: {
        containers: [
          { name: "two", image: "j:2" },
          { name: "one", env: [{ name: "B", value: "2" }] },
        ],
        tolerations: [{ key: "y" }],
      },
    });
    expect(patched).toEqual({
      ...pod,
      spec: {
        containers: [
          {
            name: "one",
            image: "i:1",
            env: [
              { name: "A", value: "1" },
              { name: "B", value: "2" },
            ],
          },
          { name: "two", image: "j:2" },
        ],
        tolerations: [{ key: "y" }],
      },
    });
  });

  it("knows the directives", () => {
    const patched = strategicPatch(pod, {
      metadata: { labels: { tier: null }, "$deleteFromPrimitiveList/finalizers": ["a"] },
      spec: {
        $retainKeys: ["containers"],
        "$setElementOrder/containers": [{ name: "three" }, { name: "one" }],
        containers: [
          { name: "two", $patch: "delete" },
          { name: "three", image: "k:1" },
        ],
      },
    });
    expect(patched).toEqual({
      metadata: { labels: { app: "shop" }, finalizers: [] },
      spec: { containers: [{ name: "three", image: "k:1" }, pod.spec.containers[0]] },
    });
    expect(strategicPatch(pod, { spec: { $patch: "replace", x: 1 } })).toEqual({ ...pod, spec: { x: 1 } });
    expect(strategicPatch(pod, { spec: { $patch: "delete" } })).toEqual({ metadata: pod.metadata });
  });

  it("leaves what it is given as it was", () => {
    const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        for (const apply of [strategicPatch, mergePatch]) {
          const once = apply(target, patch);
          expect(JSON.stringify([target, patch])).toBe(before);
          if (apply === mergePatch) expect(apply(once, patch)).toEqual(once);
        }
      }),
    );
  });

  it("makes an own key of any name, and does not go down for ever", () => {
    const patched = mergePatch({}, JSON.parse('{"__proto__": {"polluted": 1}}'));
    expect(JSON.stringify(patched)).toBe('{"__proto__":{"polluted":1}}');
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    let deep: Json = {};
    for (let level = 0; level < 5_000; level += 1) deep = { a: deep };
    expect(() => mergePatch({}, deep)).toThrow("too deeply");
    expect(() => strategicPatch({}, deep)).toThrow("too deeply");
  });
});

describe("jsonPatch", () => {
  it("follows RFC 6902", () => {
    const target = { a: [1, 2, 3], b: { "c/d": 1 } };
    expect(
      jsonPatch(target, [
        { op: "test", path: "/a/1", value: 2 },
        { op: "add", path: "/a/1", value: 9 },
        { op: "add", path: "/a/-", value: 4 },
        { op: "remove", path: "/a/0" },
        { op: "replace", path: "/b/c~1d", value: 2 },
        { op: "copy", from: "/b", path: "/e" },
        { op: "move", from: "/e/c~1d", path: "/f" },
      ]),
    ).toEqual({ a: [9, 2, 3, 4], b: { "c/d": 2 }, e: {}, f: 2 });
    expect(target).toEqual({ a: [1, 2, 3], b: { "c/d": 1 } });
  });

  it.each([
    [[{ op: "test", path: "/a", value: 2 }], "testing path /a failed"],
    [[{ op: "remove", path: "/nothing" }], "does not exist"],
    [[{ op: "replace", path: "/x/y", value: 1 }], "does not exist"],
    [[{ op: "add", path: "no-pointer", value: 1 }], "no JSON pointer"],
    [[{ op: "explode", path: "/a" }], "Unexpected kind"],
    [[{ op: "add", path: "/a" }], "needs a value"],
    [[7], "has op and path"],
    [{}, "list of operations"],
  ])("refuses %j", (patch, words) => {
    expect(() => jsonPatch({ a: 1 }, patch as Json)).toThrow(words);
  });
});
