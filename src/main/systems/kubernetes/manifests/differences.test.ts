import fc from "fast-check";
import { expect, test } from "vitest";
import { changesBetween, missed, reverseOf, takenBack, wantedOf } from "./changes.ts";
import { contentOf, digestOf, type Tree, versionOf, wholeOf } from "./content.ts";
import { differenceLines, differences, differenceWords } from "./differences.ts";
import { isTelling, withoutTelling } from "./telling.ts";

const container = (image: string, value: string) => ({
  name: "api",
  image,
  env: [
    { name: "DB_PASSWORD", value },
    { name: "MODE", value },
  ],
});

test("entries of lists are told by their names, and no secret is told", () => {
  const lines = differences(
    { spec: { containers: [container("one", "old"), { name: "side" }], replicas: 1 } },
    { spec: { containers: [container("two", "new")], paused: true, replicas: 2 } },
  ).map((each) => differenceWords(each).en);
  expect(lines).toEqual([
    "spec.containers[api].image: one → two",
    "spec.containers[api].env[DB_PASSWORD].value: changed",
    "spec.containers[api].env[MODE].value: old → new",
    'spec.containers[side]: taken away, was {"name":"side"}',
    "spec.replicas: 1 → 2",
    "spec.paused: new, true",
  ]);
  expect(differences({ a: [1, 2] }, { a: [1, 3] })).toEqual([{ field: "a[1]", before: 2, after: 3 }]);
  expect(differences({ a: [1] }, { a: [1, 3] })).toHaveLength(1);
  const labels = differences({}, { metadata: { "shop.example/owner": "ops" } });
  expect(labels[0]?.field).toBe("metadata");
  expect(differenceLines(differences({ a: 1, b: 1, c: 1 }, {}), 2).map(({ fr }) => fr)).toContain(
    "Et d'autres champs : 1.",
  );
});

test("what tells a secret is withheld, what only names one is not", () => {
  expect(isTelling("DB_PASSWORD", "x")).toBe(true);
  expect(isTelling("url", "postgres://ops:hunter@db.example/shop")).toBe(true);
  expect(isTelling("secretName", "tls")).toBe(false);
  const value = { secretKeyRef: { name: "ledger", key: "password" }, list: ["a"] };
  expect(withoutTelling(value)).toBe(value);
  expect(withoutTelling({ env: [{ name: "API_TOKEN", value: "x" }] })).toEqual({
    env: [{ name: "API_TOKEN", value: "[withheld]" }],
  });
});

const key = fc.constantFrom("a", "b", "name", "value");
const tree: fc.Arbitrary<Tree> = fc.letrec((tie) => ({
  tree: fc.dictionary(
    key,
    fc.oneof(
      { maxDepth: 3 },
      fc.integer(),
      fc.string(),
      fc.array(tie("tree"), { maxLength: 2 }),
      tie("tree"),
    ),
  ),
})).tree as fc.Arbitrary<Tree>;

test("what is wanted is missed before and held after, and taken back the one is the other again", () => {
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const changes = changesBetween(before, after);
      const wanted = wantedOf(changes);
      expect(missed(after, wanted)).toEqual([]);
      if (wanted.length > 0) expect(missed(before, wanted).length).toBeGreaterThan(0);
      expect(differences(before, after).length > 0).toBe(wanted.length > 0);
      const reverse = reverseOf(changes);
      if (reverse) expect(takenBack(after, reverse)).toEqual(before);
    }),
  );
});

test("an image beside a password can be taken back, the password itself cannot", () => {
  const [before, after] = ["one", "two"].map((image) => ({ containers: [container(image, "x")] }));
  const changes = changesBetween(before ?? {}, after ?? {});
  expect(reverseOf(changes)).toEqual([{ path: ["containers", 0, "image"], before: "one" }]);
  const secret = changesBetween({ c: [container("one", "x")] }, { c: [container("one", "y")] });
  expect(reverseOf(secret)).toBeNull();
  expect(wantedOf(secret).map(({ digest }) => digest?.length)).toEqual([4, 32]);
  expect(missed({ c: [container("one", "z")] }, wantedOf(secret))).toEqual([
    "c[0].env[0].value",
    "c[0].env[1].value",
  ]);
});

test("a digest does not depend on the order of keys, a version not on the status", () => {
  expect(digestOf({ a: 1, b: { c: 2, d: 3 } })).toBe(digestOf({ b: { d: 3, c: 2 }, a: 1 }));
  const object = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "a", uid: "u", resourceVersion: "1", managedFields: [{}] },
    spec: {},
    status: { phase: "x" },
  };
  const moved = { ...object, metadata: { ...object.metadata, resourceVersion: "2" }, status: {} };
  expect(versionOf(moved)).toBe(versionOf(object));
  const other = { ...object, metadata: { ...object.metadata, uid: "v" } };
  expect(versionOf(other)).not.toBe(versionOf(object));
});

test("what was left out of an object comes back when its edit is sent", () => {
  const annotations = { note: "a", "kubectl.kubernetes.io/last-applied-configuration": "{}" };
  const object = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", uid: "u", resourceVersion: "1", annotations, managedFields: [{ manager: "x" }] },
    data: { a: "b" },
    status: { kept: true },
  };
  const content = contentOf(object);
  expect(content).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", annotations: { note: "a" } },
    data: { a: "b" },
  });
  const { managedFields: _left, ...metadata } = object.metadata;
  expect(wholeOf(content, object)).toEqual({ ...object, metadata });
});
